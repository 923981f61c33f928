"""Many clients at the same keys at once: one wins, nothing is lost, and the state stays whole."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from botocore.exceptions import ClientError

THREADS = 16


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


TRUST = document(Principal={"Service": "pods.eks.amazonaws.com"}, Action=["sts:AssumeRole", "sts:TagSession"])
PERMISSIONS = document(Action="s3:GetObject", Resource="*")


@pytest.fixture
def at_once():
    """Runs `call(n)` in many threads that all begin together; answers results and error codes."""

    def run(call, threads: int = THREADS) -> list:
        barrier = Barrier(threads)

        def one(n: int):
            barrier.wait(timeout=30)
            try:
                return call(n)
            except ClientError as error:
                return error.response["Error"]["Code"]

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(threads)))

    return run


@pytest.fixture
def iam(mock):
    """A client with a connection for every thread."""
    return mock.client("iam", max_pool_connections=THREADS)


@pytest.fixture
def eks(mock):
    return mock.client("eks", max_pool_connections=THREADS)


def winners(results: list, refusal: str) -> list:
    """What succeeded, where everyone else must have been refused in one way."""
    won = [result for result in results if not isinstance(result, str)]
    assert [result for result in results if isinstance(result, str)] == [refusal] * (len(results) - len(won))
    return won


def test_one_of_many_creates_a_role(iam, at_once):
    for name in (f"role-{n}" for n in range(5)):
        # Names differ in case, which IAM does not look at.
        spellings = [name, name.upper()]
        results = at_once(
            lambda n: iam.create_role(RoleName=spellings[n % 2], AssumeRolePolicyDocument=TRUST)["Role"]
        )
        [role] = winners(results, "EntityAlreadyExists")
        assert iam.get_role(RoleName=name)["Role"]["RoleId"] == role["RoleId"]
    assert len(iam.list_roles()["Roles"]) == 5


def test_one_of_many_creates_a_policy_and_one_deletes_it(iam, at_once):
    results = at_once(lambda _: iam.create_policy(PolicyName="p", PolicyDocument=PERMISSIONS)["Policy"])
    [policy] = winners(results, "EntityAlreadyExists")
    deleted = at_once(lambda _: iam.delete_policy(PolicyArn=policy["Arn"]))
    assert len(winners(deleted, "NoSuchEntity")) == 1


def test_versions_are_numbered_once_and_stop_at_their_quota(iam, at_once):
    arn = iam.create_policy(PolicyName="p", PolicyDocument=PERMISSIONS)["Policy"]["Arn"]
    results = at_once(
        lambda _: iam.create_policy_version(PolicyArn=arn, PolicyDocument=PERMISSIONS, SetAsDefault=True)
    )
    created = [result["PolicyVersion"]["VersionId"] for result in winners(results, "LimitExceeded")]
    assert sorted(created) == ["v2", "v3", "v4", "v5"]
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [v["VersionId"] for v in versions] == ["v5", "v4", "v3", "v2", "v1"]
    assert sum(v["IsDefaultVersion"] for v in versions) == 1


def test_no_tag_is_lost(iam, at_once):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    at_once(lambda n: iam.tag_role(RoleName="r", Tags=[{"Key": f"k{n}", "Value": "v"}, {"Key": "same", "Value": f"{n}"}]))
    tags = {tag["Key"]: tag["Value"] for tag in iam.list_role_tags(RoleName="r")["Tags"]}
    assert len(tags) == THREADS + 1 and int(tags["same"]) in range(THREADS)
    at_once(lambda n: iam.untag_role(RoleName="r", TagKeys=[f"k{n}"]))
    assert [tag["Key"] for tag in iam.list_role_tags(RoleName="r")["Tags"]] == ["same"]


def test_attachments_are_counted_right_and_stop_at_their_quota(iam, at_once):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    arns = [
        iam.create_policy(PolicyName=f"p{n}", PolicyDocument=PERMISSIONS)["Policy"]["Arn"] for n in range(THREADS)
    ]
    results = at_once(lambda n: iam.attach_role_policy(RoleName="r", PolicyArn=arns[n]))
    assert len(winners(results, "LimitExceeded")) == 10
    attached = {p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]}
    for arn in arns:
        assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == int(arn in attached)

    # Half of the threads take away what the others attach again.
    arn = sorted(attached)[0]
    turns = [iam.detach_role_policy, iam.attach_role_policy]
    at_once(lambda n: turns[n % 2](RoleName="r", PolicyArn=arn))
    attached = {p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]}
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == int(arn in attached)
    roles = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
    assert len(roles) == int(arn in attached)


def test_a_role_is_deleted_or_attached_to_and_never_both(iam, at_once):
    arn = iam.create_policy(PolicyName="p", PolicyDocument=PERMISSIONS)["Policy"]["Arn"]
    for _ in range(10):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        attach = {"RoleName": "r", "PolicyArn": arn}
        deleted, attached = at_once(
            lambda n: iam.attach_role_policy(**attach) if n else iam.delete_role(RoleName="r"), threads=2
        )
        count = iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"]
        if isinstance(deleted, str):
            assert (deleted, count) == ("DeleteConflict", 1) and not isinstance(attached, str)
            iam.detach_role_policy(**attach)
            iam.delete_role(RoleName="r")
        else:
            assert (attached, count) == ("NoSuchEntity", 0)


def test_one_of_many_associates_a_service_account(eks, iam, at_once):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    subject = {"clusterName": "my-cluster", "namespace": "default", "serviceAccount": "app"}
    messages = []

    def create(_):
        try:
            return eks.create_pod_identity_association(**subject, roleArn=role)["association"]
        except ClientError as error:
            messages.append(error.response["Error"]["Message"])
            raise

    [association] = winners(at_once(create), "ResourceInUseException")
    assert messages == [f"Association already exists: {association['associationId']}"] * (THREADS - 1)
    listed = eks.list_pod_identity_associations(clusterName="my-cluster")["associations"]
    assert [a["associationId"] for a in listed] == [association["associationId"]]

    key = {"clusterName": "my-cluster", "associationId": association["associationId"]}
    deleted = at_once(lambda _: eks.delete_pod_identity_association(**key))
    assert len(winners(deleted, "ResourceNotFoundException")) == 1


def test_pages_are_whole_while_others_write(iam, at_once):
    kept = [f"kept-{n:02}" for n in range(20)]
    for name in kept:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)

    def churn_or_list(n: int):
        if n % 2:
            for _ in range(5):
                iam.create_role(RoleName=f"passing-{n}", AssumeRolePolicyDocument=TRUST)
                iam.delete_role(RoleName=f"passing-{n}")
            return []
        pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 3})
        return [role["RoleName"] for page in pages for role in page["Roles"]]

    for names in filter(None, at_once(churn_or_list)):
        assert [name for name in names if name in kept] == kept


def test_one_of_many_creates_a_user_and_two_of_many_keys(iam, at_once):
    won = winners(at_once(lambda n: iam.create_user(UserName="u" if n % 2 else "U")), "EntityAlreadyExists")
    assert len(won) == 1
    won = winners(at_once(lambda _: iam.create_access_key(UserName="u")), "LimitExceeded")
    made = {key["AccessKey"]["AccessKeyId"] for key in won}
    listed = iam.list_access_keys(UserName="u")["AccessKeyMetadata"]
    assert {key["AccessKeyId"] for key in listed} == made and len(made) == 2


def test_changes_of_one_user_are_not_lost(iam, at_once):
    iam.create_user(UserName="u")
    groups = [f"g{n}" for n in range(10)]
    for group in groups:
        iam.create_group(GroupName=group)

    def change(n: int) -> None:
        iam.tag_user(UserName="u", Tags=[{"Key": f"k{n}", "Value": ""}])
        iam.put_user_policy(UserName="u", PolicyName=f"p{n}", PolicyDocument=PERMISSIONS)
        iam.add_user_to_group(GroupName=groups[n % 10], UserName="u")

    assert at_once(change) == [None] * THREADS
    assert len(iam.list_user_tags(UserName="u")["Tags"]) == THREADS
    assert len(iam.list_user_policies(UserName="u")["PolicyNames"]) == THREADS
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="u")["Groups"]] == groups


def test_a_user_is_renamed_once_and_stays_in_its_groups(iam, at_once):
    iam.create_user(UserName="u")
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="u")
    results = at_once(lambda n: iam.update_user(UserName="u", NewUserName=f"u{n}"))
    assert len(winners(results, "NoSuchEntity")) == 1
    [user] = iam.get_group(GroupName="g")["Users"]
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName=user["UserName"])["Groups"]] == ["g"]
