"""IAM, as boto3 meets it: managed policies, roles, inline policies, tags."""

import json
import re

import pytest

ACCOUNT = "111122223333"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
)


def document(action: str = "s3:GetObject") -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::bucket/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trusting(*principals: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def role(iam):
    return iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=TRUST)["Role"]


@pytest.fixture
def policy(iam):
    return iam.create_policy(PolicyName="my-policy", PolicyDocument=document())["Policy"]


# --- roles ---------------------------------------------------------------------------------------


def test_a_new_role_is_answered_without_the_members_that_only_get_role_has(iam):
    created = iam.create_role(
        RoleName="R",
        Path="/team/",
        AssumeRolePolicyDocument=TRUST,
        Description="for pods",
        MaxSessionDuration=7200,
        Tags=[{"Key": "team", "Value": "a"}],
    )["Role"]
    assert created["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/R"
    assert re.fullmatch(r"AROA[A-Z2-7]{17}", created["RoleId"])
    assert "MaxSessionDuration" not in created and "RoleLastUsed" not in created
    assert created["Tags"] == [{"Key": "team", "Value": "a"}]

    read = iam.get_role(RoleName="R")["Role"]
    assert read["MaxSessionDuration"] == 7200 and read["RoleLastUsed"] == {}
    assert read["AssumeRolePolicyDocument"] == json.loads(TRUST)
    [listed] = iam.list_roles()["Roles"]
    assert "Tags" not in listed and listed["Description"] == "for pods"


def test_role_names_are_unique_without_regard_to_case(iam, role, refusal):
    refused = refusal(iam.create_role, RoleName="MY-ROLE", AssumeRolePolicyDocument=TRUST)
    assert (refused.code, refused.status) == ("EntityAlreadyExists", 409)
    assert refused.message == "Role with name MY-ROLE already exists."
    assert iam.get_role(RoleName="My-Role")["Role"]["RoleName"] == "my-role"


def test_a_missing_role_is_told_by_name(iam, refusal):
    for operation in (iam.get_role, iam.delete_role, iam.list_role_tags, iam.list_role_policies):
        refused = refusal(operation, RoleName="nobody")
        assert (refused.code, refused.status) == ("NoSuchEntity", 404)
        assert refused.message == "The role with name nobody cannot be found."


def test_waiters_find_a_role_and_a_policy(iam, role, policy):
    iam.get_waiter("role_exists").wait(RoleName="my-role", WaiterConfig={"MaxAttempts": 1})
    iam.get_waiter("policy_exists").wait(PolicyArn=policy["Arn"], WaiterConfig={"MaxAttempts": 1})


def test_names_and_paths_are_refused_in_the_words_of_iam(iam, mock, refusal):
    refused = refusal(iam.create_role, RoleName="a b", AssumeRolePolicyDocument=TRUST)
    assert refused.code == "ValidationError"
    assert refused.message == (
        "The specified value for roleName is invalid. It must contain only alphanumeric "
        "characters and/or the following: +=,.@_-"
    )
    refused = refusal(iam.create_role, RoleName="a", Path="/x", AssumeRolePolicyDocument=TRUST)
    assert refused.message.startswith("The specified value for path is invalid. It must begin and end with /")
    careless = mock.client("iam", parameter_validation=False)
    refused = refusal(careless.create_role, RoleName="r" * 65, MaxSessionDuration=60)
    assert refused.message == (
        "3 validation errors detected: Value at 'roleName' failed to satisfy constraint: Member must have "
        "length less than or equal to 64; Value at 'assumeRolePolicyDocument' failed to satisfy constraint: "
        "Member must not be null; Value at 'maxSessionDuration' failed to satisfy constraint: Member must "
        "have value greater than or equal to 3600"
    )


def test_roles_are_listed_by_path_in_pages(iam):
    for path, name in (("/", "z"), ("/a/", "y"), ("/a/b/", "x"), ("/b/", "w")):
        iam.create_role(Path=path, RoleName=name, AssumeRolePolicyDocument=TRUST)
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 3})
    sizes, names = zip(*((len(page["Roles"]), [role["RoleName"] for role in page["Roles"]]) for page in pages))
    assert sizes == (3, 1) and sum(names, []) == ["z", "y", "x", "w"]
    under = iam.list_roles(PathPrefix="/a/")
    assert [role["RoleName"] for role in under["Roles"]] == ["y", "x"] and under["IsTruncated"] is False


