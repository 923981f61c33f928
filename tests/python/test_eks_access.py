"""EKS access entries and access policies, as boto3 meets them."""

import re

import pytest

ACCOUNT = "111122223333"
ADMIN = f"arn:aws:iam::{ACCOUNT}:user/admin"
POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
CLUSTER_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
WHOLE = {"type": "cluster"}


@pytest.fixture
def entry(pod_role):
    """The arguments that name an entry."""
    return {"clusterName": "my-cluster", "principalArn": pod_role}


def test_a_cluster_s_creator_has_an_entry_of_its_own(eks):
    assert eks.list_access_entries(clusterName="my-cluster")["accessEntries"] == [ADMIN]
    policies = eks.list_associated_access_policies(clusterName="my-cluster", principalArn=ADMIN)
    (policy,) = policies["associatedAccessPolicies"]
    assert policy["policyArn"] == CLUSTER_ADMIN
    assert policy["accessScope"]["type"] == "cluster"


def test_an_entry_is_created_changed_and_deleted(eks, entry, refusal):
    created = eks.create_access_entry(**entry, kubernetesGroups=["viewers"])["accessEntry"]
    assert re.fullmatch(
        rf"arn:aws:eks:us-west-2:{ACCOUNT}:access-entry/my-cluster/role/{ACCOUNT}/pod-role/[0-9a-f-]{{36}}",
        created["accessEntryArn"],
    )
    assert created["username"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/pod-role/{{{{SessionName}}}}"
    assert (created["type"], created["kubernetesGroups"]) == ("STANDARD", ["viewers"])
    assert eks.describe_access_entry(**entry)["accessEntry"] == created

    updated = eks.update_access_entry(**entry, kubernetesGroups=["editors"], username="someone")
    assert updated["accessEntry"]["kubernetesGroups"] == ["editors"]
    assert updated["accessEntry"]["username"] == "someone"

    eks.delete_access_entry(**entry)
    refused = refusal(eks.describe_access_entry, **entry)
    assert (refused.code, refused.status) == ("ResourceNotFoundException", 404)
    assert refused.message == (
        "The specified principalArn could not be found. You can view your available access entries with "
        "'list-access-entries'."
    )


def test_a_node_s_entry_has_fixed_groups(eks, entry, refusal):
    for member, value in (("kubernetesGroups", ["viewers"]), ("username", "someone")):
        refused = refusal(eks.create_access_entry, **entry, type="EC2_LINUX", **{member: value})
        assert (refused.code, refused.message) == (
            "InvalidParameterException",
            f'The specified {member} is invalid: setting {member} is not allowed when the type is "EC2_LINUX"',
        )
    created = eks.create_access_entry(**entry, type="EC2_LINUX")["accessEntry"]
    assert created["username"] == "system:node:{{EC2PrivateDNSName}}"
    assert created["kubernetesGroups"] == ["system:nodes"]
    for refused in (
        refusal(eks.update_access_entry, **entry, username="someone"),
        refusal(eks.associate_access_policy, **entry, policyArn=POLICY, accessScope=WHOLE),
    ):
        assert (refused.code, refused.message) == (
            "InvalidParameterException",
            'This operation can only be performed on Access Entries with a type of "STANDARD".',
        )


def test_the_entry_of_an_auto_mode_node_has_access_policies(eks, entry):
    eks.create_access_entry(**entry, type="EC2")
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAutoNodePolicy"
    eks.associate_access_policy(**entry, policyArn=policy, accessScope=WHOLE)
    listed = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
    assert [one["policyArn"] for one in listed] == [policy]


def test_a_username_does_not_begin_as_those_of_kubernetes_and_aws_do(eks, entry, refusal):
    eks.create_access_entry(**entry)
    for username in ("system:admin", "eks:x", "aws:x", "amazon:x", "iam:x"):
        refused = refusal(eks.update_access_entry, **entry, username=username)
        start = username.partition(":")[0]
        message = f"The username must not begin with {start}:"
        assert (refused.code, refused.message) == ("InvalidParameterException", message)


def test_a_request_token_makes_create_access_entry_idempotent(eks, entry, refusal):
    first, second = (
        eks.create_access_entry(**entry, clientRequestToken="t")["accessEntry"] for _ in range(2)
    )
    assert first == second
    refused = refusal(eks.create_access_entry, **entry)
    assert (refused.code, refused.message) == (
        "ResourceInUseException",
        "The specified access entry resource is already in use on this cluster.",
    )


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"principalArn": "me"}, "The specified principalArn is invalid: invalid principal."),
        (
            {"principalArn": f"arn:aws:iam::{ACCOUNT}:role/none"},
            "The specified principalArn is invalid: invalid principal.",
        ),
        (
            {"kubernetesGroups": ["system:masters"]},
            "The kubernetes group name system:masters is invalid, it cannot start with system:",
        ),
        (
            {"kubernetesGroups": ["viewers", "eks:admins"]},
            "The kubernetes group name eks:admins is invalid, it cannot start with eks:",
        ),
        ({"username": "system:admin"}, "The username must not begin with system:"),
        (
            {"principalArn": ADMIN, "type": "EC2_LINUX"},
            "AccessEntry principalArn must be IAM role when using types [EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, "
            "HYBRID_LINUX, EC2]",
        ),
        (
            {"principalArn": "arn:aws:iam::000122223333:role/guest", "type": "FARGATE_LINUX"},
            "AccessEntry principalArn must be from the same account as the cluster when using types [EC2_LINUX, "
            "EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2]",
        ),
        (
            {
                "principalArn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/eks.amazonaws.com/"
                "AWSServiceRoleForAmazonEKS"
            },
            "The caller is not allowed to modify access entries with a principalArn value of a Service "
            "Linked Role",
        ),
        ({"type": "LAPTOP"}, "The parameter type is not valid: LAPTOP"),
    ],
)
def test_create_access_entry_refuses(eks, entry, refusal, members, message):
    refused = refusal(eks.create_access_entry, **{**entry, **members})
    assert (refused.code, refused.message) == ("InvalidParameterException", message)


