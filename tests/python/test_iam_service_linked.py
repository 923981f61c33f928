"""Service-linked roles: one for each service, and changed by nobody but their service."""

import json
import subprocess

import pytest

PROTECTED = "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS"


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


DOCUMENT = document(Action="s3:*", Resource="*")
TRUST = document(Action="sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"})
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@pytest.fixture
def linked(iam):
    return iam.create_service_linked_role(AWSServiceName="eks-nodegroup.amazonaws.com")["Role"]


def test_a_linked_role_has_its_services_path_trust_and_policy(iam, linked):
    name = "AWSServiceRoleForAmazonEKSNodegroup"
    assert linked["RoleName"] == name
    assert linked["Path"] == "/aws-service-role/eks-nodegroup.amazonaws.com/"
    assert linked["Arn"] == f"arn:aws:iam::111122223333:role{linked['Path']}{name}"
    [statement] = linked["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": ["eks-nodegroup.amazonaws.com"]}
    assert "Description" not in linked and "MaxSessionDuration" not in linked
    policy = f"arn:aws:iam::aws:policy/aws-service-role/{name}"
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert attached == [{"PolicyName": name, "PolicyArn": policy}]
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 1


@pytest.mark.parametrize(
    ("service", "role", "policy"),
    [
        ("eks", "AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"),
        ("eks-fargate", "AWSServiceRoleForAmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
        ("eks-connector", "AWSServiceRoleForAmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"),
        ("autoscaling", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy"),
        ("elasticloadbalancing", "AWSServiceRoleForElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
        ("spot", "AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy"),
    ],
)
def test_the_services_of_a_cluster_have_their_roles(iam, service, role, policy):
    created = iam.create_service_linked_role(AWSServiceName=f"{service}.amazonaws.com", Description="Mine")["Role"]
    assert (created["RoleName"], created["Description"]) == (role, "Mine")
    [attached] = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert attached["PolicyName"] == policy


def test_a_service_has_one_role_but_for_suffixes(iam, linked, refusal):
    refused = refusal(iam.create_service_linked_role, AWSServiceName="eks-nodegroup.amazonaws.com")
    assert (refused.code, refused.message) == (
        "InvalidInput",
        f"Service role name {linked['RoleName']} has been taken in this account, please try a different suffix.",
    )
    refused = refusal(iam.create_service_linked_role, AWSServiceName="eks.amazonaws.com", CustomSuffix="x")
    assert (refused.code, refused.message) == (
        "InvalidInput",
        "Custom suffix is not allowed for eks.amazonaws.com",
    )
    for suffix in ("one", "two"):
        created = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=suffix)
        assert created["Role"]["RoleName"] == f"AWSServiceRoleForAutoScaling_{suffix}"
    assert refusal(iam.create_service_linked_role, AWSServiceName="nothing.amazonaws.com").code == "InvalidInput"


def changes(iam, name: str):
    role = {"RoleName": name}
    iam.create_instance_profile(InstanceProfileName="profile")
    profile = {"InstanceProfileName": "profile"}
    return {
        "attach": (iam.attach_role_policy, {**role, "PolicyArn": READ_ONLY}),
        "detach": (iam.detach_role_policy, {**role, "PolicyArn": READ_ONLY}),
        "put": (iam.put_role_policy, {**role, "PolicyName": "p", "PolicyDocument": DOCUMENT}),
        "remove": (iam.delete_role_policy, {**role, "PolicyName": "p"}),
        "bound": (iam.put_role_permissions_boundary, {**role, "PermissionsBoundary": READ_ONLY}),
        "unbound": (iam.delete_role_permissions_boundary, role),
        "trust": (iam.update_assume_role_policy, {**role, "PolicyDocument": TRUST}),
        "sessions": (iam.update_role, {**role, "MaxSessionDuration": 7200}),
        "profile": (iam.add_role_to_instance_profile, {**profile, **role}),
        "delete": (iam.delete_role, role),
    }


def test_nobody_changes_a_linked_role(iam, linked, refusal):
    name = linked["RoleName"]
    before = iam.get_role(RoleName=name)["Role"]
    for change, (call, arguments) in changes(iam, name).items():
        refused = refusal(call, **arguments)
        assert (refused.code, refused.status) == ("UnmodifiableEntity", 400), change
        assert refused.message == PROTECTED.format(name)
    assert iam.get_role(RoleName=name)["Role"] == before


def test_description_and_tags_of_a_linked_role_are_the_customers(iam, linked):
    role = {"RoleName": linked["RoleName"]}
    iam.update_role(**role, Description="Mine")
    iam.tag_role(**role, Tags=[{"Key": "a", "Value": "b"}])
    read = iam.get_role(**role)["Role"]
    assert (read["Description"], read["Tags"]) == ("Mine", [{"Key": "a", "Value": "b"}])


def test_a_linked_role_is_deleted_by_a_task(iam, linked, refusal):
    role = {"RoleName": linked["RoleName"]}
    task = iam.delete_service_linked_role(**role)["DeletionTaskId"]
    service = linked["Path"].strip("/")
    assert task.startswith(f"task/{service}/{linked['RoleName']}/")
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refusal(iam.get_role, **role).code == "NoSuchEntity"
    assert refusal(iam.delete_service_linked_role, **role).code == "NoSuchEntity"
    policy = "arn:aws:iam::aws:policy/aws-service-role/AWSServiceRoleForAmazonEKSNodegroup"
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 0
    iam.create_service_linked_role(AWSServiceName="eks-nodegroup.amazonaws.com")


def test_tasks_and_roles_of_another_kind_are_not_found(iam, refusal):
    iam.create_role(RoleName="mine", AssumeRolePolicyDocument=TRUST)
    assert refusal(iam.delete_service_linked_role, RoleName="mine").code == "NoSuchEntity"
    status = iam.get_service_linked_role_deletion_status
    assert refusal(status, DeletionTaskId="task/aws-service-role/eks.amazonaws.com/r/1").code == "NoSuchEntity"
    assert refusal(status, DeletionTaskId="nothing").code == "InvalidInput"


def test_the_command_line_creates_a_linked_role(mock):
    command = ["aws", "iam", "create-service-linked-role", "--aws-service-name", "eks.amazonaws.com"]
    command += ["--query", "Role.RoleName", "--output", "text"]
    done = subprocess.run(command, env=mock.env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "AWSServiceRoleForAmazonEKS"
