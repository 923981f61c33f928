"""What Terraform's AWS provider asks, resource by resource, in its order, and what it reads in the answers.

Written after the provider's sources (`internal/service/iam`, `internal/service/eks`): each class
is one resource, each method one of its operations, and each assertion something the provider relies on.
Terraform itself is not run: it needs a download that the tests should not depend on.
"""

import json
import uuid
from urllib.parse import unquote_plus

import botocore.handlers
import pytest
from botocore.exceptions import ClientError

ACCOUNT = "111122223333"
BUILT_IN = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


READ = document(Action="s3:GetObject", Resource="arn:aws:s3:::a+b %3A/*")
WRITE = document(Action="s3:PutObject", Resource="*")
POD_TRUST = document(
    Principal={"Service": "pods.eks.amazonaws.com"}, Action=["sts:AssumeRole", "sts:TagSession"]
)
ACCOUNT_TRUST = document(Principal={"AWS": ACCOUNT}, Action="sts:AssumeRole")


@pytest.fixture
def iam(mock):
    """IAM as the SDK for Go shows it: documents as they come over the wire."""
    client = mock.client("iam")
    client.meta.events.unregister("after-call.iam", botocore.handlers.json_decode_policies)
    return client


def decoded(text: str) -> str:
    """What `url.QueryUnescape` of Go makes of a document: it would turn a plus sign into a space."""
    return unquote_plus(text)


def retry_while(cause: tuple[str, str], call, between) -> dict:
    """`tfresource.RetryWhenIsAErrorMessageContains`: tries again while code and text say so.

    `between` stands for the time that passes; the answer is to be refused once.
    """
    with pytest.raises(ClientError) as refused:
        call()
    code, text = cause
    assert refused.value.response["Error"]["Code"] == code
    assert text in refused.value.response["Error"]["Message"]
    between()
    return call()


class Role:
    """`aws_iam_role`."""

    def __init__(self, iam, name: str):
        self.iam, self.name = iam, name

    def create(self, trust: str, tags=(), **more) -> dict:
        arguments = {"Path": "/", "RoleName": self.name, "AssumeRolePolicyDocument": trust, **more}
        if tags:
            arguments["Tags"] = list(tags)
        self.iam.create_role(**arguments)
        return self.read()

    def read(self) -> dict:
        role = self.iam.get_role(RoleName=self.name)["Role"]
        # While IAM has not settled, the ARN is a bare id, and the provider asks again.
        assert role["Arn"].startswith(f"arn:aws:iam::{ACCOUNT}:role/")
        assert role["RoleId"].startswith("AROA")
        assert role["CreateDate"]
        inline = {
            name: decoded(self.iam.get_role_policy(RoleName=self.name, PolicyName=name)["PolicyDocument"])
            for name in self.iam.list_role_policies(RoleName=self.name)["PolicyNames"]
        }
        attached = self.iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"]
        return {
            "arn": role["Arn"],
            "assume_role_policy": decoded(role["AssumeRolePolicyDocument"]),
            "description": role.get("Description", ""),
            "max_session_duration": role["MaxSessionDuration"],
            "permissions_boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "inline_policy": inline,
            "managed_policy_arns": [policy["PolicyArn"] for policy in attached],
            "tags": {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])},
        }

    def delete(self, force_detach=False) -> None:
        profiles = self.iam.list_instance_profiles_for_role(RoleName=self.name)["InstanceProfiles"]
        for profile in profiles:
            self.iam.remove_role_from_instance_profile(
                InstanceProfileName=profile["InstanceProfileName"], RoleName=self.name
            )
        if force_detach:
            attached = self.iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"]
            for policy in attached:
                self.iam.detach_role_policy(RoleName=self.name, PolicyArn=policy["PolicyArn"])
            for name in self.iam.list_role_policies(RoleName=self.name)["PolicyNames"]:
                self.iam.delete_role_policy(RoleName=self.name, PolicyName=name)
        self.iam.delete_role(RoleName=self.name)


