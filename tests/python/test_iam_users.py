"""Users, groups and access keys: who calls, and what callers may do by their own policies and their groups'."""

import json

import pytest

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/my-role"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def trust(principal: str, **more) -> str:
    return document(Principal={"AWS": principal}, Action="sts:AssumeRole", **more)


ASSUME = document(Action="sts:AssumeRole", Resource="*")


@pytest.fixture
def alice(iam):
    return iam.create_user(UserName="alice", Path="/team/", Tags=[{"Key": "team", "Value": "a"}])["User"]


@pytest.fixture
def keys(mock, iam, alice):
    """Makes clients of a service that sign with a key of alice."""
    key = iam.create_access_key(UserName="alice")["AccessKey"] | {"SessionToken": None}
    return lambda service: mock.client(service, credentials=key)


# --- the administrator ---------------------------------------------------------------------------


def test_dates_of_users_are_in_whole_seconds(iam, alice):
    created = {user["UserName"]: user["CreateDate"] for user in iam.list_users()["Users"]}
    assert created.keys() == {"admin", "alice"}
    assert all(date.microsecond == 0 for date in created.values())


def test_every_account_begins_with_an_administrator(mock, iam):
    identity = mock.client("sts").get_caller_identity()
    user = iam.get_user()["User"]
    assert (identity["UserId"], identity["Arn"]) == (user["UserId"], user["Arn"])
    assert user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/admin" and user["Path"] == "/"
    assert [listed["UserName"] for listed in iam.list_users()["Users"]] == ["admin"]
    attached = iam.list_attached_user_policies(UserName="admin")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}]
    assert iam.list_groups()["Groups"] == []
    other = mock.client("iam", account="444455556666").get_user()["User"]
    assert other["Arn"] == "arn:aws:iam::444455556666:user/admin" and other["UserId"] != user["UserId"]


def test_an_account_has_nothing_in_common_between_partitions(mock, iam):
    iam.create_user(UserName="alice")
    chinese = mock.client("iam", region="cn-north-1")
    assert [user["Arn"] for user in chinese.list_users()["Users"]] == [f"arn:aws-cn:iam::{ACCOUNT}:user/admin"]
    chinese.create_user(UserName="alice")
    assert chinese.get_user(UserName="alice")["User"]["Arn"] == f"arn:aws-cn:iam::{ACCOUNT}:user/alice"


@pytest.mark.unauthorized
def test_what_the_administrator_loses_is_lost_until_a_reset(mock, iam, refusal):
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(ACCOUNT))
    session = {"RoleArn": ROLE, "RoleSessionName": "me"}
    sts = mock.client("sts")
    sts.assume_role(**session)
    iam.detach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR)
    assert refusal(sts.assume_role, **session).code == "AccessDenied"
    iam.delete_user(UserName="admin")
    assert iam.list_users()["Users"] == []
    assert (refused := refusal(iam.get_user)).code == "NoSuchEntity"
    assert refused.message == "The user with name admin cannot be found."
    mock.reset()
    assert iam.get_user()["User"]["UserName"] == "admin"


# --- users ---------------------------------------------------------------------------------------