def test_a_marker_of_nobody_is_refused(iam, refusal):
    refused = refusal(iam.list_roles, Marker="%%%")
    assert (refused.code, refused.message) == ("ValidationError", "Invalid Marker.")


def test_accounts_do_not_see_each_other(iam, mock, role):
    other = mock.client("iam", account="444455556666")
    assert other.list_roles()["Roles"] == []
    created = other.create_role(RoleName="my-role", AssumeRolePolicyDocument=TRUST)["Role"]
    assert created["Arn"] == "arn:aws:iam::444455556666:role/my-role"
    assert created["RoleId"] != role["RoleId"]


def test_a_role_with_policies_is_not_deleted(iam, role, policy, refusal):
    iam.attach_role_policy(RoleName="my-role", PolicyArn=policy["Arn"])
    iam.put_role_policy(RoleName="my-role", PolicyName="inline", PolicyDocument=document())
    refused = refusal(iam.delete_role, RoleName="my-role")
    assert (refused.code, refused.status) == ("DeleteConflict", 409)
    assert refused.message == "Cannot delete entity, must detach all policies first."
    iam.detach_role_policy(RoleName="my-role", PolicyArn=policy["Arn"])
    assert refusal(iam.delete_role, RoleName="my-role").message == (
        "Cannot delete entity, must delete policies first."
    )
    iam.delete_role_policy(RoleName="my-role", PolicyName="inline")
    iam.delete_role(RoleName="my-role")
    assert iam.list_roles()["Roles"] == []


# --- trust policies ------------------------------------------------------------------------------


def test_a_trust_policy_is_returned_byte_for_byte(iam, mock):
    odd = TRUST.replace(": ", "  :\n\t").replace("AssumeRole", "AssumeRole", 1)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=odd)
    texts = []
    raw = mock.client("iam")
    raw.meta.events.unregister("after-call.iam.*")
    raw.meta.events.register("after-call.iam.GetRole", lambda http_response, **_: texts.append(http_response.text))
    raw.get_role(RoleName="r")
    from urllib.parse import unquote

    [encoded] = re.findall("<AssumeRolePolicyDocument>(.*)</AssumeRolePolicyDocument>", texts[0])
    assert unquote(encoded) == odd
    assert not set(encoded) & set(' {}":*+')


@pytest.mark.parametrize(
    ("trust", "message"),
    [
        ("nonsense", "This policy contains invalid Json"),
        (trusting(f"arn:aws:iam::{ACCOUNT}:role/nobody"), f'Invalid principal in policy: "AWS":"arn:aws:iam::{ACCOUNT}:role/nobody"'),
        (TRUST.replace("pods.eks.", "invalid."), 'Invalid principal in policy: "SERVICE":"invalid.amazonaws.com"'),
        (TRUST.replace("sts:AssumeRole", "s3:GetObject"), "AssumeRole policy may only specify STS AssumeRole actions."),
        (TRUST.replace('"Action"', '"Resource": "*", "Action"'), "Has prohibited field Resource"),
    ],
)
def test_a_trust_policy_is_refused_in_the_words_of_iam(iam, role, refusal, trust, message):
    for refused in (
        refusal(iam.create_role, RoleName="other", AssumeRolePolicyDocument=trust),
        refusal(iam.update_assume_role_policy, RoleName="my-role", PolicyDocument=trust),
    ):
        assert (refused.code, refused.status, refused.message) == ("MalformedPolicyDocument", 400, message)


def test_a_deleted_principal_shows_as_its_id_and_its_successor_is_not_trusted(iam, role):
    trust = trusting(role["Arn"], f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:user/admin")
    iam.create_role(RoleName="target", AssumeRolePolicyDocument=trust)

    def trusted():
        read = iam.get_role(RoleName="target")["Role"]["AssumeRolePolicyDocument"]
        return read["Statement"][0]["Principal"]["AWS"][0]

    assert trusted() == role["Arn"]
    iam.delete_role(RoleName="my-role")
    assert trusted() == role["RoleId"]
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=TRUST)
    assert trusted() == role["RoleId"]


