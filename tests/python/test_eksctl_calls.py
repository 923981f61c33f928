"""What eksctl asks, command by command, in its order, and what it reads in the answers.

Written after eksctl's sources (`pkg/actions/podidentityassociation`, `pkg/iam/oidc`, `pkg/eks`). Roles that
eksctl makes by CloudFormation are made by IAM here; eksctl itself is not run.
"""

import base64
import json
import uuid
from urllib.parse import urlsplit

import pytest

ACCOUNT = "111122223333"
CLUSTER = "my-cluster"
AGENT = "eks-pod-identity-agent"
THUMBPRINT = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"


def provider_arn(issuer: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer.removeprefix('https://')}"


@pytest.fixture
def cluster(sts, eks) -> dict:
    """What every command begins with: who calls, and which cluster it is."""
    caller = sts.get_caller_identity()
    assert caller["Arn"].split(":")[4] == ACCOUNT
    cluster = eks.describe_cluster(name=CLUSTER)["cluster"]
    assert cluster["status"] == "ACTIVE"
    assert urlsplit(cluster["endpoint"]).scheme in ("http", "https")
    assert base64.b64decode(cluster["certificateAuthority"]["data"], validate=True)
    assert cluster["version"].split(".")[0] == "1"
    assert {"vpcId", "subnetIds", "endpointPublicAccess"} <= cluster["resourcesVpcConfig"].keys()
    assert cluster["accessConfig"]["authenticationMode"] in ("API", "API_AND_CONFIG_MAP", "CONFIG_MAP")
    return cluster


def associations(eks, **filters) -> list[dict]:
    """`eksctl get podidentityassociation`: one list, then one description of each."""
    listed = eks.list_pod_identity_associations(clusterName=CLUSTER, **filters)["associations"]
    # The list does not tell the role: hence the descriptions.
    assert not any("roleArn" in summary for summary in listed)
    described = [
        eks.describe_pod_identity_association(clusterName=CLUSTER, associationId=summary["associationId"])
        for summary in listed
    ]
    return [one["association"] for one in described]


def id_of(association_arn: str) -> str:
    """`ToPodIdentityAssociationID`: the resource of the ARN has exactly three parts."""
    kind, cluster, association_id = association_arn.split(":", 5)[5].split("/")
    assert (kind, cluster) == ("podidentityassociation", CLUSTER)
    return association_id


@pytest.fixture
def create(eks, pod_role):
    """`eksctl create podidentityassociation --role-arn`."""

    def create(namespace: str, service_account: str, **more) -> dict:
        return eks.create_pod_identity_association(
            clusterName=CLUSTER,
            namespace=namespace,
            serviceAccount=service_account,
            roleArn=pod_role,
            clientRequestToken=str(uuid.uuid4()),
            **more,
        )["association"]

    return create


# --- iam oidc provider ---------------------------------------------------------------------------


def test_an_oidc_provider_is_looked_for_made_and_deleted(cluster, iam, refusal):
    issuer = cluster["identity"]["oidc"]["issuer"]
    arn = provider_arn(issuer)
    missing = refusal(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)
    assert (missing.code, missing.status) == ("NoSuchEntity", 404)

    created = iam.create_open_id_connect_provider(
        Url=issuer,
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=[THUMBPRINT],
        Tags=[{"Key": "alpha.eksctl.io/cluster-name", "Value": CLUSTER}],
    )
    assert created["OpenIDConnectProviderArn"] == arn
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert read["ClientIDList"] == ["sts.amazonaws.com"]
    assert read["ThumbprintList"] == [THUMBPRINT]

    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert refusal(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn).code == "NoSuchEntity"


# --- the agent -----------------------------------------------------------------------------------


def test_the_agent_is_installed_where_it_is_missing(cluster, eks, refusal):
    assert not cluster.get("computeConfig", {}).get("enabled")
    missing = refusal(eks.describe_addon, clusterName=CLUSTER, addonName=AGENT)
    assert (missing.code, missing.status) == ("ResourceNotFoundException", 404)

    versions = eks.describe_addon_versions(addonName=AGENT, kubernetesVersion=cluster["version"])
    [addon] = versions["addons"]
    assert addon["addonName"] == AGENT
    newest = addon["addonVersions"][0]["addonVersion"]
    eks.create_addon(
        clusterName=CLUSTER, addonName=AGENT, addonVersion=newest, clientRequestToken=str(uuid.uuid4())
    )
    eks.get_waiter("addon_active").wait(clusterName=CLUSTER, addonName=AGENT)
    installed = eks.describe_addon(clusterName=CLUSTER, addonName=AGENT)["addon"]
    assert installed["addonVersion"] == newest
    assert installed["health"]["issues"] == []


# --- podidentityassociation ----------------------------------------------------------------------


