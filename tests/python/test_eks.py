"""EKS, as boto3 and the AWS CLI meet it: clusters, Pod Identity associations, tags."""

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

ACCOUNT = "111122223333"
CLUSTER_ARN = f"arn:aws:eks:us-west-2:{ACCOUNT}:cluster/my-cluster"
CLUSTER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/eksClusterRole"
TARGET_ROLE = "arn:aws:iam::000122223333:role/target"
SUBNETS = {"subnetIds": ["subnet-1", "subnet-2"]}
AUTO_MODE = {
    "computeConfig": {"enabled": True},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
    "storageConfig": {"blockStorage": {"enabled": True}},
}
API_ACCESS = {"accessConfig": {"authenticationMode": "API"}}
SESSION_POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
)


def allow(actions, service="pods.eks.amazonaws.com", **more) -> dict:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions, **more}


def trust(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


BOTH = ["sts:AssumeRole", "sts:TagSession"]


@pytest.fixture
def associate(eks, pod_role):
    """Creates an association in `my-cluster`; what is not said has a default."""

    def create(namespace="default", service_account="my-service-account", **members):
        members = {"clusterName": "my-cluster", "roleArn": pod_role, **members}
        created = eks.create_pod_identity_association(
            namespace=namespace, serviceAccount=service_account, **members
        )
        return created["association"]

    return create


def the(association: dict) -> dict:
    """The arguments that name an association."""
    return {"clusterName": association["clusterName"], "associationId": association["associationId"]}


# --- clusters ------------------------------------------------------------------------------------


def test_a_cluster_is_creating_when_made_and_active_when_described(eks):
    created = eks.create_cluster(name="new", roleArn=CLUSTER_ROLE, resourcesVpcConfig=SUBNETS)["cluster"]
    assert created["status"] == "CREATING"
    assert created["arn"] == f"arn:aws:eks:us-west-2:{ACCOUNT}:cluster/new"
    assert "endpoint" not in created

    eks.get_waiter("cluster_active").wait(name="new", WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    described = eks.describe_cluster(name="new")["cluster"]
    assert described["status"] == "ACTIVE"
    assert described["endpoint"].endswith("/k8s/new")
    assert re.fullmatch(
        r"https://oidc\.eks\.us-west-2\.amazonaws\.com/id/[0-9A-F]{32}", described["identity"]["oidc"]["issuer"]
    )
    assert described["resourcesVpcConfig"]["subnetIds"] == SUBNETS["subnetIds"]
    assert datetime.now(UTC) - described["createdAt"] < timedelta(minutes=1)


def test_a_cluster_repeats_its_settings_and_fills_in_the_defaults(eks):
    created = eks.create_cluster(
        name="new",
        roleArn=CLUSTER_ROLE,
        version="1.34",
        resourcesVpcConfig={**SUBNETS, "endpointPrivateAccess": True},
        accessConfig={"authenticationMode": "API"},
        kubernetesNetworkConfig={"serviceIpv4Cidr": "172.20.0.0/16"},
        tags={"team": "a"},
    )["cluster"]
    assert created["version"] == "1.34"
    assert created["tags"] == {"team": "a"}
    assert created["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": True,
    }
    assert created["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "172.20.0.0/16"
    assert created["kubernetesNetworkConfig"]["ipFamily"] == "ipv4"
    assert created["resourcesVpcConfig"]["endpointPrivateAccess"] is True
    assert created["resourcesVpcConfig"]["endpointPublicAccess"] is True
    assert created["deletionProtection"] is False


def test_a_deleted_cluster_takes_its_associations_along(eks, associate, refusal):
    association = associate()
    deleted = eks.delete_cluster(name="my-cluster")["cluster"]
    assert deleted["status"] == "DELETING"
    eks.get_waiter("cluster_deleted").wait(name="my-cluster", WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    gone = refusal(eks.describe_pod_identity_association, **the(association))
    assert gone.message == "No cluster found for name: my-cluster."

    eks.create_cluster(name="my-cluster", roleArn=CLUSTER_ROLE, resourcesVpcConfig=SUBNETS)
    listed = eks.list_pod_identity_associations(clusterName="my-cluster")
    assert listed["associations"] == []


def test_a_protected_cluster_is_not_deleted(eks, refusal):
    eks.create_cluster(
        name="new", roleArn=CLUSTER_ROLE, resourcesVpcConfig=SUBNETS, deletionProtection=True
    )
    refused = refusal(eks.delete_cluster, name="new")
    assert (refused.code, refused.status) == ("InvalidRequestException", 400)
    assert eks.describe_cluster(name="new")["cluster"]["status"] == "ACTIVE"


def test_clusters_are_listed_by_pages(eks):
    for name in ("c", "a", "b"):
        eks.create_cluster(name=name, roleArn=CLUSTER_ROLE, resourcesVpcConfig=SUBNETS)
    first = eks.list_clusters(maxResults=3)
    assert first["clusters"] == ["a", "b", "c"]
    last = eks.list_clusters(maxResults=3, nextToken=first["nextToken"])
    assert last["clusters"] == ["my-cluster"]
    assert "nextToken" not in last


def test_another_region_and_another_account_have_other_clusters(mock):
    assert mock.client("eks", region="eu-west-1").list_clusters()["clusters"] == []
    assert mock.client("eks", account="000122223333").list_clusters()["clusters"] == []


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        ({"name": "my-cluster"}, "ResourceInUseException", "Cluster already exists with name: my-cluster"),
        ({"name": "-a"}, "InvalidParameterException", r"'name' .* ^[0-9A-Za-z][A-Za-z0-9\-_]*"),
        ({"name": "a" * 101}, "InvalidParameterException", "length less than or equal to 100"),
        ({"version": "latest"}, "InvalidParameterException", "unsupported Kubernetes version latest"),
        (
            {"resourcesVpcConfig": {**SUBNETS, "endpointPublicAccess": False}},
            "InvalidParameterException",
            "Private and public endpoint access cannot be false",
        ),
        (
            {"kubernetesNetworkConfig": {"ipFamily": "ipv6", "serviceIpv4Cidr": "10.100.0.0/16"}},
            "InvalidParameterException",
            'serviceIpv4Cidr cannot be specified when creating an "ipv6" cluster',
        ),
        (
            {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "11.0.0.0/16"}},
            "InvalidParameterException",
            "Invalid Cluster Service Ipv4 CIDR 11.0.0.0/16 for the cluster new, must be within RFC1918 range",
        ),
        (
            {"computeConfig": {"enabled": True}},
            "InvalidParameterException",
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
        ),
        (
            AUTO_MODE,
            "InvalidParameterException",
            "When EKS Auto Mode is enabled, you must use an EKS access config authentication mode of "
            "API_AND_CONFIG_MAP or API",
        ),
        (
            {**AUTO_MODE, **API_ACCESS, "computeConfig": {"enabled": True, "nodePools": ["system"]}},
            "InvalidParameterException",
            "When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.",
        ),
        (
            {"encryptionConfig": [{"resources": ["configmaps"], "provider": {"keyArn": "arn:aws:kms:::key/k"}}]},
            "InvalidParameterException",
            "Invalid k8s resource for encryption",
        ),
        (
            {"remoteNetworkConfig": {"remotePodNetworks": [{"cidrs": ["10.1.0.0/16"]}]}, **API_ACCESS},
            "InvalidParameterException",
            "remoteNodeNetworks are required when specifying remoteNetworkConfig.",
        ),
        ({"tags": {"aws:a": "b"}}, "InvalidParameterException", "aws: prefixed tag key names"),
    ],
)
def test_create_cluster_refuses(eks, refusal, members, code, message):
    asked = {"name": "new", "roleArn": CLUSTER_ROLE, "resourcesVpcConfig": SUBNETS, **members}
    refused = refusal(eks.create_cluster, **asked)
    assert refused.code == code
    for part in message.split(" .* "):
        assert part in refused.message


def test_the_services_of_an_ipv6_cluster_have_ipv6_addresses(eks):
    members = {"roleArn": CLUSTER_ROLE, "resourcesVpcConfig": SUBNETS}
    created = eks.create_cluster(name="six", kubernetesNetworkConfig={"ipFamily": "ipv6"}, **members)["cluster"]
    network = created["kubernetesNetworkConfig"]
    assert (network["ipFamily"], network["serviceIpv6Cidr"]) == ("ipv6", "fd12:3456:789a::/108")
    assert "serviceIpv4Cidr" not in network


def test_a_cluster_with_all_of_auto_mode_is_created(eks):
    members = {"roleArn": CLUSTER_ROLE, "resourcesVpcConfig": SUBNETS, **AUTO_MODE, **API_ACCESS}
    created = eks.create_cluster(name="auto", **members)["cluster"]
    assert created["computeConfig"] == {"enabled": True}


def test_the_cluster_quota_is_held(make_mock, refusal):
    eks = make_mock("--quota", "ClustersPerRegion=1", "--cluster", "my-cluster").client("eks")
    refused = refusal(eks.create_cluster, name="new", roleArn=CLUSTER_ROLE, resourcesVpcConfig=SUBNETS)
    assert (refused.code, refused.status) == ("ResourceLimitExceededException", 400)


def test_a_request_token_makes_create_cluster_idempotent(eks, refusal):
    asked = {"name": "new", "roleArn": CLUSTER_ROLE, "resourcesVpcConfig": SUBNETS, "clientRequestToken": "t"}
    first, second = (eks.create_cluster(**asked)["cluster"] for _ in range(2))
    assert first == second
    refused = refusal(eks.create_cluster, **{**asked, "name": "other"})
    assert (refused.code, refused.status) == ("InvalidParameterException", 400)


# --- associations: create and describe -----------------------------------------------------------


def test_an_association_is_answered_with_all_its_members(eks, associate, pod_role):
    association = associate(
        targetRoleArn=TARGET_ROLE, disableSessionTags=True, policy=SESSION_POLICY, tags={"team": "a"}
    )
    identifier = association["associationId"]
    assert re.fullmatch(r"a-[a-z0-9]{17}", identifier)
    assert association == {
        "clusterName": "my-cluster",
        "namespace": "default",
        "serviceAccount": "my-service-account",
        "roleArn": pod_role,
        "associationArn": f"arn:aws:eks:us-west-2:{ACCOUNT}:podidentityassociation/my-cluster/{identifier}",
        "associationId": identifier,
        "tags": {"team": "a"},
        "createdAt": association["createdAt"],
        "modifiedAt": association["createdAt"],
        "disableSessionTags": True,
        "targetRoleArn": TARGET_ROLE,
        "externalId": f"us-west-2/{ACCOUNT}/my-cluster/default/my-service-account",
        "policy": SESSION_POLICY,
    }
    assert eks.describe_pod_identity_association(**the(association))["association"] == association


def test_what_an_association_does_not_have_is_left_out(associate):
    association = associate()
    assert association["tags"] == {}
    assert association["disableSessionTags"] is False
    assert not {"targetRoleArn", "externalId", "policy", "ownerArn"} & association.keys()


def test_neither_namespace_nor_service_account_need_to_exist(associate):
    assert associate("nowhere", "nobody.yet")["serviceAccount"] == "nobody.yet"


def test_a_second_association_for_the_same_service_account_names_the_first(eks, associate, refusal, pod_role):
    association = associate()
    refused = refusal(
        eks.create_pod_identity_association,
        clusterName="my-cluster",
        namespace="default",
        serviceAccount="my-service-account",
        roleArn=pod_role,
    )
    assert (refused.code, refused.status) == ("ResourceInUseException", 409)
    assert refused.message == f"Association already exists: {association['associationId']}"


def test_concurrent_creates_of_one_service_account_make_exactly_one(mock, pod_role):
    clients = [mock.client("eks") for _ in range(8)]

    def create(eks):
        try:
            return eks.create_pod_identity_association(
                clusterName="my-cluster", namespace="default", serviceAccount="contested", roleArn=pod_role
            )["association"]["associationId"]
        except eks.exceptions.ResourceInUseException as error:
            return error.response["Error"]["Message"]

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(create, clients))
    made = [answer for answer in answers if answer.startswith("a-")]
    assert len(made) == 1
    assert sorted(answers) == sorted(made + [f"Association already exists: {made[0]}"] * 7)


