"""STS, as boto3 meets it."""

import urllib.error
import urllib.request

import pytest


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


def test_a_service_that_is_not_mocked_is_named(mock):
    signature = "AWS4-HMAC-SHA256 Credential=a/20260101/us-west-2/sqs/aws4_request"
    request = urllib.request.Request(mock.uri, headers={"Authorization": signature})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    assert caught.value.code == 501
    assert caught.value.read().decode() == "podpass-mock does not implement the service `sqs`"