def test_a_role_may_trust_a_role_of_another_account(iam, mock):
    other = mock.client("iam", account="444455556666")
    arn = other.create_role(RoleName="caller", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    created = iam.create_role(RoleName="target", AssumeRolePolicyDocument=trusting(arn))["Role"]
    assert created["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] == [arn]


def test_a_trust_policy_larger_than_the_quota_is_refused(iam, refusal):
    statement = json.loads(TRUST)
    statement["Statement"] *= 20
    refused = refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument=json.dumps(statement))
    assert (refused.code, refused.message) == ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")


# --- managed policies ----------------------------------------------------------------------------


def test_each_operation_shows_its_own_members_of_a_policy(iam):
    created = iam.create_policy(PolicyName="p", PolicyDocument=document(), Description="d", Path="/x/")["Policy"]
    assert "Description" not in created and "Tags" not in created
    assert created["Arn"] == f"arn:aws:iam::{ACCOUNT}:policy/x/p"
    assert (created["DefaultVersionId"], created["AttachmentCount"], created["IsAttachable"]) == ("v1", 0, True)
    read = iam.get_policy(PolicyArn=created["Arn"])["Policy"]
    assert read["Description"] == "d" and read["Tags"] == []
    [listed] = iam.list_policies(Scope="Local")["Policies"]
    assert "Description" not in listed and "Tags" not in listed


def test_policy_names_are_unique_whatever_the_path(iam, policy, refusal):
    refused = refusal(iam.create_policy, PolicyName="My-Policy", Path="/x/", PolicyDocument=document())
    assert (refused.code, refused.status) == ("EntityAlreadyExists", 409)
    assert refused.message == "A policy called My-Policy already exists. Duplicate names are not allowed."


def test_a_policy_has_five_versions_at_most_and_numbers_are_not_used_again(iam, policy, refusal):
    arn = policy["Arn"]
    for number in range(2, 6):
        made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(f"s3:Get{number}"))["PolicyVersion"]
        assert made["VersionId"] == f"v{number}" and made["IsDefaultVersion"] is False
        assert "Document" not in made
    refused = refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=document())
    assert (refused.code, refused.status) == ("LimitExceeded", 409)
    assert refused.message.startswith("A managed policy can have up to 5 versions.")

    iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("s3:Get6"), SetAsDefault=True)
    assert made["PolicyVersion"]["VersionId"] == "v6"
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [version["VersionId"] for version in versions] == ["v6", "v4", "v3", "v2", "v1"]
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v6"
    read = iam.get_policy_version(PolicyArn=arn, VersionId="v6")["PolicyVersion"]
    assert read["Document"] == json.loads(document("s3:Get6"))

    assert refusal(iam.delete_policy_version, PolicyArn=arn, VersionId="v6").message == (
        "Cannot delete the default version of a policy."
    )
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v6")
    missing = refusal(iam.get_policy_version, PolicyArn=arn, VersionId="v6")
    assert missing.message == f"Policy {arn} version v6 does not exist or is not attachable."


def test_a_version_id_that_is_none_is_refused(iam, policy, refusal):
    refused = refusal(iam.get_policy_version, PolicyArn=policy["Arn"], VersionId="x")
    assert (refused.code, refused.status) == ("ValidationError", 400)
    assert refused.message.endswith(r"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?")


