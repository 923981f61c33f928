"""`POST /_podpass/authorize`, by which tests of code that calls other services ask what AWS would decide, and
DecodeAuthorizationMessage, which tells why something was denied."""

import json
import urllib.error

import pytest

ACCOUNT = "111122223333"
OBJECT = "arn:aws:s3:::bucket/key"


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
NO_SECRETS = {"Sid": "NoSecrets", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/secret/*"}


@pytest.fixture
def ask(mock):
    def ask(key: str, action: str, resource: str = OBJECT, **more) -> dict:
        question = {"accessKeyId": key, "action": action, "resource": resource, **more}
        return mock.control("POST", "authorize", body=question)

    return ask


@pytest.fixture
def alice(iam):
    iam.create_user(UserName="alice")
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=document(READ, NO_SECRETS))
    return iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]


def test_the_policies_of_the_caller_decide(ask, alice):
    allowed = ask(alice, "s3:GetObject")
    assert (allowed["outcome"], allowed["matched"][0]["sid"]) == ("Allowed", "Read")
    assert allowed["principal"] == f"arn:aws:iam::{ACCOUNT}:user/alice" and "encodedMessage" not in allowed
    denied = ask(alice, "s3:PutObject")
    assert denied["outcome"] == "ImplicitDeny"
    assert denied["message"] == (
        f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: s3:PutObject on resource: "
        f'{OBJECT} because no identity-based policy allows the s3:PutObject action'
    )
    # Keys that nobody issued are the administrator's, of whichever account they name.
    assert ask("test", "s3:PutObject")["outcome"] == "Allowed"
    assert ask("444455556666", "s3:PutObject")["principal"] == "arn:aws:iam::444455556666:user/admin"


def test_context_keys_can_be_given(iam, ask, alice):
    from_office = READ | {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=document(from_office))
    assert ask(alice, "s3:GetObject")["outcome"] == "ImplicitDeny"
    assert ask(alice, "s3:GetObject", context={"aws:SourceIp": "203.0.113.7"})["outcome"] == "Allowed"


def test_a_federated_user_may_what_both_its_policy_and_its_user_allow(mock, iam, ask):
    iam.create_user(UserName="bob", Tags=[{"Key": "team", "Value": "a"}])
    iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=document(READ))
    key = iam.create_access_key(UserName="bob")["AccessKey"] | {"SessionToken": None}
    sts = mock.client("sts", credentials=key)
    everything = document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})

    def outcomes(**policy) -> list[str]:
        token = sts.get_federation_token(Name="carol", **policy)["Credentials"]["AccessKeyId"]
        return [ask(token, action)["outcome"] for action in ("s3:GetObject", "s3:PutObject")]

    assert outcomes() == ["ImplicitDeny", "ImplicitDeny"]
    assert outcomes(Policy=everything) == ["Allowed", "ImplicitDeny"]
    token = sts.get_session_token()["Credentials"]["AccessKeyId"]
    assert ask(token, "s3:GetObject")["outcome"] == "Allowed"
    of_team = READ | {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}
    iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=document(of_team))
    assert outcomes(Policy=everything) == ["Allowed", "ImplicitDeny"]
    iam.untag_user(UserName="bob", TagKeys=["team"])
    assert ask(key["AccessKeyId"], "s3:GetObject")["outcome"] == "ImplicitDeny"


def test_a_denial_is_decoded_in_its_account_only(mock, ask, alice, refusal):
    encoded = ask(alice, "s3:GetObject", "arn:aws:s3:::bucket/secret/a")["encodedMessage"]
    decoded = mock.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]
    decoded = json.loads(decoded)
    assert (decoded["allowed"], decoded["explicitDeny"]) == (False, True)
    first = decoded["matchedStatements"]["items"][0]
    assert (first["statementId"], first["effect"]) == ("NoSecrets", "DENY")
    assert decoded["context"]["principal"]["arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert decoded["context"]["action"] == "s3:GetObject"
    keys = {item["key"]: item["values"]["items"] for item in decoded["context"]["conditions"]["items"]}
    assert keys["aws:username"] == [{"value": "alice"}]
    for client, message in [
        (mock.client("sts", account="444455556666"), encoded),
        (mock.client("sts"), encoded[:-1] + ("B" if encoded[-1] == "A" else "A")),
        (mock.client("sts"), "nonsense"),
    ]:
        refused = refusal(client.decode_authorization_message, EncodedMessage=message)
        assert (refused.code, refused.status) == ("InvalidAuthorizationMessageException", 400)


def test_the_caller_can_be_named_by_its_arn(mock, iam, sts, alice):
    def by_arn(arn: str, action: str, resource: str = OBJECT, **more) -> tuple[str, str]:
        question = {"principal": arn, "action": action, "resource": resource, **more}
        answer = mock.control("POST", "authorize", body=question)
        return answer["outcome"], answer["principal"]

    user = f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert by_arn(user, "s3:GetObject") == ("Allowed", user)
    assert by_arn(user, "s3:PutObject") == ("ImplicitDeny", user)
    assert by_arn(user, "s3:GetObject", "arn:aws:s3:::bucket/secret/a") == ("ExplicitDeny", user)

    role = iam.create_role(
        RoleName="r",
        Path="/apps/",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": ACCOUNT},
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                },
            }
        ),
        Tags=[{"Key": "team", "Value": "a"}],
    )["Role"]["Arn"]
    of_team = {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/*"}
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document(of_team))
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me"
    asked = f"arn:aws:sts::{ACCOUNT}:assumed-role/r/podpass"
    assert by_arn(role, "s3:PutObject", "arn:aws:s3:::a/x") == ("Allowed", asked)
    assert by_arn(role, "s3:PutObject", "arn:aws:s3:::b/x") == ("ImplicitDeny", asked)
    tag = {"aws:PrincipalTag/team": "b"}
    assert by_arn(role, "s3:PutObject", "arn:aws:s3:::b/x", context=tag) == ("Allowed", asked)

    # Of sessions of one name, the newest is meant, with its tags and its session policies.
    assume = {"RoleArn": role, "RoleSessionName": "me"}
    sts.assume_role(**assume, Tags=[{"Key": "team", "Value": "b"}])
    assert by_arn(session, "s3:PutObject", "arn:aws:s3:::b/x") == ("Allowed", session)
    sts.assume_role(**assume, Policy=document(READ | {"Resource": "*"}))
    assert by_arn(session, "s3:PutObject", "arn:aws:s3:::a/x") == ("ImplicitDeny", session)
    assert by_arn(session, "s3:GetObject", "arn:aws:s3:::a/x") == ("Allowed", session)
    federated = sts.get_federation_token(Name="carol", Policy=document(READ))["FederatedUser"]["Arn"]
    assert by_arn(federated, "s3:GetObject") == ("Allowed", federated)


@pytest.mark.parametrize(
    "arn",
    [
        "alice",
        "",
        f"arn:aws:iam::{ACCOUNT}:user/nobody",
        f"arn:aws:iam::{ACCOUNT}:user/Admin",
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me",
        f"arn:aws:sts:us-west-2:{ACCOUNT}:federated-user/bob",
        "arn:aws:iam::444455556666:user/admin",
        "arn:aws:s3:::bucket",
    ],
)
def test_nobody_has_some_arns(mock, arn):
    with pytest.raises(urllib.error.HTTPError) as refused:
        mock.control("POST", "authorize", body={"principal": arn, "action": "s3:GetObject"})
    assert refused.value.code == 404
    assert json.load(refused.value)["message"] == f"no user, role or session has the ARN `{arn}`"


def test_a_caller_is_of_the_partition_of_the_region(mock):
    china = "arn:aws-cn:iam::444455556666:user/admin"
    mock.client("iam", account="444455556666", region="cn-north-1").list_users()
    question = {"principal": china, "action": "s3:GetObject"}
    answer = mock.control("POST", "authorize", body={**question, "region": "cn-northwest-1"})
    assert (answer["outcome"], answer["principal"]) == ("Allowed", china)
    with pytest.raises(urllib.error.HTTPError) as refused:
        mock.control("POST", "authorize", body=question)
    assert refused.value.code == 400
    text = f"`{china}` is of another partition than the region `us-west-2`"
    assert json.load(refused.value)["message"] == text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"accessKeyId": "test"},
        {"action": "a:b"},
        {"accessKeyId": "test", "principal": "arn:aws:iam::111122223333:user/admin", "action": "a:b"},
        {"accessKeyId": "test", "action": "a:b", "more": 1},
        {"accessKeyId": "test", "action": "s3"},
        {"accessKeyId": "test", "action": "s3:*"},
        {"accessKeyId": "test", "action": "s3:Get:Object"},
    ],
)
def test_a_question_without_sense_is_refused(mock, body):
    with pytest.raises(urllib.error.HTTPError) as refused:
        mock.control("POST", "authorize", body=body)
    assert refused.value.code == 400 and json.load(refused.value)["message"]


@pytest.mark.parametrize("value", [{"a": "b"}, 1, True, None, ["a", 1]])
def test_a_value_of_a_context_key_that_is_no_text_is_named(mock, value):
    question = {"accessKeyId": "test", "action": "a:b", "context": {"aws:SourceIp": value}}
    with pytest.raises(urllib.error.HTTPError) as refused:
        mock.control("POST", "authorize", body=question)
    message = json.load(refused.value)["message"]
    assert refused.value.code == 400
    assert message.startswith("`context.aws:SourceIp`: expected a text, or a list of texts"), message
