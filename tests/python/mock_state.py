"""What a mock holds, without what two equal runs may differ in.

Left out are ids, times, podpass's ownership marks and managedFields; policy documents are parsed,
so that whitespace does not count. Everything is read through the public APIs.
"""

import json
import urllib.request

OWNERSHIP_TAG = "podpass:managed"
OWNERSHIP_LABEL = "app.kubernetes.io/managed-by"


def state_of(mock, cluster: str = "my-cluster") -> dict:
    """Roles, policies, associations and service accounts of the default account and one cluster."""
    iam, eks = mock.client("iam"), mock.client("eks")
    return {
        "roles": {role["RoleName"]: _role(iam, role["RoleName"]) for role in _pages(iam, "list_roles")},
        "policies": {
            policy["PolicyName"]: _policy(iam, policy["Arn"])
            for policy in _pages(iam, "list_policies", Scope="Local")
        },
        "associations": sorted(
            (_association(eks, cluster, item) for item in _associations(eks, cluster)),
            key=lambda item: (item["namespace"], item["serviceAccount"]),
        ),
        "serviceAccounts": _service_accounts(mock, cluster),
    }


def _pages(client, operation: str, **arguments):
    key = {"list_roles": "Roles", "list_policies": "Policies"}[operation]
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]


def _without_ownership(tags: list) -> dict:
    return {tag["Key"]: tag["Value"] for tag in tags if tag["Key"] != OWNERSHIP_TAG}


def _role(iam, name: str) -> dict:
    role = iam.get_role(RoleName=name)["Role"]
    for volatile in ("RoleId", "CreateDate", "RoleLastUsed"):
        role.pop(volatile, None)
    tags = _without_ownership(role.pop("Tags", []))
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return role | {
        "Tags": tags,
        "Attached": sorted(policy["PolicyArn"] for policy in attached),
        "Inline": {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in inline
        },
    }


def _policy(iam, arn: str) -> dict:
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    for volatile in ("PolicyId", "CreateDate", "UpdateDate"):
        policy.pop(volatile, None)
    return policy | {
        "Tags": _without_ownership(policy.pop("Tags", [])),
        "Document": version["PolicyVersion"]["Document"],
        "Versions": len(iam.list_policy_versions(PolicyArn=arn)["Versions"]),
    }


def _associations(eks, cluster: str):
    pages = eks.get_paginator("list_pod_identity_associations").paginate(clusterName=cluster)
    for page in pages:
        yield from page["associations"]


def _association(eks, cluster: str, summary: dict) -> dict:
    association = eks.describe_pod_identity_association(
        clusterName=cluster, associationId=summary["associationId"]
    )["association"]
    for volatile in ("associationId", "associationArn", "createdAt", "modifiedAt"):
        association.pop(volatile)
    association["tags"].pop(OWNERSHIP_TAG, None)
    return association


def _service_accounts(mock, cluster: str) -> list:
    url = f"{mock.uri}/k8s/{cluster}/api/v1/serviceaccounts"
    with urllib.request.urlopen(url, timeout=10) as response:
        items = json.load(response)["items"]
    for item in items:
        metadata = item["metadata"]
        for volatile in ("uid", "resourceVersion", "creationTimestamp", "managedFields"):
            metadata.pop(volatile, None)
        labels = metadata.get("labels", {})
        labels.pop(OWNERSHIP_LABEL, None)
        if not labels:
            metadata.pop("labels", None)
    return sorted(items, key=lambda item: (item["metadata"]["namespace"], item["metadata"]["name"]))