class Policy:
    """`aws_iam_policy`."""

    MAX_VERSIONS = 5

    def __init__(self, iam, name: str):
        self.iam, self.name = iam, name
        self.arn = None

    def create(self, text: str) -> dict:
        # The provider sends the description even if there is none.
        created = self.iam.create_policy(PolicyName=self.name, Path="/", Description="", PolicyDocument=text)
        self.arn = created["Policy"]["Arn"]
        return self.read()

    def read(self) -> dict:
        policy = self.iam.get_policy(PolicyArn=self.arn)["Policy"]
        version = self.iam.get_policy_version(PolicyArn=self.arn, VersionId=policy["DefaultVersionId"])
        return {
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "policy_id": policy["PolicyId"],
            "description": policy.get("Description", ""),
            "attachment_count": policy["AttachmentCount"],
            "policy": decoded(version["PolicyVersion"]["Document"]),
            "tags": {tag["Key"]: tag["Value"] for tag in policy["Tags"]},
        }

    def update(self, text: str) -> dict:
        versions = self.versions()
        if len(versions) >= self.MAX_VERSIONS:
            oldest = min(
                (version for version in versions if not version["IsDefaultVersion"]),
                key=lambda version: int(version["VersionId"].removeprefix("v")),
            )
            self.iam.delete_policy_version(PolicyArn=self.arn, VersionId=oldest["VersionId"])
        created = self.iam.create_policy_version(PolicyArn=self.arn, PolicyDocument=text, SetAsDefault=False)
        version = created["PolicyVersion"]["VersionId"]
        self.iam.set_default_policy_version(PolicyArn=self.arn, VersionId=version)
        return self.read()

    def delete(self) -> None:
        for version in self.versions():
            if not version["IsDefaultVersion"]:
                self.iam.delete_policy_version(PolicyArn=self.arn, VersionId=version["VersionId"])
        self.iam.delete_policy(PolicyArn=self.arn)

    def versions(self) -> list[dict]:
        return self.iam.list_policy_versions(PolicyArn=self.arn)["Versions"]


# --- the provider --------------------------------------------------------------------------------


def test_the_provider_finds_its_account_at_the_start(sts, iam):
    caller = sts.get_caller_identity()
    assert caller["Account"] == caller["Arn"].split(":")[4] == ACCOUNT
    assert caller["Arn"].split(":")[1] == "aws"
    # Where STS is closed, the account is read from any role's ARN.
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=POD_TRUST)
    roles = iam.list_roles(MaxItems=1)["Roles"]
    assert roles[0]["Arn"].split(":")[4] == ACCOUNT


# --- aws_iam_role --------------------------------------------------------------------------------


def test_a_role_is_read_as_it_was_written(iam):
    state = Role(iam, "r").create(POD_TRUST, [{"Key": "team", "Value": "a + b"}])
    assert state == {
        "arn": f"arn:aws:iam::{ACCOUNT}:role/r",
        "assume_role_policy": POD_TRUST,
        "description": "",
        "max_session_duration": 3600,
        "permissions_boundary": "",
        "inline_policy": {},
        "managed_policy_arns": [],
        "tags": {"team": "a + b"},
    }


