"""Sessions of STS: who may begin them, what they carry, and how they act as callers."""

import json
from datetime import datetime, timedelta, timezone

import pytest

ACCOUNT = "111122223333"
ADMIN = f"arn:aws:iam::{ACCOUNT}:user/admin"


def trust(principal, *actions: str, **condition) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": actions or ["sts:AssumeRole"]}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(action: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


@pytest.fixture
def make_role(iam):
    def make(name: str, document: str, **members) -> str:
        return iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **members)["Role"]["Arn"]

    return make


def test_a_session_is_named_and_acts_as_a_caller(mock, sts, iam, make_role):
    arn = make_role("r", trust(ROOT), Path="/apps/")
    begun = sts.assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=900)
    role_id = iam.get_role(RoleName="r")["Role"]["RoleId"]
    assert begun["AssumedRoleUser"] == {
        "AssumedRoleId": f"{role_id}:me",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me",
    }
    assert "PackedPolicySize" not in begun
    credentials = begun["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA") and len(credentials["AccessKeyId"]) == 20
    assert len(credentials["SecretAccessKey"]) == 40
    left = credentials["Expiration"] - datetime.now(timezone.utc)
    assert timedelta(seconds=890) < left <= timedelta(seconds=900)

    caller = mock.client("sts", credentials=credentials).get_caller_identity()
    assert caller["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me"
    assert caller["UserId"] == f"{role_id}:me"
    assert sts.get_access_key_info(AccessKeyId=credentials["AccessKeyId"])["Account"] == ACCOUNT


def test_a_role_that_does_not_exist_is_refused_like_one_that_does_not_trust(sts, make_role, refusal):
    untrusting = make_role("r", trust({"Service": "pods.eks.amazonaws.com"}))
    for arn in (untrusting, f"arn:aws:iam::{ACCOUNT}:role/nobody"):
        refused = refusal(sts.assume_role, RoleArn=arn, RoleSessionName="me")
        assert (refused.code, refused.status) == ("AccessDenied", 403)
        assert refused.message.startswith(
            f"User: {ADMIN} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        )
    refused = refusal(sts.assume_role, RoleArn="nothing-valid-in-here", RoleSessionName="me")
    assert (refused.code, refused.message) == ("ValidationError", "nothing-valid-in-here is invalid")


def test_values_are_shown_in_validation_errors(sts, make_role, refusal):
    arn = make_role("r", trust(ROOT))
    refused = refusal(sts.assume_role, RoleArn=arn, RoleSessionName="Session1:2")
    assert refused.message == (
        "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [\\w+=,.@-]*"
    )


def test_a_role_across_accounts_needs_both_sides(mock, sts, make_role, refusal):
    other = mock.client("iam", account="444455556666")
    target = other.create_role(RoleName="target", AssumeRolePolicyDocument=trust(ROOT))["Role"]["Arn"]
    caller = make_role("caller", trust(ROOT))
    session = sts.assume_role(RoleArn=caller, RoleSessionName="me")["Credentials"]
    chained = mock.client("sts", credentials=session)
    refused = refusal(chained.assume_role, RoleArn=target, RoleSessionName="me")
    assert refused.message == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/caller/me is not authorized to perform: sts:AssumeRole on "
        f"resource: {target} because no identity-based policy allows the sts:AssumeRole action"
    )
    mock.client("iam").put_role_policy(
        RoleName="caller", PolicyName="p", PolicyDocument=allowing("sts:AssumeRole", target)
    )
    begun = chained.assume_role(RoleArn=target, RoleSessionName="me")
    assert begun["AssumedRoleUser"]["Arn"] == "arn:aws:sts::444455556666:assumed-role/target/me"
    assert sts.get_access_key_info(AccessKeyId=begun["Credentials"]["AccessKeyId"])["Account"] == "444455556666"


def test_an_external_id_is_compared(sts, make_role, refusal):
    arn = make_role("r", trust(ROOT, StringEquals={"sts:ExternalId": "secret"}))
    assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="me").code == "AccessDenied"
    assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="me", ExternalId="guess").code == "AccessDenied"
    sts.assume_role(RoleArn=arn, RoleSessionName="me", ExternalId="secret")