TRUSTED = {
    "both actions": trust(allow(BOTH)),
    "two statements": trust(allow("sts:AssumeRole"), allow("sts:TagSession")),
    "a wildcard": trust(allow("sts:*")),
    "another case": trust(allow(["STS:assumerole", "sts:tagSession"])),
    "several services": trust(allow(BOTH, ["ec2.amazonaws.com", "pods.eks.amazonaws.com"])),
    "a condition": trust(
        allow(BOTH, Condition={"StringEquals": {"aws:RequestTag/kubernetes-namespace": "elsewhere"}})
    ),
    "beside another statement": trust(allow("sts:AssumeRole", "ec2.amazonaws.com"), allow(BOTH)),
}
UNTRUSTED = {
    "no TagSession": trust(allow("sts:AssumeRole")),
    "no AssumeRole": trust(allow("sts:TagSession")),
    "another service": trust(allow(BOTH, "eks.amazonaws.com")),
    "actions of two services": trust(
        allow("sts:AssumeRole"), allow("sts:TagSession", "ec2.amazonaws.com")
    ),
    "a person": json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": BOTH}],
        }
    ),
    "a denial": trust(allow(BOTH), {**allow("sts:TagSession"), "Effect": "Deny"}),
}


@pytest.mark.parametrize("policy", TRUSTED.values(), ids=TRUSTED)
def test_a_trust_policy_is_taken_with(iam, associate, policy):
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    assert associate(roleArn=arn)["roleArn"] == arn