def test_a_role_is_updated_member_by_member(iam):
    role = Role(iam, "r")
    role.create(POD_TRUST, [{"Key": "old", "Value": "1"}], Description="old")
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=ACCOUNT_TRUST)
    described = iam.update_role_description(RoleName="r", Description="new")["Role"]
    assert described["Description"] == "new"
    iam.update_role(RoleName="r", MaxSessionDuration=7200)
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=BUILT_IN)
    iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=READ)
    iam.untag_role(RoleName="r", TagKeys=["old"])
    iam.tag_role(RoleName="r", Tags=[{"Key": "new", "Value": ""}])
    state = role.read()
    # An account and its root are the same to the provider, as to AWS.
    principal = json.loads(state["assume_role_policy"])["Statement"][0]["Principal"]["AWS"]
    assert principal in (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    assert state["description"] == "new"
    assert state["max_session_duration"] == 7200
    assert state["permissions_boundary"] == BUILT_IN
    assert state["inline_policy"] == {"inline": READ}
    assert state["tags"] == {"new": ""}

    iam.delete_role_permissions_boundary(RoleName="r")
    iam.update_role_description(RoleName="r", Description="")
    state = role.read()
    assert (state["permissions_boundary"], state["description"]) == ("", "")


def test_a_role_waits_for_the_principal_that_it_trusts(iam):
    trust = document(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/first"}, Action="sts:AssumeRole")
    second = Role(iam, "second")
    state = retry_while(
        ("MalformedPolicyDocument", "Invalid principal in policy"),
        lambda: second.create(trust),
        between=lambda: Role(iam, "first").create(POD_TRUST),
    )
    assert state["assume_role_policy"] == trust


def test_a_role_in_use_is_deleted_by_force_only(iam, refusal):
    role = Role(iam, "r")
    role.create(POD_TRUST)
    iam.attach_role_policy(RoleName="r", PolicyArn=BUILT_IN)
    iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=READ)
    iam.create_instance_profile(InstanceProfileName="ip")
    iam.add_role_to_instance_profile(InstanceProfileName="ip", RoleName="r")
    conflict = refusal(role.delete)
    assert (conflict.code, conflict.status) == ("DeleteConflict", 409)
    role.delete(force_detach=True)
    # What is gone, the provider knows by this code.
    for call in (iam.get_role, iam.list_instance_profiles_for_role, iam.delete_role):
        assert refusal(call, RoleName="r").code == "NoSuchEntity"


# --- aws_iam_policy ------------------------------------------------------------------------------


def test_a_policy_is_read_as_it_was_written(iam):
    policy = Policy(iam, "p")
    state = policy.create(READ)
    assert state.pop("policy_id").startswith("ANPA")
    assert state == {
        "name": "p",
        "path": "/",
        "description": "",
        "attachment_count": 0,
        "policy": READ,
        "tags": {},
    }
    iam.tag_policy(PolicyArn=policy.arn, Tags=[{"Key": "team", "Value": "a"}])
    assert policy.read()["tags"] == {"team": "a"}
    iam.untag_policy(PolicyArn=policy.arn, TagKeys=["team"])
    assert iam.list_policy_tags(PolicyArn=policy.arn)["Tags"] == []


def test_a_policy_is_updated_more_often_than_it_keeps_versions(iam, refusal):
    policy = Policy(iam, "p")
    policy.create(READ)
    for text in [WRITE, READ] * 4:
        assert policy.update(text)["policy"] == text
    versions = {version["VersionId"]: version["IsDefaultVersion"] for version in policy.versions()}
    assert versions == {"v5": False, "v6": False, "v7": False, "v8": False, "v9": True}
    policy.delete()
    assert refusal(iam.get_policy, PolicyArn=policy.arn).code == "NoSuchEntity"
    assert refusal(iam.list_policy_versions, PolicyArn=policy.arn).code == "NoSuchEntity"


# --- aws_iam_role_policy_attachment --------------------------------------------------------------


def test_an_attachment_is_found_among_the_roles_policies(iam, refusal):
    Role(iam, "r").create(POD_TRUST)
    policy = Policy(iam, "p")
    policy.create(READ)

    def attached() -> list[str]:
        pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName="r")
        return [one["PolicyArn"] for page in pages for one in page["AttachedPolicies"]]

    iam.attach_role_policy(RoleName="r", PolicyArn=policy.arn)
    assert attached() == [policy.arn]
    assert policy.read()["attachment_count"] == 1
    assert refusal(policy.delete).code == "DeleteConflict"
    iam.detach_role_policy(RoleName="r", PolicyArn=policy.arn)
    assert attached() == []
    # Deleted behind Terraform's back: each of these means that nothing is left to do.
    assert refusal(iam.detach_role_policy, RoleName="r", PolicyArn=policy.arn).code == "NoSuchEntity"
    Role(iam, "r").delete()
    assert refusal(iam.list_attached_role_policies, RoleName="r").code == "NoSuchEntity"