def test_session_tags_need_their_own_permission_and_are_inherited_when_transitive(mock, sts, iam, make_role, refusal):
    plain = make_role("plain", trust(ROOT))
    tags = [{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "1"}]
    refused = refusal(sts.assume_role, RoleArn=plain, RoleSessionName="me", Tags=tags)
    assert "is not authorized to perform: sts:TagSession" in refused.message

    first = make_role("first", trust(ROOT, "sts:AssumeRole", "sts:TagSession"))
    iam.put_role_policy(RoleName="first", PolicyName="p", PolicyDocument=allowing("sts:*"))
    second = make_role(
        "second",
        trust(ROOT, "sts:AssumeRole", "sts:TagSession", StringEquals={"aws:RequestTag/team": "a"}, Null={"aws:RequestTag/cost": "true"}),
    )
    begun = sts.assume_role(RoleArn=first, RoleSessionName="me", Tags=tags, TransitiveTagKeys=["Team"])
    assert 0 < begun["PackedPolicySize"] <= 100
    chained = mock.client("sts", credentials=begun["Credentials"])
    chained.assume_role(RoleArn=second, RoleSessionName="me")
    refused = refusal(chained.assume_role, RoleArn=second, RoleSessionName="me", Tags=[{"Key": "TEAM", "Value": "b"}])
    assert (refused.code, refused.message) == (
        "InvalidParameterValue",
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "
        "from the calling session.",
    )
    refused = refusal(sts.assume_role, RoleArn=first, RoleSessionName="me", Tags=tags, TransitiveTagKeys=["x"])
    assert refused.message == "The specified transitive tag key must be included in the requested tags."


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["aws:team"], "System tags, prefixed with aws:, cannot be added, modified or deleted."),
        (["AWS:team"], "System tags, prefixed with aws:, cannot be added, modified or deleted."),
        (["team", "Team"], "Duplicate tag keys found. Please note that Tag keys are case insensitive."),
    ],
)
def test_sessions_have_no_tags_that_are_aws_s_or_twice(sts, make_role, refusal, keys, message):
    tags = [{"Key": key, "Value": "a"} for key in keys]
    role = make_role("tagged", trust(ROOT, "sts:AssumeRole", "sts:TagSession"))
    refused = refusal(sts.assume_role, RoleArn=role, RoleSessionName="me", Tags=tags)
    assert (refused.code, refused.status, refused.message) == ("InvalidParameterValue", 400, message)
    refused = refusal(sts.get_federation_token, Name="bob", Tags=tags)
    assert (refused.code, refused.status, refused.message) == ("InvalidParameterValue", 400, message)


def test_a_session_lasts_no_longer_than_the_role_and_the_chain_allow(mock, sts, iam, make_role, refusal):
    arn = make_role("r", trust(ROOT), MaxSessionDuration=7200)
    refused = refusal(sts.assume_role, RoleArn=arn, RoleSessionName="me", DurationSeconds=7201)
    assert (refused.code, refused.message) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=allowing("sts:*"))
    session = sts.assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=7200)["Credentials"]
    chained = mock.client("sts", credentials=session)
    refused = refusal(chained.assume_role, RoleArn=arn, RoleSessionName="me", DurationSeconds=3601)
    assert refused.message == (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    )


def test_a_session_policy_limits_the_session(mock, sts, iam, make_role, refusal):
    first = make_role("first", trust(ROOT))
    second = make_role("second", trust(ROOT))
    iam.put_role_policy(RoleName="first", PolicyName="p", PolicyDocument=allowing("sts:*"))
    begun = sts.assume_role(RoleArn=first, RoleSessionName="me", Policy=allowing("s3:*"))
    chained = mock.client("sts", credentials=begun["Credentials"])
    refused = refusal(chained.assume_role, RoleArn=second, RoleSessionName="me")
    assert refused.message.endswith("because no session policy allows the sts:AssumeRole action")
    refused = refusal(sts.assume_role, RoleArn=first, RoleSessionName="me", Policy="{")
    assert refused.code == "MalformedPolicyDocument"
    large = json.dumps({"Version": "2012-10-17", "Statement": [json.loads(allowing("s3:Get*"))["Statement"][0]] * 60})
    refused = refusal(sts.assume_role, RoleArn=first, RoleSessionName="me", Policy=large)
    assert refused.code == "PackedPolicyTooLarge"
    assert refused.message.startswith("Packed policy consumes ")


