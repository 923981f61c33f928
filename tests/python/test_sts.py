"""STS, as boto3 meets it."""

import urllib.error
import urllib.parse
import urllib.request

import boto3
import pytest
from botocore.config import Config


def test_the_caller_is_the_administrator_of_the_default_account(sts):
    caller = sts.get_caller_identity()
    assert caller["Account"] == "111122223333"
    assert caller["Arn"] == "arn:aws:iam::111122223333:user/admin"
    assert caller["UserId"].startswith("AIDA") and len(caller["UserId"]) == 21


def test_a_twelve_digit_access_key_selects_its_account(mock):
    caller = mock.client("sts", account="000000000042").get_caller_identity()
    assert caller["Account"] == "000000000042"
    assert caller["Arn"] == "arn:aws:iam::000000000042:user/admin"


def test_a_presigned_request_is_answered(mock):
    client = mock.client("sts", account="444455556666")
    url = client.generate_presigned_url("get_caller_identity", HttpMethod="GET")
    with urllib.request.urlopen(url, timeout=10) as response:
        body = response.read().decode()
        assert response.headers["x-amzn-requestid"]
    assert "<Account>444455556666</Account>" in body
    assert 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"' in body


def test_an_operation_not_built_is_told_from_one_that_aws_does_not_know(mock, sts, refusal):
    refused = refusal(sts.get_web_identity_token, Audience=["a"], SigningAlgorithm="RS256")
    assert (refused.code, refused.status) == ("NotImplemented", 501)
    assert "sts:GetWebIdentityToken" in refused.message

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{mock.uri}/?Action=GetSessionTokens&Version=2011-06-15", timeout=10)
    assert caught.value.code == 400
    assert "Could not find operation GetSessionTokens for version 2011-06-15" in caught.value.read().decode()


def test_every_call_is_in_the_ledger_and_no_secret_is(mock, sts, refusal):
    request_id = sts.get_caller_identity()["ResponseMetadata"]["RequestId"]
    refusal(mock.client("iam", account="000000000042").get_role, RoleName="nobody")
    told, refused = mock.control("GET", "requests")["requests"]
    assert told["service"] == "sts" and told["operation"] == "GetCallerIdentity"
    assert told["requestId"] == request_id and told["status"] == 200
    assert refused["account"] == "000000000042" and refused["errorCode"] == "NoSuchEntity"

    mock.reset()
    assert mock.control("GET", "requests") == {"requests": []}


def test_a_web_page_cannot_reset_the_server(mock):
    for headers in ({"Origin": "https://evil.example"}, {"Host": "rebound.example:4566"}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            mock.control("POST", "reset", headers)
        assert caught.value.code == 403


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "named"),
    [
        ("rolesanywhere", "list_profiles", {}, "the service `rolesanywhere`"),
        ("secretsmanager", "get_secret_value", {"SecretId": "s"}, "secretsmanager:GetSecretValue"),
        ("dynamodb", "list_tables", {}, "dynamodb:ListTables"),
        ("sqs", "list_queues", {}, "sqs:ListQueues"),
        ("ec2", "describe_vpcs", {}, "ec2:DescribeVpcs"),
        ("cloudformation", "list_stacks", {}, "cloudformation:ListStacks"),
        ("s3", "list_buckets", {}, "the service `s3`"),
        ("lambda", "list_functions", {}, "the service `lambda`"),
    ],
)
def test_a_service_that_is_not_mocked_is_named(mock, refusal, service, operation, arguments, named):
    client = boto3.client(
        service,
        endpoint_url=mock.uri,
        region_name="us-west-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    refused = refusal(getattr(client, operation), **arguments)
    assert (refused.code, refused.status) == ("NotImplemented", 501)
    assert refused.message == f"podpass-mock does not implement {named}"


def test_a_web_page_cannot_act_as_administrator(mock, iam):
    form = urllib.parse.urlencode({"Action": "CreateAccountAlias", "Version": "2010-05-08", "AccountAlias": "mine"})
    for origin in ({"Origin": "https://evil.example"}, {}):
        request = urllib.request.Request(mock.uri, data=form.encode(), headers=origin)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        assert caught.value.code == 403
    assert b"<Code>MissingAuthenticationToken</Code>" in caught.value.read()
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_an_access_key_id_tells_its_account(sts, refusal):
    known = sts.get_access_key_info(AccessKeyId="AKIAIOSFODNN7EXAMPLE")
    assert known["Account"] == "581039954779"
    for wrong in ("AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPLE2", "AROAIOSFODNN7EXAMPLE", "AKIAIOSF0DNN7EXAMPLE"):
        refused = refusal(sts.get_access_key_info, AccessKeyId=wrong)
        assert (refused.code, refused.status) == ("ValidationError", 400), wrong


def test_health_answers_head(mock):
    assert mock.control("HEAD", "health") is None