def test_a_user_shows_what_was_given(iam, alice):
    assert alice["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/alice"
    assert alice["UserId"].startswith("AIDA") and len(alice["UserId"]) == 21
    assert "PermissionsBoundary" not in alice and alice["Tags"] == [{"Key": "team", "Value": "a"}]
    iam.put_user_permissions_boundary(UserName="ALICE", PermissionsBoundary=READ_ONLY)
    read = iam.get_user(UserName="Alice")["User"]
    assert read["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": READ_ONLY,
    }
    listed = iam.list_users(PathPrefix="/team/")["Users"]
    assert [set(user) & {"Tags", "PermissionsBoundary"} for user in listed] == [set()]
    bare = iam.create_user(UserName="bob")["User"]
    assert set(bare) == {"Path", "UserName", "UserId", "Arn", "CreateDate"}


def test_users_are_listed_in_pages(iam):
    for n in range(25):
        iam.create_user(UserName=f"user-{n:02}", Path="/many/")
    pages = list(iam.get_paginator("list_users").paginate(PathPrefix="/many/", PaginationConfig={"PageSize": 10}))
    assert [len(page["Users"]) for page in pages] == [10, 10, 5]
    names = [user["UserName"] for page in pages for user in page["Users"]]
    assert names == [f"user-{n:02}" for n in range(25)]


def test_a_renamed_user_keeps_its_id_its_policies_and_its_groups(iam, alice, keys):
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=READ_ONLY)
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(alice["Arn"]))
    iam.update_user(UserName="alice", NewUserName="Bob", NewPath="/")
    renamed = iam.get_user(UserName="bob")["User"]
    assert (renamed["UserId"], renamed["Arn"]) == (alice["UserId"], f"arn:aws:iam::{ACCOUNT}:user/Bob")
    users = [user["UserName"] for user in iam.get_group(GroupName="team")["Users"]]
    assert users == ["Bob"] and len(iam.list_groups_for_user(UserName="Bob")["Groups"]) == 1
    entities = iam.list_entities_for_policy(PolicyArn=READ_ONLY)
    assert entities["PolicyUsers"] == [{"UserName": "Bob", "UserId": alice["UserId"]}]
    role = iam.get_role(RoleName="my-role")["Role"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": renamed["Arn"]}
    assert keys("sts").get_caller_identity()["Arn"] == renamed["Arn"]
    keys("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")
    # The same name in other letters is no conflict with oneself.
    iam.update_user(UserName="Bob", NewUserName="bob")
    assert iam.get_user(UserName="BOB")["User"]["UserName"] == "bob"


def test_a_user_is_deleted_once_nothing_depends_on_it(iam, alice, keys, refusal):
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=READ_ONLY)
    iam.put_user_policy(UserName="alice", PolicyName="inline", PolicyDocument=ASSUME)
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=READ_ONLY)

    def conflict() -> str:
        refused = refusal(iam.delete_user, UserName="alice")
        assert (refused.code, refused.status) == ("DeleteConflict", 409)
        return refused.message.removeprefix("Cannot delete entity, must ").removesuffix(" first.")

    assert conflict() == "remove users from group"
    assert refusal(iam.delete_group, GroupName="team").code == "DeleteConflict"
    iam.remove_user_from_group(GroupName="team", UserName="alice")
    assert conflict() == "delete access keys"
    for key in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    assert conflict() == "detach all policies"
    iam.detach_user_policy(UserName="alice", PolicyArn=READ_ONLY)
    assert conflict() == "delete policies"
    iam.delete_user_policy(UserName="alice", PolicyName="inline")
    iam.delete_user(UserName="alice")
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["PermissionsBoundaryUsageCount"] == 0
    refused = refusal(iam.get_user, UserName="alice")
    assert (refused.code, refused.message) == ("NoSuchEntity", "The user with name alice cannot be found.")


def test_a_deleted_user_shows_as_its_id_in_trust_policies(iam, alice, refusal):
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(alice["Arn"]))
    iam.delete_user(UserName="alice")
    iam.create_user(UserName="alice", Path="/team/")
    trusted = iam.get_role(RoleName="my-role")["Role"]["AssumeRolePolicyDocument"]
    assert trusted["Statement"][0]["Principal"] == {"AWS": alice["UserId"]}
    refused = refusal(
        iam.update_assume_role_policy, RoleName="my-role", PolicyDocument=trust(alice["Arn"] + "x")
    )
    assert refused.message == f'Invalid principal in policy: "AWS":"{alice["Arn"]}x"'


# --- access keys ---------------------------------------------------------------------------------


@pytest.mark.unauthorized
def test_an_access_key_acts_as_its_user(mock, iam, alice, keys):
    identity = keys("sts").get_caller_identity()
    assert identity == identity | {"UserId": alice["UserId"], "Account": ACCOUNT, "Arn": alice["Arn"]}
    assert keys("iam").get_user()["User"]["UserName"] == "alice"
    [key] = keys("iam").list_access_keys()["AccessKeyMetadata"]
    assert key["UserName"] == "alice" and key["Status"] == "Active" and "SecretAccessKey" not in key
    assert mock.client("sts").get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == ACCOUNT


def test_the_last_use_of_a_key_is_remembered(iam, alice, keys):
    [key] = iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]
    last = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    assert last["UserName"] == "alice"
    assert last["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    keys("sts").get_caller_identity()
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("sts", "us-west-2") and "LastUsedDate" in used


def test_keys_are_two_at_most_and_their_users_own(iam, alice, refusal):
    iam.create_user(UserName="bob")
    key = {"AccessKeyId": iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]}
    iam.create_access_key(UserName="alice")
    refused = refusal(iam.create_access_key, UserName="alice")
    assert (refused.code, refused.message) == (
        "LimitExceeded",
        "Cannot exceed quota for AccessKeysPerUser: 2",
    )
    refused = refusal(iam.update_access_key, UserName="bob", **key, Status="Inactive")
    assert (refused.code, refused.message) == (
        "NoSuchEntity",
        f"The Access Key with id {key['AccessKeyId']} cannot be found.",
    )
    iam.update_access_key(UserName="alice", **key, Status="Inactive")
    states = {k["AccessKeyId"]: k["Status"] for k in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]}
    assert states[key["AccessKeyId"]] == "Inactive" and sorted(states.values()) == ["Active", "Inactive"]