@pytest.mark.parametrize("policy", UNTRUSTED.values(), ids=UNTRUSTED)
def test_a_trust_policy_is_refused_with(iam, eks, associate, refusal, policy):
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    association = associate("other")
    for refused in (
        refusal(associate, roleArn=arn),
        refusal(eks.update_pod_identity_association, **the(association), roleArn=arn),
    ):
        assert (refused.code, refused.status) == ("InvalidParameterException", 400)
        assert refused.message == (
            "Trust policy of the role provided is invalid. "
            "Follow the official documentation to resolve the issue."
        )


LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"


def unlike(parameter: str, pattern: str) -> str:
    return (
        f"The parameter {parameter} contains invalid characters. "
        f'It should conform to the regular expression "{pattern}"'
    )


REFUSED_CREATES = {
    "unknown cluster": (
        {"clusterName": "none"},
        ("ResourceNotFoundException", 404, "No cluster found for name: none."),
    ),
    "namespace with a dot": (
        {"namespace": "a.b"},
        ("InvalidParameterException", 400, unlike("namespace", LABEL)),
    ),
    "wildcard service account": (
        {"service_account": "*"},
        ("InvalidParameterException", 400, unlike("serviceAccount", SUBDOMAIN)),
    ),
    "empty service account": (
        {"service_account": ""},
        ("InvalidParameterException", 400, unlike("serviceAccount", SUBDOMAIN)),
    ),
    "long namespace": (
        {"namespace": "a" * 64},
        ("InvalidParameterException", 400, "The parameter namespace should be at most 63 characters long."),
    ),
    "missing role": (
        {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/none"},
        ("InvalidParameterException", 400, "Role provided in the request does not exist."),
    ),
    "role under another path": (
        {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/team/my-role"},
        ("InvalidParameterException", 400, "Role provided in the request does not exist."),
    ),
    "role of another account": (
        {"roleArn": "arn:aws:iam::000122223333:role/my-role"},
        ("AccessDeniedException", 403, "Cross-account pass role is not allowed."),
    ),
    "empty role": (
        {"roleArn": ""},
        ("AccessDeniedException", 403, "Cross-account pass role is not allowed."),
    ),
    "user as role": (
        {"roleArn": f"arn:aws:iam::{ACCOUNT}:user/admin"},
        ("InvalidParameterException", 400, "The parameter roleArn should be the ARN of an IAM role."),
    ),
    "malformed target role": (
        {"targetRoleArn": "target"},
        ("InvalidParameterException", 400, "The parameter targetRoleArn should be the ARN of an IAM role."),
    ),
    "policy with session tags": (
        {"policy": SESSION_POLICY},
        (
            "InvalidParameterException",
            400,
            "When policy is specified, disableSessionTags must be set to true",
        ),
    ),
    "policy that is no JSON": (
        {"policy": "{", "disableSessionTags": True},
        ("InvalidParameterException", 400, "Syntax errors in policy."),
    ),
    "policy too long": (
        {"policy": SESSION_POLICY + " " * 2048, "disableSessionTags": True},
        ("InvalidParameterException", 400, "The parameter policy should be at most 2048 characters long."),
    ),
    "reserved tag": (
        {"tags": {"AWS:team": "a"}},
        (
            "InvalidParameterException",
            400,
            "aws: prefixed tag key names are not allowed for external use.",
        ),
    ),
    "tag with other characters": (
        {"tags": {"team": "a;b"}},
        ("InvalidParameterException", 400, "The tag `team` contains invalid characters."),
    ),
}


@pytest.mark.parametrize(("members", "expected"), REFUSED_CREATES.values(), ids=REFUSED_CREATES)
def test_a_create_is_refused_for(eks, associate, refusal, members, expected):
    refused = refusal(associate, **members)
    assert (refused.code, refused.status, refused.message) == expected
    assert eks.list_pod_identity_associations(clusterName="my-cluster")["associations"] == []


@pytest.mark.parametrize(
    "tags",
    [
        {f"k{n}": "v" for n in range(51)},
        {"k" * 129: "v"},
        {"k": "v" * 257},
        {"": "v"},
    ],
    ids=["51 tags", "long key", "long value", "empty key"],
)
def test_tags_have_the_limits_of_the_service_model(mock, pod_role, refusal, tags):
    eks = mock.client("eks", parameter_validation=False)
    subject = {"clusterName": "my-cluster", "namespace": "default", "serviceAccount": "a"}
    refused = refusal(eks.create_pod_identity_association, **subject, roleArn=pod_role, tags=tags)
    assert (refused.code, refused.status) == ("InvalidParameterException", 400)
    refused = refusal(eks.tag_resource, resourceArn=CLUSTER_ARN, tags=tags)
    assert (refused.code, refused.status) == ("BadRequestException", 400)
    assert "at 'tags' failed to satisfy constraint" in refused.message


def test_errors_carry_the_cluster_that_they_are_about(eks, associate):
    associate()
    with pytest.raises(eks.exceptions.ResourceInUseException) as caught:
        associate()
    assert caught.value.response["clusterName"] == "my-cluster"
    with pytest.raises(eks.exceptions.ResourceNotFoundException) as caught:
        eks.describe_cluster(name="none")
    assert caught.value.response["clusterName"] == "none"


def test_the_association_quota_is_held(make_mock, refusal):
    mock = make_mock("--quota", "AssociationsPerCluster=1", "--cluster", "my-cluster")
    arn = mock.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust(allow(BOTH)))
    asked = {"clusterName": "my-cluster", "namespace": "default", "roleArn": arn["Role"]["Arn"]}
    eks = mock.client("eks")
    eks.create_pod_identity_association(**asked, serviceAccount="first")
    refused = refusal(eks.create_pod_identity_association, **asked, serviceAccount="second")
    assert (refused.code, refused.status) == ("ResourceLimitExceededException", 400)


def test_the_same_request_with_the_same_token_gets_the_same_answer(associate, refusal):
    first = associate(clientRequestToken="once")
    assert associate(clientRequestToken="once") == first
    for other in ({"namespace": "other"}, {"disableSessionTags": True}):
        refused = refusal(associate, clientRequestToken="once", **other)
        assert (refused.code, refused.status) == ("InvalidParameterException", 400)
        assert "clientRequestToken" in refused.message


def test_a_token_is_forgotten_with_the_association_that_it_made(eks, associate):
    first = associate(clientRequestToken="once")
    eks.delete_pod_identity_association(**the(first))
    assert associate(clientRequestToken="once")["associationId"] != first["associationId"]


# --- associations: update and delete -------------------------------------------------------------


def test_an_update_changes_what_it_names_and_nothing_else(iam, eks, associate):
    association = associate(tags={"team": "a"})
    arn = iam.create_role(RoleName="other", AssumeRolePolicyDocument=trust(allow(BOTH)))["Role"]["Arn"]
    changes = {
        "roleArn": arn,
        "targetRoleArn": TARGET_ROLE,
        "disableSessionTags": True,
        "policy": SESSION_POLICY,
    }
    updated = eks.update_pod_identity_association(**the(association), **changes)["association"]
    assert updated == {
        **association,
        **changes,
        "externalId": f"us-west-2/{ACCOUNT}/my-cluster/default/my-service-account",
        "modifiedAt": updated["modifiedAt"],
    }
    assert updated["modifiedAt"] > association["modifiedAt"]
    assert eks.describe_pod_identity_association(**the(association))["association"] == updated

    again = eks.update_pod_identity_association(**the(association), roleArn=association["roleArn"])
    assert again["association"]["targetRoleArn"] == TARGET_ROLE
    assert again["association"]["policy"] == SESSION_POLICY


def test_an_empty_text_clears_target_role_and_policy(eks, associate):
    association = associate(targetRoleArn=TARGET_ROLE, disableSessionTags=True, policy=SESSION_POLICY)
    updated = eks.update_pod_identity_association(**the(association), targetRoleArn="", policy="")
    assert not {"targetRoleArn", "externalId", "policy"} & updated["association"].keys()
    assert updated["association"]["disableSessionTags"] is True


def test_an_update_with_the_token_of_the_last_one_changes_nothing(eks, associate, refusal):
    one = the(associate())
    asked = {**one, "disableSessionTags": True, "clientRequestToken": "once"}
    first, second = (eks.update_pod_identity_association(**asked)["association"] for _ in range(2))
    assert first == second
    refused = refusal(eks.update_pod_identity_association, **{**asked, "disableSessionTags": False})
    assert refused.code == "InvalidParameterException"


REFUSED_UPDATES = {
    "nothing to change": (
        {},
        (
            "InvalidParameterException",
            400,
            "At least one of roleArn, targetRoleArn, disableSessionTags and policy must be provided.",
        ),
    ),
    "unknown association": (
        {"associationId": "a-00000000000000000", "disableSessionTags": True},
        ("ResourceNotFoundException", 404, "Association not found: a-00000000000000000"),
    ),
    "short id": (
        {"associationId": "a-1", "disableSessionTags": True},
        (
            "InvalidParameterException",
            400,
            "The parameter associationId should be 19 characters long.",
        ),
    ),
    "unknown cluster": (
        {"clusterName": "none", "disableSessionTags": True},
        ("ResourceNotFoundException", 404, "No cluster found for name: none."),
    ),
    "empty role": (
        {"roleArn": ""},
        ("AccessDeniedException", 403, "Cross-account pass role is not allowed."),
    ),
    "missing role": (
        {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/none"},
        ("InvalidParameterException", 400, "Role provided in the request does not exist."),
    ),
    "policy with session tags": (
        {"policy": SESSION_POLICY},
        (
            "InvalidParameterException",
            400,
            "When policy is specified, disableSessionTags must be set to true",
        ),
    ),
}


@pytest.mark.parametrize(("members", "expected"), REFUSED_UPDATES.values(), ids=REFUSED_UPDATES)
def test_an_update_is_refused_for(eks, associate, refusal, members, expected):
    association = associate()
    refused = refusal(eks.update_pod_identity_association, **{**the(association), **members})
    assert (refused.code, refused.status, refused.message) == expected
    assert eks.describe_pod_identity_association(**the(association))["association"] == association


def test_session_tags_stay_disabled_as_long_as_there_is_a_policy(eks, associate, refusal):
    association = associate(disableSessionTags=True, policy=SESSION_POLICY)
    refused = refusal(eks.update_pod_identity_association, **the(association), disableSessionTags=False)
    assert refused.message == "When policy is specified, disableSessionTags must be set to true"


def test_a_deleted_association_is_answered_and_gone(eks, associate, refusal):
    association = associate()
    assert eks.delete_pod_identity_association(**the(association))["association"] == association
    for operation in (eks.describe_pod_identity_association, eks.delete_pod_identity_association):
        refused = refusal(operation, **the(association))
        assert (refused.code, refused.status) == ("ResourceNotFoundException", 404)
        assert association["associationId"] in refused.message
    assert associate()["associationId"] != association["associationId"]


@pytest.mark.parametrize("identifier", ["a-1", "a-kyevsbqhrnchy79jw0", "x"])
def test_an_association_id_has_nineteen_characters(eks, refusal, identifier):
    for operation in (eks.describe_pod_identity_association, eks.delete_pod_identity_association):
        refused = refusal(operation, clusterName="my-cluster", associationId=identifier)
        assert refused.code == "InvalidParameterException"
        assert refused.message == "The parameter associationId should be 19 characters long."


# --- associations: list --------------------------------------------------------------------------


def test_a_summary_has_six_members_and_no_role(eks, associate):
    association = associate(targetRoleArn=TARGET_ROLE, tags={"team": "a"})
    (summary,) = eks.list_pod_identity_associations(clusterName="my-cluster")["associations"]
    members = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
    assert summary == {member: association[member] for member in members}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"dev/api", "dev/web", "prod/api", "prod/api-2"}),
        ({"namespace": "prod"}, {"prod/api", "prod/api-2"}),
        ({"serviceAccount": "api"}, {"dev/api", "prod/api"}),
        ({"namespace": "prod", "serviceAccount": "api"}, {"prod/api"}),
        ({"namespace": "pro"}, set()),
        ({"namespace": "dev", "serviceAccount": "api-2"}, set()),
    ],
)
def test_lists_are_filtered_exactly_and_paged(eks, associate, filters, expected):
    for subject in ("prod/api", "prod/api-2", "dev/web", "dev/api"):
        associate(*subject.split("/"))
    pages = eks.get_paginator("list_pod_identity_associations").paginate(
        clusterName="my-cluster", PaginationConfig={"PageSize": 1}, **filters
    )
    found = [f"{item['namespace']}/{item['serviceAccount']}" for page in pages for item in page["associations"]]
    assert sorted(found) == sorted(expected)