def test_the_session_of_a_deleted_role_can_do_nothing(mock, sts, iam, make_role, refusal):
    first, second = make_role("first", trust(ROOT)), make_role("second", trust(ROOT))
    iam.attach_role_policy(RoleName="first", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    session = sts.assume_role(RoleArn=first, RoleSessionName="me")["Credentials"]
    chained = mock.client("sts", credentials=session)
    chained.assume_role(RoleArn=second, RoleSessionName="me")
    iam.detach_role_policy(RoleName="first", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.delete_role(RoleName="first")
    make_role("first", trust(ROOT))
    iam.attach_role_policy(RoleName="first", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert refusal(chained.assume_role, RoleArn=second, RoleSessionName="me").code == "AccessDenied"


def test_a_deleted_principal_is_not_trusted_when_it_comes_again(mock, sts, iam, make_role, refusal):
    caller = make_role("caller", trust(ROOT))
    target = make_role("target", trust({"AWS": caller}))
    session = sts.assume_role(RoleArn=caller, RoleSessionName="me")["Credentials"]
    mock.client("sts", credentials=session).assume_role(RoleArn=target, RoleSessionName="me")
    iam.delete_role(RoleName="caller")
    make_role("caller", trust(ROOT))
    session = sts.assume_role(RoleArn=caller, RoleSessionName="me")["Credentials"]
    refused = refusal(mock.client("sts", credentials=session).assume_role, RoleArn=target, RoleSessionName="me")
    assert refused.code == "AccessDenied"


def test_a_condition_that_names_a_deleted_principal_stays_as_it_was_written(mock, sts, iam, make_role):
    caller = make_role("caller", trust(ROOT))
    document = json.loads(trust({"AWS": caller}))
    elsewhere = {"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole"}
    elsewhere["Condition"] = {"ArnEquals": {"aws:PrincipalArn": caller}}
    document["Statement"].append(elsewhere)
    target = make_role("target", json.dumps(document))
    caller_id = iam.get_role(RoleName="caller")["Role"]["RoleId"]
    iam.delete_role(RoleName="caller")

    named, conditional = iam.get_role(RoleName="target")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert named["Principal"] == {"AWS": caller_id}
    assert conditional["Condition"] == elsewhere["Condition"]

    make_role("caller", trust(ROOT))
    iam.put_role_policy(RoleName="caller", PolicyName="p", PolicyDocument=allowing("sts:AssumeRole"))
    session = sts.assume_role(RoleArn=caller, RoleSessionName="me")["Credentials"]
    assert mock.client("sts", credentials=session).assume_role(RoleArn=target, RoleSessionName="me")


def test_session_credentials_cannot_ask_for_tokens(mock, sts, make_role, refusal):
    token = sts.get_session_token()["Credentials"]
    as_user = mock.client("sts", credentials=token)
    assert as_user.get_caller_identity()["Arn"] == ADMIN
    for operation, name, arguments in (
        (as_user.get_session_token, "GetSessionToken", {}),
        (as_user.get_federation_token, "GetFederationToken", {"Name": "bob"}),
    ):
        refused = refusal(operation, **arguments)
        assert (refused.code, refused.message) == ("AccessDenied", f"Cannot call {name} with session credentials")


def test_a_session_token_can_be_asked_to_be_large(sts):
    assert len(sts.get_session_token(MinimumSessionTokenSize=4096)["Credentials"]["SessionToken"]) == 4096
    assert len(sts.get_session_token()["Credentials"]["SessionToken"]) < 1200


def test_a_federated_user_may_do_what_its_policy_says(mock, sts, make_role, refusal):
    target = make_role("target", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    bob = sts.get_federation_token(Name="bob", Policy=allowing("sts:AssumeRole"))
    assert bob["FederatedUser"] == {
        "FederatedUserId": f"{ACCOUNT}:bob",
        "Arn": f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
    }
    mock.client("sts", credentials=bob["Credentials"]).assume_role(RoleArn=target, RoleSessionName="me")
    eve = sts.get_federation_token(Name="eve")
    refused = refusal(
        mock.client("sts", credentials=eve["Credentials"]).assume_role, RoleArn=target, RoleSessionName="me"
    )
    assert refused.code == "AccessDenied"


def test_a_key_that_tells_no_account_is_refused(sts, refusal):
    refused = refusal(sts.get_access_key_info, AccessKeyId="AKIAIOSFODNN7EXAMPLE0")
    assert (refused.code, refused.status) == ("ValidationError", 400)