def test_a_policy_in_use_or_with_versions_is_not_deleted(iam, role, policy, refusal):
    arn = policy["Arn"]
    iam.attach_role_policy(RoleName="my-role", PolicyArn=arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document())
    refused = refusal(iam.delete_policy, PolicyArn=arn)
    assert (refused.code, refused.message) == ("DeleteConflict", "Cannot delete a policy attached to entities.")
    iam.detach_role_policy(RoleName="my-role", PolicyArn=arn)
    assert refusal(iam.delete_policy, PolicyArn=arn).message.startswith("This policy has more than one version.")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    missing = refusal(iam.get_policy, PolicyArn=arn)
    assert (missing.code, missing.message) == ("NoSuchEntity", f"Policy {arn} was not found.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Syntax errors in policy."),
        (document().replace("2012-10-17", "2008-10-17"), "Policy document must be version 2012-10-17 or greater."),
        (document("getobject"), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        (document().replace("arn:aws:s3:::bucket/*", "bucket"), 'Resource bucket must be in ARN format or "*".'),
    ],
)
def test_a_malformed_policy_is_refused_in_the_words_of_iam(iam, policy, refusal, text, message):
    for refused in (
        refusal(iam.create_policy, PolicyName="other", PolicyDocument=text),
        refusal(iam.create_policy_version, PolicyArn=policy["Arn"], PolicyDocument=text),
    ):
        assert (refused.code, refused.status, refused.message) == ("MalformedPolicyDocument", 400, message)


def test_a_policy_larger_than_the_quota_is_refused(iam, refusal):
    large = json.loads(document())
    large["Statement"] *= 100
    refused = refusal(iam.create_policy, PolicyName="p", PolicyDocument=json.dumps(large))
    assert (refused.code, refused.message) == ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")