def test_a_page_has_a_hundred_associations_unless_less_is_asked_for(eks, associate):
    for number in range(101):
        associate(service_account=f"sa-{number}")
    first = eks.list_pod_identity_associations(clusterName="my-cluster")
    assert len(first["associations"]) == 100
    rest = eks.list_pod_identity_associations(clusterName="my-cluster", nextToken=first["nextToken"])
    assert len(rest["associations"]) == 1 and "nextToken" not in rest


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ({"clusterName": "none"}, "ResourceNotFoundException", "No cluster found for name: none."),
        ({"maxResults": 101}, "InvalidParameterException", "value less than or equal to 100"),
        ({"maxResults": 0}, "InvalidParameterException", "value greater than or equal to 1"),
        ({"nextToken": "?"}, "InvalidParameterException", "The parameter nextToken is not valid."),
    ],
)
def test_a_list_is_refused_for(mock, refusal, arguments, code, message):
    eks = mock.client("eks", parameter_validation=False)
    refused = refusal(eks.list_pod_identity_associations, **{"clusterName": "my-cluster", **arguments})
    assert refused.code == code
    assert message in refused.message


# --- tags ----------------------------------------------------------------------------------------


@pytest.fixture(params=["cluster", "association"])
def resource_arn(request, associate):
    return CLUSTER_ARN if request.param == "cluster" else associate()["associationArn"]


