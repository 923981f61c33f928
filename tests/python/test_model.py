"""Every operation of the mock against AWS's service model.

Inputs by what the registry says of itself, answers and errors by what it really sends: each operation
is driven once here, and every other test's clients are watched as well (`service_model.watch`).
"""

import json

import pytest
from service_model import answer_differences, input_differences, watch

ACCOUNT = "111122223333"


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


TRUST = document(
    Principal={"Service": "pods.eks.amazonaws.com"}, Action=["sts:AssumeRole", "sts:TagSession"]
)
# A marker of ours holds a key, path and name, which can outgrow the 320 characters of AWS's own.
DEPARTURE = ".Marker: "
PERMISSIONS = document(Action="s3:GetObject", Resource="arn:aws:s3:::bucket/*")


def test_inputs_have_the_members_and_constraints_of_the_service_models(mock):
    operations = mock.control("GET", "operations")["operations"]
    assert operations
    differences = [d for operation in operations for d in input_differences(operation)]
    assert [difference for difference in differences if DEPARTURE not in difference] == []


def test_every_operation_answers_as_its_service_model_says(mock):
    answered = set()

    def client(service):
        client = mock.client(service)
        watch(client, answered)
        return client

    for drive in (drive_sts, drive_iam, drive_eks):
        drive(client(drive.__name__.removeprefix("drive_")), client("iam"))

    operations = mock.control("GET", "operations")["operations"]
    assert answered == {(operation["service"], operation["operation"]) for operation in operations}


def drive_sts(sts, iam):
    sts.get_caller_identity()


def drive_iam(iam, _):
    role = {"RoleName": "my-role"}
    iam.create_role(
        **role,
        AssumeRolePolicyDocument=TRUST,
        Description="A role",
        Path="/team/",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    iam.update_assume_role_policy(**role, PolicyDocument=TRUST)
    iam.tag_role(**role, Tags=[{"Key": "c", "Value": "d"}])
    iam.untag_role(**role, TagKeys=["c"])
    iam.list_role_tags(**role)
    arn = iam.create_policy(
        PolicyName="my-policy",
        PolicyDocument=PERMISSIONS,
        Description="A policy",
        Tags=[{"Key": "a", "Value": "b"}],
    )["Policy"]["Arn"]
    iam.attach_role_policy(**role, PolicyArn=arn)
    iam.list_attached_role_policies(**role)
    iam.put_role_policy(**role, PolicyName="inline", PolicyDocument=PERMISSIONS)
    iam.get_role_policy(**role, PolicyName="inline")
    iam.list_role_policies(**role)
    iam.get_role(**role)
    iam.list_roles()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=PERMISSIONS)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    iam.get_policy_version(PolicyArn=arn, VersionId="v1")
    iam.list_policy_versions(PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.get_policy(PolicyArn=arn)
    iam.list_policies()
    iam.delete_role_policy(**role, PolicyName="inline")
    iam.detach_role_policy(**role, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    iam.delete_role(**role)


def drive_eks(eks, iam):
    arn = iam.create_role(RoleName="pod-role", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    eks.create_cluster(
        name="driven",
        version="1.34",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/cluster-role",
        resourcesVpcConfig={
            "subnetIds": ["subnet-1", "subnet-2"],
            "securityGroupIds": ["sg-1"],
            "endpointPublicAccess": True,
            "endpointPrivateAccess": True,
            "publicAccessCidrs": ["10.0.0.0/8"],
        },
        kubernetesNetworkConfig={"serviceIpv4Cidr": "172.20.0.0/16"},
        logging={"clusterLogging": [{"types": ["api"], "enabled": True}]},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:::key/k"}}],
        accessConfig={"authenticationMode": "API"},
        upgradePolicy={"supportType": "STANDARD"},
        zonalShiftConfig={"enabled": True},
        remoteNetworkConfig={"remoteNodeNetworks": [{"cidrs": ["10.1.0.0/16"]}]},
        computeConfig={"enabled": True, "nodePools": ["system"], "nodeRoleArn": arn},
        storageConfig={"blockStorage": {"enabled": True}},
        bootstrapSelfManagedAddons=False,
        deletionProtection=False,
        tags={"a": "b"},
    )
    cluster = eks.describe_cluster(name="driven")["cluster"]
    eks.list_clusters(include=["all"])
    eks.tag_resource(resourceArn=cluster["arn"], tags={"c": "d"})
    eks.list_tags_for_resource(resourceArn=cluster["arn"])
    eks.untag_resource(resourceArn=cluster["arn"], tagKeys=["c"])

    association = eks.create_pod_identity_association(
        clusterName="driven",
        namespace="default",
        serviceAccount="my-service-account",
        roleArn=arn,
        targetRoleArn="arn:aws:iam::000122223333:role/target",
        disableSessionTags=True,
        policy=PERMISSIONS,
        tags={"a": "b"},
    )["association"]
    one = {"clusterName": "driven", "associationId": association["associationId"]}
    eks.describe_pod_identity_association(**one)
    eks.list_pod_identity_associations(clusterName="driven")
    eks.update_pod_identity_association(**one, roleArn=arn)
    eks.delete_pod_identity_association(**one)
    eks.delete_cluster(name="driven")


@pytest.mark.parametrize(
    ("service", "call", "name"),
    [
        ("iam", lambda client: client.get_account_summary(), "iam:GetAccountSummary"),
        ("eks", lambda client: client.list_capabilities(clusterName="c"), "eks:ListCapabilities"),
    ],
)
def test_an_operation_that_is_not_built_says_so_by_name(mock, refusal, service, call, name):
    refused = refusal(call, client=mock.client(service))
    assert (refused.code, refused.status) == ("NotImplemented", 501)
    assert name in refused.message


@pytest.mark.parametrize(
    ("service", "operation", "status", "body", "difference"),
    [
        ("eks", "ListClusters", 200, '{"clusters": [], "count": 0}', "ListClusters.count: the model has no"),
        ("eks", "ListClusters", 200, '{"clusters": ["a", 1]}', "ListClusters.clusters[]: 1 is not a string"),
        ("eks", "DescribeCluster", 200, '{"cluster": {"status": "FINE"}}', "'FINE' is none of"),
        ("eks", "DescribeCluster", 404, "{}", "undeclared error NotFoundException"),
        ("iam", "GetRole", 200, "<r><GetRoleResult><Rule/></GetRoleResult></r>", "GetRole.Rule: the model"),
        ("iam", "GetRole", 404, "<r><Error><Code>NoSuchRole</Code></Error></r>", "undeclared error NoSuchRole"),
    ],
)
def test_an_answer_that_the_model_does_not_know_is_noticed(service, operation, status, body, difference):
    headers = {"x-amzn-errortype": "NotFoundException"}
    found = answer_differences(service, operation, status, headers, body.encode())
    assert len(found) == 1 and difference in found[0]