def test_policies_of_aws_can_be_read_and_attached_but_not_changed(iam, role, refusal):
    arn = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
    read = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=read["DefaultVersionId"])["PolicyVersion"]
    assert version["Document"]["Statement"]
    iam.attach_role_policy(RoleName="my-role", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert refusal(iam.delete_policy, PolicyArn=arn).code == "AccessDenied"
    reserved = "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy"
    refused = refusal(iam.attach_role_policy, RoleName="my-role", PolicyArn=reserved)
    assert (refused.code, refused.message) == (
        "PolicyNotAttachable",
        "Cannot attach a Service Role Policy to a Customer Role.",
    )


def test_policies_are_listed_by_scope_use_and_path(iam, role, policy):
    eks = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    iam.create_policy(PolicyName="other", Path="/x/", PolicyDocument=document())

    def arns(**filters):
        pages = iam.get_paginator("list_policies").paginate(**filters, PaginationConfig={"PageSize": 5})
        return [policy["Arn"] for page in pages for policy in page["Policies"]]

    everything = arns()
    assert len(everything) == len(set(everything)) and eks in everything
    assert everything[:2] == [policy["Arn"], f"arn:aws:iam::{ACCOUNT}:policy/x/other"]
    assert arns(Scope="Local") == everything[:2]
    assert arns(Scope="AWS") == everything[2:]
    assert arns(PathPrefix="/x/") == everything[1:2]
    # The user `admin`, with whom every account begins, has one.
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert arns(OnlyAttached=True) == [administrator]
    for arn in (policy["Arn"], eks):
        iam.attach_role_policy(RoleName="my-role", PolicyArn=arn)
    assert arns(OnlyAttached=True) == [policy["Arn"], administrator, eks]
    assert arns(OnlyAttached=True, Scope="AWS") == [administrator, eks]
    assert arns(PolicyUsageFilter="PermissionsBoundary") == []


# --- attachments and inline policies ---------------------------------------------------------------


def test_attaching_twice_is_once(iam, role, policy, refusal):
    for _ in range(2):
        iam.attach_role_policy(RoleName="my-role", PolicyArn=policy["Arn"])
    attached = iam.list_attached_role_policies(RoleName="my-role")
    assert attached["AttachedPolicies"] == [{"PolicyName": "my-policy", "PolicyArn": policy["Arn"]}]
    assert iam.get_policy(PolicyArn=policy["Arn"])["Policy"]["AttachmentCount"] == 1
    iam.detach_role_policy(RoleName="my-role", PolicyArn=policy["Arn"])
    refused = refusal(iam.detach_role_policy, RoleName="my-role", PolicyArn=policy["Arn"])
    assert (refused.code, refused.status) == ("NoSuchEntity", 404)


def test_what_cannot_be_attached_is_refused(iam, role, refusal):
    missing = f"arn:aws:iam::{ACCOUNT}:policy/nothing"
    refused = refusal(iam.attach_role_policy, RoleName="my-role", PolicyArn=missing)
    assert (refused.code, refused.message) == ("NoSuchEntity", f"Policy {missing} does not exist or is not attachable.")
    refused = refusal(iam.attach_role_policy, RoleName="my-role", PolicyArn="longer-than-20-characters")
    assert (refused.code, refused.message) == ("ValidationError", "Invalid ARN:  Could not be parsed!")


def test_inline_policies_are_written_over_and_listed(iam, role, refusal):
    for name in ("b", "a", "b"):
        iam.put_role_policy(RoleName="my-role", PolicyName=name, PolicyDocument=document(f"s3:{name}"))
    assert iam.list_role_policies(RoleName="my-role")["PolicyNames"] == ["a", "b"]
    read = iam.get_role_policy(RoleName="my-role", PolicyName="b")
    assert (read["RoleName"], read["PolicyDocument"]) == ("my-role", json.loads(document("s3:b")))
    iam.delete_role_policy(RoleName="my-role", PolicyName="b")
    refused = refusal(iam.get_role_policy, RoleName="my-role", PolicyName="b")
    assert (refused.code, refused.message) == ("NoSuchEntity", "The role policy with name b cannot be found.")
    large = json.loads(document())
    large["Statement"] *= 200
    refused = refusal(iam.put_role_policy, RoleName="my-role", PolicyName="l", PolicyDocument=json.dumps(large))
    assert (refused.code, refused.message) == (
        "LimitExceeded",
        "Maximum policy size of 10240 bytes exceeded for role my-role",
    )


def test_quotas_can_be_set(make_mock, refusal):
    iam = make_mock("--quota", "RolesPerAccount=1", "--quota", "policiesPerRole=0").client("iam")
    iam.create_role(RoleName="a", AssumeRolePolicyDocument=TRUST)
    refused = refusal(iam.create_role, RoleName="b", AssumeRolePolicyDocument=TRUST)
    assert (refused.code, refused.message) == ("LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1")
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    refused = refusal(iam.attach_role_policy, RoleName="a", PolicyArn=arn)
    assert refused.message == "Cannot exceed quota for PoliciesPerRole: 0"


def test_a_permissions_boundary_counts_as_use_but_not_as_attachment(iam, policy, refusal):
    arn = policy["Arn"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=arn)
    read = iam.get_role(RoleName="r")["Role"]
    assert read["PermissionsBoundary"] == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    used = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (used["AttachmentCount"], used["PermissionsBoundaryUsageCount"]) == (0, 1)
    assert refusal(iam.delete_policy, PolicyArn=arn).code == "DeleteConflict"
    iam.delete_role(RoleName="r")
    iam.delete_policy(PolicyArn=arn)
    refused = refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=arn)
    assert (refused.code, refused.message) == (
        "NoSuchEntity",
        f"Scope ARN: {arn} does not exist or is not attachable.",
    )


# --- tags ----------------------------------------------------------------------------------------