def test_created_associations_are_shown_with_their_roles(cluster, eks, create, pod_role):
    create("default", "a", tags={"team": "a"})
    create("kube-system", "b")
    shown = associations(eks)
    assert {(one["namespace"], one["serviceAccount"], one["roleArn"]) for one in shown} == {
        ("default", "a", pod_role),
        ("kube-system", "b", pod_role),
    }
    for one in shown:
        assert id_of(one["associationArn"]) == one["associationId"]
    assert [one["serviceAccount"] for one in associations(eks, namespace="default")] == ["a"]
    assert associations(eks, namespace="default", serviceAccount="b") == []


def test_an_update_finds_its_association_by_namespace_and_service_account(cluster, iam, eks, create, pod_role):
    create("default", "a")
    trust = iam.get_role(RoleName="pod-role")["Role"]["AssumeRolePolicyDocument"]
    other = iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    [summary] = eks.list_pod_identity_associations(
        clusterName=CLUSTER, namespace="default", serviceAccount="a"
    )["associations"]
    # An association that an add-on owns has `ownerArn`, and eksctl leaves it alone.
    assert "ownerArn" not in summary
    one = {"clusterName": CLUSTER, "associationId": id_of(summary["associationArn"])}
    assert eks.describe_pod_identity_association(**one)["association"]["roleArn"] == pod_role
    updated = eks.update_pod_identity_association(**one, roleArn=other)["association"]
    assert updated["roleArn"] == other


def test_an_association_of_an_addon_names_its_owner(cluster, eks, iam, pod_role):
    eks.create_addon(
        clusterName=CLUSTER,
        addonName="vpc-cni",
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": pod_role}],
    )
    addon = eks.describe_addon(clusterName=CLUSTER, addonName="vpc-cni")["addon"]
    [owned] = eks.list_pod_identity_associations(clusterName=CLUSTER)["associations"]
    assert owned["ownerArn"] == addon["addonArn"]
    assert [id_of(arn) for arn in addon["podIdentityAssociations"]] == [owned["associationId"]]


def test_a_deletion_finds_one_and_ends_with_none(cluster, eks, create):
    create("default", "a")
    kept = create("default", "b")
    [summary] = eks.list_pod_identity_associations(
        clusterName=CLUSTER, namespace="default", serviceAccount="a"
    )["associations"]
    eks.delete_pod_identity_association(
        clusterName=CLUSTER, associationId=id_of(summary["associationArn"])
    )
    assert [one["associationId"] for one in associations(eks)] == [kept["associationId"]]


# --- utils migrate-to-pod-identity ---------------------------------------------------------------


def test_a_migration_adds_to_the_trust_and_ignores_what_is_there(cluster, iam, eks, refusal):
    issuer = cluster["identity"]["oidc"]["issuer"]
    provider = iam.create_open_id_connect_provider(
        Url=issuer, ClientIDList=["sts.amazonaws.com"], ThumbprintList=[THUMBPRINT]
    )["OpenIDConnectProviderArn"]
    host = issuer.removeprefix("https://")
    irsa = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{host}:sub": "system:serviceaccount:default:a"}},
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [irsa]})
    role = iam.create_role(RoleName="irsa", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    request = {"clusterName": CLUSTER, "namespace": "default", "serviceAccount": "a", "roleArn": role}
    refused = refusal(eks.create_pod_identity_association, **request)
    assert refused.message.startswith("Trust policy of the role provided is invalid.")

    document = iam.get_role(RoleName="irsa")["Role"]["AssumeRolePolicyDocument"]
    assert document["Statement"] == [irsa]
    document["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Service": ["pods.eks.amazonaws.com"]},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    )
    iam.update_assume_role_policy(RoleName="irsa", PolicyDocument=json.dumps(document))
    assert iam.get_role(RoleName="irsa")["Role"]["AssumeRolePolicyDocument"] == document
    eks.create_pod_identity_association(**request)
    # Run again, the migration meets its own association, and takes that for success.
    again = refusal(eks.create_pod_identity_association, **request)
    assert (again.code, again.status) == ("ResourceInUseException", 409)


# --- what else it asks of IAM --------------------------------------------------------------------


def test_roles_and_profiles_of_nodes_are_looked_up(iam, pod_role, refusal):
    policy = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    iam.attach_role_policy(RoleName="pod-role", PolicyArn=policy)
    attached = iam.list_attached_role_policies(RoleName="pod-role")["AttachedPolicies"]
    assert [one["PolicyArn"] for one in attached] == [policy]
    missing = refusal(iam.get_instance_profile, InstanceProfileName="nodes")
    assert (missing.code, missing.status) == ("NoSuchEntity", 404)
    iam.create_instance_profile(InstanceProfileName="nodes")
    iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName="pod-role")
    profile = iam.get_instance_profile(InstanceProfileName="nodes")["InstanceProfile"]
    assert [role["Arn"] for role in profile["Roles"]] == [pod_role]
