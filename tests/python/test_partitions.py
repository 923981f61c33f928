"""Partitions and regions: what lies in one is not seen from another."""

import json

import pytest

PARTITIONS = [
    ("us-east-1", "aws"),
    ("cn-north-1", "aws-cn"),
    ("us-gov-west-1", "aws-us-gov"),
    ("us-iso-east-1", "aws-iso"),
    ("eusc-de-east-1", "aws-eusc"),
]


def trust(service: str) -> str:
    actions = ["sts:AssumeRole", "sts:TagSession"]
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(("region", "partition"), PARTITIONS)
def test_every_arn_names_the_partition_of_the_region(mock, region, partition):
    iam, sts, eks = (mock.client(service, region=region) for service in ("iam", "sts", "eks"))
    assert sts.get_caller_identity()["Arn"] == f"arn:{partition}:iam::111122223333:user/admin"
    role = iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust("pods.eks.amazonaws.com"))["Role"]
    assert role["Arn"] == f"arn:{partition}:iam::111122223333:role/app"
    cluster = eks.create_cluster(
        name="c",
        roleArn=role["Arn"],
        resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]},
        accessConfig={"authenticationMode": "API"},
    )
    assert cluster["cluster"]["arn"] == f"arn:{partition}:eks:{region}:111122223333:cluster/c"

    association = eks.create_pod_identity_association(
        clusterName="c", namespace="default", serviceAccount="s", roleArn=role["Arn"]
    )["association"]
    assert association["associationArn"].startswith(f"arn:{partition}:eks:{region}:")
    assert eks.list_access_entries(clusterName="c")["accessEntries"] == [
        f"arn:{partition}:iam::111122223333:user/admin"
    ]


def test_managed_policies_answer_under_their_partition_only(mock, refusal):
    iam = mock.client("iam", region="cn-north-1")
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust("ec2.amazonaws.com.cn"))
    chinese = "arn:aws-cn:iam::aws:policy/AdministratorAccess"
    iam.attach_role_policy(RoleName="app", PolicyArn=chinese)
    used = iam.list_policies(OnlyAttached=True)["Policies"]
    # The other one is the administrator's.
    assert [(policy["Arn"], policy["AttachmentCount"]) for policy in used] == [(chinese, 2)]
    foreign = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert refusal(iam.get_policy, PolicyArn=foreign).code == "NoSuchEntity"
    assert refusal(iam.attach_role_policy, RoleName="app", PolicyArn=foreign).code == "NoSuchEntity"
    assert mock.client("iam").get_policy(PolicyArn=foreign)["Policy"]["Arn"] == foreign


def test_principals_of_another_partition_are_not_known(mock, iam, refusal):
    refused = refusal(iam.create_role, RoleName="app", AssumeRolePolicyDocument=trust("ec2.amazonaws.com.cn"))
    assert (refused.code, refused.status) == ("MalformedPolicyDocument", 400)
    root = trust("x").replace('"Service": "x"', '"AWS": "arn:aws-cn:iam::111122223333:root"')
    assert refusal(iam.create_role, RoleName="app", AssumeRolePolicyDocument=root).code == "MalformedPolicyDocument"
    chinese = mock.client("iam", region="cn-north-1")
    assert chinese.create_role(RoleName="app", AssumeRolePolicyDocument=root)


def test_a_target_role_of_another_partition_is_refused(eks, pod_role, refusal):
    subject = {"clusterName": "my-cluster", "namespace": "default", "serviceAccount": "s", "roleArn": pod_role}
    foreign = "arn:aws-cn:iam::444455556666:role/target"
    refused = refusal(eks.create_pod_identity_association, **subject, targetRoleArn=foreign)
    assert (refused.code, refused.status) == ("InvalidParameterException", 400)
    made = eks.create_pod_identity_association(**subject, targetRoleArn=foreign.replace("aws-cn", "aws"))
    key = {"clusterName": "my-cluster", "associationId": made["association"]["associationId"]}
    refused = refusal(eks.update_pod_identity_association, **key, targetRoleArn=foreign)
    assert refused.code == "InvalidParameterException"
    assert eks.update_pod_identity_association(**key, targetRoleArn="")


def test_clusters_of_one_name_have_a_kubernetes_api_each(mock, eks):
    from kubernetes import client

    def core_of(eks):
        endpoint = eks.describe_cluster(name="my-cluster")["cluster"]["endpoint"]
        return endpoint, client.CoreV1Api(client.ApiClient(client.Configuration(host=endpoint)))

    endpoints = {}
    for account, region in (("test", "us-west-2"), ("test", "eu-west-1"), ("000000000042", "us-west-2")):
        eks = mock.client("eks", account=account, region=region)
        if (account, region) != ("test", "us-west-2"):
            vpc = {"subnetIds": ["subnet-1", "subnet-2"]}
            owner = mock.client("sts", account=account).get_caller_identity()["Account"]
            eks.create_cluster(name="my-cluster", roleArn=f"arn:aws:iam::{owner}:role/c", resourcesVpcConfig=vpc)
        endpoint, core = core_of(eks)
        core.create_namespace({"metadata": {"name": f"only-{len(endpoints)}"}})
        names = [item.metadata.name for item in core.list_namespace().items if item.metadata.name.startswith("only-")]
        assert names == [f"only-{len(endpoints)}"]
        endpoints[endpoint.removeprefix(mock.uri)] = core
    assert list(endpoints) == [
        "/k8s/my-cluster",
        "/k8s/my-cluster.eu-west-1.111122223333",
        "/k8s/my-cluster.us-west-2.000000000042",
    ]