def test_tags_are_merged_listed_and_taken_off(eks, resource_arn):
    assert eks.list_tags_for_resource(resourceArn=resource_arn)["tags"] == {}
    eks.tag_resource(resourceArn=resource_arn, tags={"team": "a", "stage": "dev"})
    eks.tag_resource(resourceArn=resource_arn, tags={"stage": "prod", "Stage": "x"})
    tags = {"team": "a", "stage": "prod", "Stage": "x"}
    assert eks.list_tags_for_resource(resourceArn=resource_arn)["tags"] == tags
    eks.untag_resource(resourceArn=resource_arn, tagKeys=["team", "stage", "never"])
    assert eks.list_tags_for_resource(resourceArn=resource_arn)["tags"] == {"Stage": "x"}


def test_tags_show_where_the_resource_is_described(eks, associate):
    association = associate()
    eks.tag_resource(resourceArn=association["associationArn"], tags={"team": "a"})
    described = eks.describe_pod_identity_association(**the(association))["association"]
    assert described["tags"] == {"team": "a"}
    eks.tag_resource(resourceArn=CLUSTER_ARN, tags={"team": "b"})
    assert eks.describe_cluster(name="my-cluster")["cluster"]["tags"] == {"team": "b"}


def test_a_resource_has_at_most_fifty_tags(eks, refusal, resource_arn):
    eks.tag_resource(resourceArn=resource_arn, tags={f"k{n}": "v" for n in range(50)})
    eks.tag_resource(resourceArn=resource_arn, tags={"k0": "other"})
    refused = refusal(eks.tag_resource, resourceArn=resource_arn, tags={"k50": "v"})
    assert (refused.code, refused.status) == ("BadRequestException", 400)
    assert len(eks.list_tags_for_resource(resourceArn=resource_arn)["tags"]) == 50