@pytest.mark.unauthorized
def test_a_role_has_to_name_the_user(mock, iam, refusal):
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(ACCOUNT))
    session = mock.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]
    as_role = mock.client("iam", credentials=session)
    for operation in (as_role.get_user, as_role.create_access_key, as_role.list_access_keys):
        refused = refusal(operation)
        assert (refused.code, refused.status) == ("ValidationError", 400)
        assert refused.message == "Must specify userName when calling with non-User credentials"


# --- permissions ---------------------------------------------------------------------------------


def grants(iam, way: str) -> None:
    """Allows alice to assume roles, in one way or another."""
    if way == "inline":
        iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=ASSUME)
    elif way == "attached":
        iam.attach_user_policy(UserName="alice", PolicyArn=ADMINISTRATOR)
    else:
        iam.create_group(GroupName="team")
        iam.add_user_to_group(GroupName="team", UserName="alice")
        if way == "inline of group":
            iam.put_group_policy(GroupName="team", PolicyName="p", PolicyDocument=ASSUME)
        else:
            iam.attach_group_policy(GroupName="team", PolicyArn=ADMINISTRATOR)


@pytest.mark.parametrize("way", ["inline", "attached", "inline of group", "attached to group"])
def test_users_may_what_their_own_policies_and_their_groups_allow(mock, iam, keys, refusal, way):
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(ACCOUNT))
    session = {"RoleArn": ROLE, "RoleSessionName": "me"}
    assert refusal(keys("sts").assume_role, **session).code == "AccessDenied"
    grants(iam, way)
    keys("sts").assume_role(**session)
    # Sessions of the user have its permissions as well.
    token = keys("sts").get_session_token()["Credentials"]
    mock.client("sts", credentials=token).assume_role(**session)
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=READ_ONLY)
    assert refusal(keys("sts").assume_role, **session).code == "AccessDenied"


def test_a_user_that_a_trust_policy_names_needs_no_policy(iam, alice, keys):
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(alice["Arn"]))
    assumed = keys("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/my-role/me"


@pytest.mark.parametrize(
    ("key", "value"), [("aws:username", "alice"), ("aws:PrincipalTag/team", "a"), ("aws:userid", None)]
)
def test_conditions_know_the_user(mock, iam, alice, keys, refusal, key, value):
    only = {"StringEquals": {key: value or alice["UserId"]}}
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(alice["Arn"], Condition=only))
    keys("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")
    token = keys("sts").get_session_token()["Credentials"]
    mock.client("sts", credentials=token).assume_role(RoleArn=ROLE, RoleSessionName="me")
    other = {"StringNotEquals": {key: value or alice["UserId"]}}
    policy = trust(alice["Arn"], Condition=other)
    iam.update_assume_role_policy(RoleName="my-role", PolicyDocument=policy)
    assert refusal(keys("sts").assume_role, RoleArn=ROLE, RoleSessionName="me").code == "AccessDenied"


def test_simulations_know_users_and_groups(iam, alice):
    grants(iam, "inline of group")

    def decision(arn: str) -> str:
        results = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["sts:AssumeRole"])
        return results["EvaluationResults"][0]["EvalDecision"]

    group = iam.get_group(GroupName="team")["Group"]["Arn"]
    assert decision(alice["Arn"]) == "allowed"
    assert decision(group) == "allowed"
    iam.remove_user_from_group(GroupName="team", UserName="alice")
    assert decision(alice["Arn"]) == "implicitDeny"
    variable = document(Action="s3:*", Resource="arn:aws:s3:::b/${aws:username}")
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=variable)
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=alice["Arn"])
    assert keys["ContextKeyNames"] == ["aws:username"]


# --- groups, and what accounts tell --------------------------------------------------------------


def test_who_uses_a_policy_is_told_by_kind(iam, alice):
    iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(ACCOUNT))
    iam.create_group(GroupName="team", Path="/team/")
    iam.attach_role_policy(RoleName="my-role", PolicyArn=READ_ONLY)
    iam.attach_user_policy(UserName="alice", PolicyArn=READ_ONLY)
    iam.attach_group_policy(GroupName="team", PolicyArn=READ_ONLY)
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=READ_ONLY)
    policy = iam.get_policy(PolicyArn=READ_ONLY)["Policy"]
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (3, 1)

    def names(**filters) -> list[str]:
        pages = iam.get_paginator("list_entities_for_policy").paginate(
            PolicyArn=READ_ONLY, **filters, PaginationConfig={"PageSize": 1}
        )
        kinds = ("PolicyGroups", "PolicyUsers", "PolicyRoles")
        return [next(iter(e.values())) for page in pages for kind in kinds for e in page[kind]]

    assert names() == ["team", "alice", "my-role"]
    assert names(EntityFilter="User") == ["alice"]
    assert names(PathPrefix="/team/") == ["team", "alice"]
    assert names(PolicyUsageFilter="PermissionsBoundary") == ["alice"]