def test_a_role_of_another_account_can_have_an_entry(eks):
    arn = "arn:aws:iam::000122223333:role/guest"
    created = eks.create_access_entry(clusterName="my-cluster", principalArn=arn)["accessEntry"]
    assert created["principalArn"] == arn


def test_entries_need_another_authentication_mode_than_the_config_map(eks, refusal):
    eks.create_cluster(
        name="old", roleArn=f"arn:aws:iam::{ACCOUNT}:role/r", resourcesVpcConfig={"subnetIds": ["s-1"]}
    )
    refused = refusal(eks.list_access_entries, clusterName="old")
    assert (refused.code, refused.status) == ("InvalidRequestException", 400)
    assert refused.message == (
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] "
        "to perform this operation."
    )
    eks.update_cluster_config(name="old", accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"})
    assert eks.list_access_entries(clusterName="old")["accessEntries"] == []


def test_policies_are_associated_changed_listed_and_taken_off(eks, entry, refusal):
    eks.create_access_entry(**entry)
    some = {"type": "namespace", "namespaces": ["default", "dev"]}
    first = eks.associate_access_policy(**entry, policyArn=POLICY, accessScope=some)
    assert first["associatedAccessPolicy"]["accessScope"] == some
    second = eks.associate_access_policy(**entry, policyArn=POLICY, accessScope=WHOLE)
    changed = second["associatedAccessPolicy"]
    assert changed["accessScope"]["type"] == "cluster"
    assert changed["associatedAt"] == first["associatedAccessPolicy"]["associatedAt"]

    listed = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
    assert listed == [changed]
    with_policy = {"clusterName": "my-cluster", "associatedPolicyArn": POLICY}
    assert eks.list_access_entries(**with_policy)["accessEntries"] == [entry["principalArn"]]

    eks.disassociate_access_policy(**entry, policyArn=POLICY)
    assert eks.list_access_entries(**with_policy)["accessEntries"] == []
    assert refusal(eks.disassociate_access_policy, **entry, policyArn=POLICY).status == 404


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            "InvalidParameterException",
            "The policyArn parameter format is not valid",
        ),
        (
            {"policyArn": "arn:aws:eks::aws:cluster-access-policy/None"},
            "ResourceNotFoundException",
            "The specified policyArn could not be found. You can view the available access policies with "
            "'list-access-policies'.",
        ),
        (
            {"accessScope": {"type": "namespace"}},
            "InvalidParameterException",
            "At least 1 namespace must be provided if the type is set as namespace",
        ),
        (
            {"accessScope": {"type": "cluster", "namespaces": ["a"]}},
            "InvalidParameterException",
            "accessScope should not include namespaces if the type is not set as namespace",
        ),
        (
            {"principalArn": "arn:aws:iam::000122223333:role/none"},
            "ResourceNotFoundException",
            "The specified principalArn could not be found. You can view your available access entries with "
            "'list-access-entries'.",
        ),
    ],
)
def test_associate_access_policy_refuses(eks, entry, refusal, members, code, message):
    eks.create_access_entry(**entry)
    asked = {**entry, "policyArn": POLICY, "accessScope": WHOLE, **members}
    refused = refusal(eks.associate_access_policy, **asked)
    assert (refused.code, refused.message) == (code, message)


def test_access_policies_are_listed_by_pages(eks):
    pages = eks.get_paginator("list_access_policies").paginate(PaginationConfig={"PageSize": 4})
    policies = [policy for page in pages for policy in page["accessPolicies"]]
    assert POLICY in [policy["arn"] for policy in policies]
    assert all(policy["arn"].endswith(f"/{policy['name']}") for policy in policies)


def test_an_entry_is_tagged_by_its_arn(eks, entry):
    arn = eks.create_access_entry(**entry, tags={"a": "b"})["accessEntry"]["accessEntryArn"]
    eks.tag_resource(resourceArn=arn, tags={"c": "d"})
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b", "c": "d"}