def test_tag_keys_are_unique_without_regard_to_case(iam, role, refusal):
    def tag(**tags):
        iam.tag_role(RoleName="my-role", Tags=[{"Key": key, "Value": value} for key, value in tags.items()])

    tag(team="a", owner="b")
    tag(Team="c")
    tags = iam.list_role_tags(RoleName="my-role")["Tags"]
    assert tags == [{"Key": "owner", "Value": "b"}, {"Key": "Team", "Value": "c"}]
    refused = refusal(
        iam.tag_role, RoleName="my-role", Tags=[{"Key": "x", "Value": "1"}, {"Key": "X", "Value": "2"}]
    )
    assert (refused.code, refused.message) == (
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
    iam.untag_role(RoleName="my-role", TagKeys=["TEAM", "unknown"])
    assert iam.list_role_tags(RoleName="my-role")["Tags"] == [{"Key": "owner", "Value": "b"}]
    iam.tag_role(RoleName="my-role", Tags=[])


def test_a_role_has_fifty_tags_at_most(iam, role, refusal):
    def tags(start, count):
        return [{"Key": f"k{n:03}", "Value": ""} for n in range(start, start + count)]

    refused = refusal(iam.tag_role, RoleName="my-role", Tags=tags(0, 51))
    assert refused.message == (
        "1 validation error detected: Value at 'tags' failed to satisfy constraint: "
        "Member must have length less than or equal to 50"
    )
    iam.tag_role(RoleName="my-role", Tags=tags(0, 50))
    assert refusal(iam.tag_role, RoleName="my-role", Tags=tags(50, 1)).code == "LimitExceeded"
    first = iam.list_role_tags(RoleName="my-role", MaxItems=30)
    assert first["IsTruncated"] and len(first["Tags"]) == 30
    rest = iam.list_role_tags(RoleName="my-role", MaxItems=30, Marker=first["Marker"])
    assert not rest["IsTruncated"] and rest["Tags"][-1]["Key"] == "k049"


def test_policies_are_tagged_but_not_those_of_aws(iam, policy, refusal):
    iam.tag_policy(PolicyArn=policy["Arn"], Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_policy(PolicyArn=policy["Arn"], TagKeys=["A"])
    assert iam.list_policy_tags(PolicyArn=policy["Arn"])["Tags"] == [{"Key": "b", "Value": "2"}]
    aws = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert iam.list_policy_tags(PolicyArn=aws)["Tags"] == []
    refused = refusal(iam.untag_policy, PolicyArn=aws, TagKeys=["a"])
    assert refused.code == "AccessDenied" and "iam:UntagPolicy" in refused.message


# --- changes to roles ------------------------------------------------------------------------------


def test_an_update_leaves_alone_what_it_does_not_name(iam, role):
    iam.update_role(RoleName="my-role", Description="d", MaxSessionDuration=7200)
    iam.update_role(RoleName="my-role")
    read = iam.get_role(RoleName="my-role")["Role"]
    assert (read["Description"], read["MaxSessionDuration"]) == ("d", 7200)
    answered = iam.update_role_description(RoleName="my-role", Description="e")["Role"]
    assert (answered["Description"], answered["MaxSessionDuration"]) == ("e", 7200)
    iam.update_role(RoleName="my-role", MaxSigninSessionDuration=3600)
    assert iam.get_role(RoleName="my-role")["Role"]["MaxSigninSessionDuration"] == 3600
    iam.update_role(RoleName="my-role", ResetMaxSigninSessionDuration=True)
    assert "MaxSigninSessionDuration" not in iam.get_role(RoleName="my-role")["Role"]


def test_a_boundary_is_set_replaced_and_taken_away(iam, role, policy, refusal):
    other = iam.create_policy(PolicyName="other", PolicyDocument=document())["Policy"]["Arn"]
    for arn in (policy["Arn"], other):
        iam.put_role_permissions_boundary(RoleName="my-role", PermissionsBoundary=arn)
        read = iam.get_role(RoleName="my-role")["Role"]
        assert read["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    iam.delete_policy(PolicyArn=policy["Arn"])
    iam.delete_role_permissions_boundary(RoleName="my-role")
    assert refusal(iam.delete_role_permissions_boundary, RoleName="my-role").code == "NoSuchEntity"
    iam.delete_policy(PolicyArn=other)


def test_the_entities_of_a_policy_are_listed_by_use(iam, role, policy):
    arn = policy["Arn"]
    iam.create_role(RoleName="bounded", Path="/b/", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=arn)
    iam.attach_role_policy(RoleName="my-role", PolicyArn=arn)

    def names(**filters):
        entities = iam.list_entities_for_policy(PolicyArn=arn, **filters)
        assert entities["PolicyUsers"] == entities["PolicyGroups"] == []
        return [entity["RoleName"] for entity in entities["PolicyRoles"]]

    assert names() == ["bounded", "my-role"]
    assert names(PolicyUsageFilter="PermissionsPolicy") == ["my-role"]
    assert names(PolicyUsageFilter="PermissionsBoundary") == ["bounded"]
    assert names(PathPrefix="/b/") == ["bounded"] and names(EntityFilter="User") == []
