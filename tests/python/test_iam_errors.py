"""Every error that IAM's operations list is provoked here, and no other happens (`service_model.watch`)."""

import json

import pytest

from service_model import AWS_S_OWN_ERRORS, service_model

ACCOUNT = "111122223333"
NO_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/nothing"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/policy"
LINKED = "AWSServiceRoleForAmazonEKS"
LINKED_POLICY = "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
URL = "https://issuer.example/id/1"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/issuer.example/id/1"

# What the model declares and nothing here brings about: there is no other side that fails or interferes.
NEVER = {
    "ConcurrentModification",
    "EntityTemporarilyUnmodifiable",
    "OpenIdIdpCommunicationError",
    "PolicyEvaluation",
    "ServiceFailure",
}


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def trust(**more) -> str:
    return document(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole", **more)


PERMISSIONS = document(Action="s3:*", Resource="*")
BIG = document(Action=["s3:" + "a" * 120] * 100, Resource="*")
BIG_TRUST = trust(Sid="a" * 2_048)
FIFTY = [{"Key": f"k{n}", "Value": ""} for n in range(50)]
TWICE = [{"Key": key, "Value": ""} for key in ("a", "A")]
ONE_MORE = [{"Key": "one more", "Value": ""}]

# Arguments by the names of members: whatever they name is not there.
NOTHING = {
    "RoleName": "nobody",
    "PolicyName": "nothing",
    "PolicyArn": NO_POLICY,
    "VersionId": "v1",
    "InstanceProfileName": "nothing",
    "OpenIDConnectProviderArn": PROVIDER + "0",
    "PolicyDocument": PERMISSIONS,
    "AssumeRolePolicyDocument": trust(),
    "PermissionsBoundary": NO_POLICY,
    "Description": "nothing",
    "Tags": [],
    "TagKeys": ["a"],
    "ThumbprintList": ["0" * 40],
    "ClientID": "a",
    "AccountAlias": "nothing",
    "DeletionTaskId": "task/aws-service-role/eks.amazonaws.com/nobody/1",
    "PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:role/nobody",
    "ActionNames": ["s3:GetObject"],
    "UserName": "nobody",
    "GroupName": "nobody",
    "AccessKeyId": "AKIA" + "A" * 16,
    "Status": "Active",
}

ROLE = {"RoleName": "role"}
LINKED_ROLE = {"RoleName": LINKED}
USER = {"UserName": "user"}
GROUP = {"GroupName": "group"}
PROFILE = {"InstanceProfileName": "profile"}
OIDC = {"OpenIDConnectProviderArn": PROVIDER}
INLINE = {"PolicyName": "inline", "PolicyDocument": PERMISSIONS}

# Operation, code, and the arguments that bring it about in the account of `prepared`.
CASES = [
    ("CreateRole", "EntityAlreadyExists", {"RoleName": "ROLE", "AssumeRolePolicyDocument": trust()}),
    ("CreateRole", "InvalidInput", {"RoleName": "n", "AssumeRolePolicyDocument": trust(), "Tags": TWICE}),
    ("CreateRole", "LimitExceeded", {"RoleName": "n", "AssumeRolePolicyDocument": BIG_TRUST}),
    ("CreateRole", "MalformedPolicyDocument", {"RoleName": "n", "AssumeRolePolicyDocument": PERMISSIONS}),
    (
        "CreateRole",
        "NoSuchEntity",
        {"RoleName": "n", "AssumeRolePolicyDocument": trust(), "PermissionsBoundary": NO_POLICY},
    ),
    ("DeleteRole", "DeleteConflict", ROLE),
    ("DeleteRole", "UnmodifiableEntity", LINKED_ROLE),
    ("UpdateRole", "UnmodifiableEntity", {**LINKED_ROLE, "MaxSessionDuration": 7200}),
    ("UpdateAssumeRolePolicy", "LimitExceeded", {**ROLE, "PolicyDocument": BIG_TRUST}),
    ("UpdateAssumeRolePolicy", "MalformedPolicyDocument", {**ROLE, "PolicyDocument": PERMISSIONS}),
    ("UpdateAssumeRolePolicy", "UnmodifiableEntity", {**LINKED_ROLE, "PolicyDocument": trust()}),
    ("TagRole", "InvalidInput", {**ROLE, "Tags": TWICE}),
    ("TagRole", "LimitExceeded", {**ROLE, "Tags": ONE_MORE}),
    ("AttachRolePolicy", "LimitExceeded", {**ROLE, "PolicyArn": READ_ONLY}),
    ("AttachRolePolicy", "PolicyNotAttachable", {**ROLE, "PolicyArn": LINKED_POLICY}),
    ("AttachRolePolicy", "UnmodifiableEntity", {**LINKED_ROLE, "PolicyArn": READ_ONLY}),
    ("DetachRolePolicy", "UnmodifiableEntity", {**LINKED_ROLE, "PolicyArn": LINKED_POLICY}),
    ("PutRolePolicy", "LimitExceeded", {**ROLE, **INLINE, "PolicyDocument": BIG}),
    ("PutRolePolicy", "MalformedPolicyDocument", {**ROLE, **INLINE, "PolicyDocument": trust()}),
    ("PutRolePolicy", "UnmodifiableEntity", {**LINKED_ROLE, **INLINE}),
    ("DeleteRolePolicy", "UnmodifiableEntity", {**LINKED_ROLE, "PolicyName": "inline"}),
    ("PutRolePermissionsBoundary", "PolicyNotAttachable", {**ROLE, "PermissionsBoundary": LINKED_POLICY}),
    ("PutRolePermissionsBoundary", "UnmodifiableEntity", {**LINKED_ROLE, "PermissionsBoundary": READ_ONLY}),
    ("DeleteRolePermissionsBoundary", "UnmodifiableEntity", LINKED_ROLE),
    ("CreateUser", "EntityAlreadyExists", {"UserName": "USER"}),
    ("CreateUser", "InvalidInput", {"UserName": "n", "Tags": TWICE}),
    ("CreateUser", "LimitExceeded", {"UserName": "n"}),
    ("CreateUser", "NoSuchEntity", {"UserName": "n", "PermissionsBoundary": NO_POLICY}),
    ("UpdateUser", "EntityAlreadyExists", {**USER, "NewUserName": "Admin"}),
    ("DeleteUser", "DeleteConflict", USER),
    ("TagUser", "InvalidInput", {**USER, "Tags": TWICE}),
    ("TagUser", "LimitExceeded", {**USER, "Tags": ONE_MORE}),
    ("CreateAccessKey", "LimitExceeded", USER),
    ("CreateAccessKey", "NoSuchEntity", {"UserName": "nobody"}),
    ("UpdateAccessKey", "InvalidInput", {**USER, "AccessKeyId": "AKIA" + "A" * 16, "Status": "Expired"}),
    ("AttachUserPolicy", "LimitExceeded", {**USER, "PolicyArn": READ_ONLY}),
    ("AttachUserPolicy", "PolicyNotAttachable", {**USER, "PolicyArn": LINKED_POLICY}),
    ("PutUserPolicy", "LimitExceeded", {**USER, **INLINE, "PolicyDocument": BIG}),
    ("PutUserPolicy", "MalformedPolicyDocument", {**USER, **INLINE, "PolicyDocument": trust()}),
    ("PutUserPermissionsBoundary", "PolicyNotAttachable", {**USER, "PermissionsBoundary": LINKED_POLICY}),
    ("CreateGroup", "EntityAlreadyExists", {"GroupName": "GROUP"}),
    ("CreateGroup", "LimitExceeded", {"GroupName": "n"}),
    ("UpdateGroup", "EntityAlreadyExists", {**GROUP, "NewGroupName": "Other"}),
    ("DeleteGroup", "DeleteConflict", GROUP),
    ("AddUserToGroup", "LimitExceeded", {**USER, "GroupName": "other"}),
    ("AttachGroupPolicy", "LimitExceeded", {**GROUP, "PolicyArn": READ_ONLY}),
    ("AttachGroupPolicy", "PolicyNotAttachable", {**GROUP, "PolicyArn": LINKED_POLICY}),
    ("PutGroupPolicy", "LimitExceeded", {**GROUP, **INLINE, "PolicyDocument": BIG}),
    ("PutGroupPolicy", "MalformedPolicyDocument", {**GROUP, **INLINE, "PolicyDocument": trust()}),
    ("CreateServiceLinkedRole", "InvalidInput", {"AWSServiceName": "eks.amazonaws.com"}),
    ("CreateServiceLinkedRole", "LimitExceeded", {"AWSServiceName": "spot.amazonaws.com"}),
    ("GetServiceLinkedRoleDeletionStatus", "InvalidInput", {"DeletionTaskId": "nothing"}),
    ("CreatePolicy", "EntityAlreadyExists", {"PolicyName": "POLICY", "PolicyDocument": PERMISSIONS}),
    ("CreatePolicy", "InvalidInput", {"PolicyName": "n", "PolicyDocument": PERMISSIONS, "Tags": TWICE}),
    ("CreatePolicy", "LimitExceeded", {"PolicyName": "n", "PolicyDocument": BIG}),
    ("CreatePolicy", "MalformedPolicyDocument", {"PolicyName": "n", "PolicyDocument": trust()}),
    ("CreatePolicyVersion", "LimitExceeded", {"PolicyArn": POLICY, "PolicyDocument": BIG}),
    ("CreatePolicyVersion", "MalformedPolicyDocument", {"PolicyArn": POLICY, "PolicyDocument": trust()}),
    ("DeletePolicy", "DeleteConflict", {"PolicyArn": POLICY}),
    ("DeletePolicyVersion", "DeleteConflict", {"PolicyArn": POLICY, "VersionId": "v1"}),
    ("TagPolicy", "InvalidInput", {"PolicyArn": POLICY, "Tags": TWICE}),
    ("TagPolicy", "LimitExceeded", {"PolicyArn": POLICY, "Tags": ONE_MORE}),
    ("CreateInstanceProfile", "EntityAlreadyExists", {"InstanceProfileName": "PROFILE"}),
    ("CreateInstanceProfile", "InvalidInput", {"InstanceProfileName": "n", "Tags": TWICE}),
    ("CreateInstanceProfile", "LimitExceeded", {"InstanceProfileName": "n"}),
    ("DeleteInstanceProfile", "DeleteConflict", PROFILE),
    ("AddRoleToInstanceProfile", "LimitExceeded", {**PROFILE, **ROLE}),
    ("AddRoleToInstanceProfile", "UnmodifiableEntity", {**PROFILE, **LINKED_ROLE}),
    ("RemoveRoleFromInstanceProfile", "UnmodifiableEntity", {**PROFILE, **LINKED_ROLE}),
    ("TagInstanceProfile", "InvalidInput", {**PROFILE, "Tags": TWICE}),
    ("TagInstanceProfile", "LimitExceeded", {**PROFILE, "Tags": ONE_MORE}),
    ("CreateOpenIDConnectProvider", "EntityAlreadyExists", {"Url": URL}),
    ("CreateOpenIDConnectProvider", "InvalidInput", {"Url": URL + "2", "ThumbprintList": ["0" * 40] * 6}),
    ("CreateOpenIDConnectProvider", "LimitExceeded", {"Url": URL + "2"}),
    ("UpdateOpenIDConnectProviderThumbprint", "InvalidInput", {**OIDC, "ThumbprintList": ["0" * 40] * 6}),
    ("AddClientIDToOpenIDConnectProvider", "LimitExceeded", {**OIDC, "ClientID": "other"}),
    ("TagOpenIDConnectProvider", "InvalidInput", {**OIDC, "Tags": TWICE}),
    ("TagOpenIDConnectProvider", "LimitExceeded", {**OIDC, "Tags": ONE_MORE}),
    ("CreateAccountAlias", "EntityAlreadyExists", {"AccountAlias": "taken"}),
    ("SimulateCustomPolicy", "InvalidInput", {"PolicyInputList": ["{"], "ActionNames": ["s3:GetObject"]}),
    ("SimulatePrincipalPolicy", "InvalidInput", {"PolicySourceArn": NO_POLICY, "ActionNames": ["s3:GetObject"]}),
    ("GetContextKeysForCustomPolicy", "InvalidInput", {"PolicyInputList": ["{"]}),
    ("GetContextKeysForPrincipalPolicy", "InvalidInput", {"PolicySourceArn": NO_POLICY}),
]

# Quotas that the prepared account has used up; the other limits are met by size and number of tags.
USED_UP = {
    "AttachRolePolicy": "PoliciesPerRole=1",
    "CreateUser": "UsersPerAccount=2",
    "CreateAccessKey": "AccessKeysPerUser=1",
    "AttachUserPolicy": "PoliciesPerUser=1",
    "CreateGroup": "GroupsPerAccount=2",
    "AddUserToGroup": "GroupsPerUser=1",
    "AttachGroupPolicy": "PoliciesPerGroup=1",
    "CreateServiceLinkedRole": "RolesPerAccount=2",
    "CreateInstanceProfile": "InstanceProfilesPerAccount=1",
    "CreateOpenIDConnectProvider": "OpenIDConnectProvidersPerAccount=1",
    "AddClientIDToOpenIDConnectProvider": "ClientIdsPerOpenIdConnectProvider=1",
}


@pytest.fixture(scope="module")
def registry(shared_mock):
    operations = shared_mock.control("GET", "operations")["operations"]
    return {o["operation"]: o for o in operations if o["service"] == "iam"}


def prepared(mock):
    """An account with one of each, all of them in use."""
    iam = mock.client("iam")
    iam.create_role(**ROLE, AssumeRolePolicyDocument=trust(), Tags=FIFTY)
    iam.create_service_linked_role(AWSServiceName="eks.amazonaws.com")
    iam.create_policy(PolicyName="policy", PolicyDocument=PERMISSIONS, Tags=FIFTY)
    iam.attach_role_policy(**ROLE, PolicyArn=POLICY)
    iam.create_user(**USER, Tags=FIFTY)
    iam.create_access_key(**USER)
    iam.attach_user_policy(**USER, PolicyArn=POLICY)
    iam.create_group(**GROUP)
    iam.create_group(GroupName="other")
    iam.add_user_to_group(**GROUP, **USER)
    iam.attach_group_policy(**GROUP, PolicyArn=POLICY)
    iam.create_instance_profile(**PROFILE, Tags=FIFTY)
    iam.add_role_to_instance_profile(**PROFILE, **ROLE)
    iam.create_open_id_connect_provider(Url=URL, ClientIDList=["a"], Tags=FIFTY)
    mock.client("iam", account="444455556666").create_account_alias(AccountAlias="taken")
    return iam


def provoke(refusal, client, operation: str, arguments: dict):
    return refusal(client._make_api_call, operation_name=operation, api_params=arguments)


@pytest.mark.parametrize(
    ("operation", "code", "arguments"), CASES, ids=[f"{operation}-{code}" for operation, code, _ in CASES]
)
def test_a_listed_error_is_answered(mock, make_mock, refusal, operation, code, arguments):
    if code == "LimitExceeded" and operation in USED_UP:
        mock = make_mock("--quota", USED_UP[operation])
    assert provoke(refusal, prepared(mock), operation, arguments).code == code


def test_an_operation_on_what_is_not_there_says_so(registry, iam, refusal):
    for name, operation in registry.items():
        if "NoSuchEntity" not in operation["errors"] or name.startswith("Create") and name != "CreatePolicyVersion":
            continue
        # Who leaves the name of a user out can mean the caller, who is there.
        named = [m for m in operation["input"] if m["required"] or m["name"] == "UserName"]
        members = {member["name"] for member in named}
        arguments = {member: NOTHING[member] for member in members}
        if name == "UpdateAssumeRolePolicy":
            arguments["PolicyDocument"] = trust()
        refused = provoke(refusal, iam, name, arguments)
        assert (refused.code, refused.status) == ("NoSuchEntity", 404), name


def test_every_listed_error_is_provoked_here(registry):
    provoked = {(operation, code) for operation, code, _ in CASES}
    listed = {(name, code) for name, operation in registry.items() for code in operation["errors"]}
    assert {(name, code) for name, code in listed - provoked if code != "NoSuchEntity"} == set()


def test_listed_errors_are_the_models(registry):
    for name, operation in registry.items():
        shapes = service_model("iam").operation_model(name).error_shapes
        declared = {shape.error_code for shape in shapes} | AWS_S_OWN_ERRORS.get(name, set())
        assert set(operation["errors"]) <= declared, name
        assert not NEVER & set(operation["errors"]), name