def test_the_whole_account_is_told_with_users_and_groups(iam, alice):
    grants(iam, "inline of group")
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=ASSUME)
    pages = iam.get_paginator("get_account_authorization_details").paginate(
        Filter=["User", "Group"], PaginationConfig={"PageSize": 1}
    )
    pages = list(pages)
    users = [user for page in pages for user in page["UserDetailList"]]
    [group] = [group for page in pages for group in page["GroupDetailList"]]
    assert [user["UserName"] for user in users] == ["admin", "alice"]
    assert users[1]["GroupList"] == ["team"] and users[1]["Tags"] == alice["Tags"]
    inline = {"PolicyName": "p", "PolicyDocument": json.loads(ASSUME)}
    assert users[1]["UserPolicyList"] == group["GroupPolicyList"] == [inline]
    assert all(page["RoleDetailList"] == page["Policies"] == [] for page in pages)
    summary = iam.get_account_summary()["SummaryMap"]
    assert (summary["Users"], summary["Groups"], summary["UsersQuota"]) == (2, 1, 5000)


def test_a_group_lists_its_users_in_pages(iam, refusal):
    iam.create_group(GroupName="team")
    for n in range(12):
        iam.create_user(UserName=f"user-{n:02}")
        for _ in range(2):
            iam.add_user_to_group(GroupName="team", UserName=f"user-{n:02}")
    pages = iam.get_paginator("get_group").paginate(GroupName="team", PaginationConfig={"PageSize": 5})
    assert [user["UserName"] for page in pages for user in page["Users"]] == [f"user-{n:02}" for n in range(12)]
    iam.update_group(GroupName="team", NewGroupName="crew", NewPath="/x/")
    [group] = iam.list_groups_for_user(UserName="user-00")["Groups"]
    assert group["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/x/crew"
    assert refusal(iam.get_group, GroupName="team").message == "The group with name team cannot be found."
    iam.remove_user_from_group(GroupName="crew", UserName="user-00")
    assert refusal(iam.remove_user_from_group, GroupName="crew", UserName="user-00").code == "NoSuchEntity"


def test_inline_policies_are_limited_by_the_kind_of_entity(iam, alice, refusal):
    iam.create_group(GroupName="team")
    for size, kind, put, who in [
        (2048, "user", iam.put_user_policy, {"UserName": "alice"}),
        (5120, "group", iam.put_group_policy, {"GroupName": "team"}),
    ]:
        big = document(Action=["s3:" + "a" * 100] * (size // 100), Resource="*")
        refused = refusal(put, **who, PolicyName="big", PolicyDocument=big)
        name = next(iter(who.values()))
        assert refused.message == f"Maximum policy size of {size} bytes exceeded for {kind} {name}"
    missing = refusal(iam.get_user_policy, UserName="alice", PolicyName="p").message
    assert missing == "The user policy with name p cannot be found."


def test_an_enforcing_server_lets_users_do_what_they_may(make_mock, refusal):
    mock = make_mock("--auth", "enforce")
    iam = mock.client("iam")
    iam.create_user(UserName="alice", Path="/team/", Tags=[{"Key": "team", "Value": "a"}])
    key = iam.create_access_key(UserName="alice")["AccessKey"] | {"SessionToken": None}
    alice = mock.client("iam", credentials=key)
    arn = f"arn:aws:iam::{ACCOUNT}:user/team/alice"
    refused = refusal(alice.get_user)
    assert (refused.code, refused.status) == ("AccessDenied", 403)
    assert refused.message == (
        f"User: {arn} is not authorized to perform: iam:GetUser on resource: user alice "
        "because no identity-based policy allows the iam:GetUser action"
    )
    self_service = document(
        Action=["iam:GetUser", "iam:*AccessKey*"], Resource=f"arn:aws:iam::{ACCOUNT}:user/team/${{aws:username}}"
    )
    iam.put_user_policy(UserName="alice", PolicyName="self", PolicyDocument=self_service)
    assert alice.get_user()["User"]["Arn"] == arn
    made = alice.create_access_key()["AccessKey"]
    alice.delete_access_key(AccessKeyId=made["AccessKeyId"])
    assert refusal(alice.get_user, UserName="admin").code == "AccessDenied"
    assert refusal(alice.list_users).code == "AccessDenied"
    iam.create_group(GroupName="readers")
    iam.put_group_policy(
        GroupName="readers", PolicyName="p", PolicyDocument=document(Action="iam:List*", Resource="*")
    )
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    assert len(alice.list_users()["Users"]) == 2
    # The administrator as well may no more than its policies say.
    iam.detach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR)
    assert refusal(iam.list_users).code == "AccessDenied"