@pytest.mark.parametrize(
    ("arn", "code", "status"),
    [
        (CLUSTER_ARN.replace("my-cluster", "none"), "NotFoundException", 404),
        pytest.param(
            CLUSTER_ARN.replace(ACCOUNT, "000122223333"), "NotFoundException", 404, marks=pytest.mark.unauthorized
        ),
        (CLUSTER_ARN.replace(":cluster/", ":podidentityassociation/") + "/a-1", "NotFoundException", 404),
        (f"arn:aws:iam::{ACCOUNT}:role/my-role", "BadRequestException", 400),
        ("my-cluster", "BadRequestException", 400),
    ],
)
def test_tag_operations_refuse(eks, refusal, arn, code, status):
    for operation, arguments in (
        (eks.tag_resource, {"tags": {"a": "b"}}),
        (eks.untag_resource, {"tagKeys": ["a"]}),
        (eks.list_tags_for_resource, {}),
    ):
        refused = refusal(operation, resourceArn=arn, **arguments)
        assert (refused.code, refused.status) == (code, status)


# --- the AWS CLI ---------------------------------------------------------------------------------


def test_the_aws_cli_creates_waits_for_and_deletes_a_cluster(mock):
    def aws(*arguments: str) -> str:
        done = subprocess.run(
            ["aws", "eks", *arguments, "--output", "text"],
            env=mock.env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    subnets = "subnetIds=subnet-1,subnet-2"
    asked = ["--name", "new", "--role-arn", CLUSTER_ROLE, "--resources-vpc-config", subnets]
    assert aws("create-cluster", *asked, "--query", "cluster.status") == "CREATING"
    aws("wait", "cluster-active", "--name", "new")
    assert aws("describe-cluster", "--name", "new", "--query", "cluster.status") == "ACTIVE"
    assert aws("list-clusters", "--query", "clusters") == "my-cluster\tnew"
    assert aws("delete-cluster", "--name", "new", "--query", "cluster.status") == "DELETING"
    aws("wait", "cluster-deleted", "--name", "new")