# --- aws_eks_pod_identity_association ------------------------------------------------------------


def association(**more) -> dict:
    return {
        "clientRequestToken": str(uuid.uuid4()),
        "clusterName": "my-cluster",
        "namespace": "default",
        "serviceAccount": "s",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
        **more,
    }


def test_an_association_waits_for_its_role(iam, eks):
    created = retry_while(
        ("InvalidParameterException", "Role provided in the request does not exist"),
        lambda: eks.create_pod_identity_association(**association(tags={"team": "a"})),
        between=lambda: Role(iam, "r").create(POD_TRUST),
    )["association"]
    read = eks.describe_pod_identity_association(
        clusterName="my-cluster", associationId=created["associationId"]
    )["association"]
    assert read == created
    assert read["tags"] == {"team": "a"}
    assert read["disableSessionTags"] is False
    assert not {"targetRoleArn", "externalId", "policy", "ownerArn"} & read.keys()
    assert read["associationArn"].endswith(f":podidentityassociation/my-cluster/{read['associationId']}")


def test_an_association_does_not_wait_for_trust(iam, eks, refusal):
    Role(iam, "r").create(ACCOUNT_TRUST)
    refused = refusal(eks.create_pod_identity_association, **association())
    assert refused.code == "InvalidParameterException"
    # The provider would wait two minutes if this said that the role does not exist.
    assert "Role provided in the request does not exist" not in refused.message
    assert refused.message.startswith("Trust policy of the role provided is invalid.")


def test_an_association_is_updated_tagged_and_deleted(iam, eks, refusal):
    Role(iam, "r").create(POD_TRUST)
    Role(iam, "other").create(POD_TRUST)
    created = eks.create_pod_identity_association(**association())["association"]
    one = {"clusterName": "my-cluster", "associationId": created["associationId"]}
    other = created["roleArn"].replace("/r", "/other")
    target = "arn:aws:iam::444455556666:role/target"
    eks.update_pod_identity_association(
        clientRequestToken=str(uuid.uuid4()), **one, roleArn=other, targetRoleArn=target, disableSessionTags=True
    )
    eks.tag_resource(resourceArn=created["associationArn"], tags={"team": "a"})
    read = eks.describe_pod_identity_association(**one)["association"]
    assert (read["roleArn"], read["targetRoleArn"], read["disableSessionTags"]) == (other, target, True)
    assert read["externalId"]
    assert read["tags"] == {"team": "a"}
    eks.untag_resource(resourceArn=created["associationArn"], tagKeys=["team"])
    # A target role taken out of the configuration is left out of the call, and stays.
    eks.update_pod_identity_association(clientRequestToken=str(uuid.uuid4()), **one, roleArn=other)
    read = eks.describe_pod_identity_association(**one)["association"]
    assert (read["targetRoleArn"], read["tags"]) == (target, {})

    eks.delete_pod_identity_association(**one)
    for call in (eks.describe_pod_identity_association, eks.delete_pod_identity_association):
        gone = refusal(call, **one)
        assert (gone.code, gone.status) == ("ResourceNotFoundException", 404)


def test_the_module_is_destroyed_in_the_order_of_its_dependencies(iam, eks):
    role, policy = Role(iam, "r"), Policy(iam, "p")
    role.create(POD_TRUST)
    policy.create(READ)
    iam.attach_role_policy(RoleName="r", PolicyArn=policy.arn)
    created = eks.create_pod_identity_association(**association())["association"]

    eks.delete_pod_identity_association(clusterName="my-cluster", associationId=created["associationId"])
    iam.detach_role_policy(RoleName="r", PolicyArn=policy.arn)
    policy.delete()
    role.delete()
    assert iam.list_roles()["Roles"] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert eks.list_pod_identity_associations(clusterName="my-cluster")["associations"] == []
