"""Throttling, as stock clients see it and get through it."""

import subprocess
import time

import botocore.exceptions as errors
import pytest

from faulty import calls, refused, statuses, stock
from pods import Pod

SLOW = {"rate": 0.001, "burst": 3}
QUICK = {"rate": 4, "burst": 1}


def throttle(mock, **rates):
    rates = {name.replace("_", "-"): rate for name, rate in rates.items()}
    return mock.control("PUT", "throttle", body=rates)


def refusal_of(call, **arguments) -> tuple[str, int, str]:
    with pytest.raises(errors.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    error = response["Error"]
    return error["Code"], response["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


def test_each_service_throttles_in_its_own_words(mock):
    throttle(mock, iam_read=SLOW, sts=SLOW, eks_read=SLOW)
    for service, method, expected in (
        ("iam", "list_roles", ("Throttling", 400, "Rate exceeded")),
        ("sts", "get_caller_identity", ("Throttling", 400, "Rate exceeded")),
        ("eks", "list_clusters", ("ThrottlingException", 429, "Rate exceeded")),
    ):
        call = getattr(stock(mock, service, 1), method)
        for _ in range(3):
            call()
        assert refusal_of(call) == expected


def test_client_waits_and_gets_through(mock):
    throttle(mock, iam_write=QUICK)
    iam = stock(mock, "iam", attempts=10)
    for name in ("a", "b", "c", "d"):
        iam.create_user(UserName=name)
    told = statuses(mock, "CreateUser")
    assert told.count(200) == 4
    assert told.count(400) >= 1
    assert {call["errorCode"] for call in calls(mock, "CreateUser")} == {None, "Throttling"}


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_every_retry_mode_of_the_sdk_copes(mock, mode):
    throttle(mock, eks_read=QUICK)
    eks = stock(mock, "eks", attempts=10, mode=mode)
    for _ in range(3):
        assert eks.list_clusters()["clusters"] == ["my-cluster"]


def test_reads_writes_accounts_and_regions_have_buckets_of_their_own(mock):
    throttle(mock, iam_read=SLOW, eks_read=SLOW)
    iam = stock(mock, "iam", 1)
    for _ in range(3):
        iam.list_roles()
    assert refusal_of(iam.list_users)[0] == "Throttling"
    iam.create_user(UserName="a")
    stock(mock, "iam", 1, account="222222222222").list_roles()
    eks = stock(mock, "eks", 1)
    for _ in range(3):
        eks.list_clusters()
    assert refusal_of(eks.describe_cluster, name="my-cluster")[0] == "ThrottlingException"


def test_throttled_calls_are_not_done(mock):
    throttle(mock, iam_write={"rate": 0.001, "burst": 1})
    iam = stock(mock, "iam", 1)
    iam.create_user(UserName="a")
    assert refusal_of(iam.create_user, UserName="b")[0] == "Throttling"
    assert [user["UserName"] for user in mock.client("iam").list_users()["Users"]] == ["a", "admin"]


def test_buckets_fill_by_the_servers_clock(make_mock):
    mock = make_mock("--clock", "2026-01-01T00:00:00Z", "--throttle", "iam-read=0.1/1")
    iam = stock(mock, "iam", 1)
    iam.list_roles()
    for _ in range(3):
        assert refusal_of(iam.list_roles)[0] == "Throttling"
    mock.control("POST", "clock", body={"advance": "10s"})
    iam.list_roles()
    assert refusal_of(iam.list_roles)[0] == "Throttling"


def test_pods_credentials_are_throttled(mock, pod_role):
    mock.client("eks").create_pod_identity_association(
        clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=pod_role
    )
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    throttle(mock, eks_auth={"rate": 0.001, "burst": 1})
    tokens = [pod.token(), pod.token()]
    asked = [pod.ask(token) for token in tokens]
    assert [answer.status for answer in asked] == [200, 429]
    assert asked[1].body.endswith(": (ThrottlingException): Rate exceeded, fault: client\n")
    # What the agent has in its cache is no call of EKS Auth.
    assert pod.ask(tokens[0]).status == 200


def test_rates_are_told_set_and_come_back_with_a_reset(make_mock):
    mock = make_mock("--throttle", "aws", "--throttle", "iam-write=5/20")
    told = mock.control("GET", "throttle")
    assert told["iam-write"] == {"rate": 5.0, "burst": 20}
    assert told["sts"] == {"rate": 600.0, "burst": 600}
    assert set(told) == {"iam-read", "iam-write", "sts", "eks-read", "eks-write", "eks-auth"}
    assert throttle(mock, sts={"rate": 2.5}) == {"sts": {"rate": 2.5, "burst": 3}}
    assert mock.control("PUT", "throttle", body={}) == {}
    assert mock.control("PUT", "throttle", body={"sts": "5/7", "eks-auth": 1}) == {
        "sts": {"rate": 5.0, "burst": 7},
        "eks-auth": {"rate": 1.0, "burst": 1},
    }
    mock.reset()
    assert mock.control("GET", "throttle") == told
    aws = mock.control("PUT", "throttle", body="aws")
    assert aws["iam-write"] != told["iam-write"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("fast", 'expected a JSON object of rates, or "aws"'),
        ({"s3": {"rate": 1}}, "unknown class `s3`; there are: iam-read"),
        ({"sts": {"rate": 0}}, "`sts`: the rate has to be above 0"),
        ({"sts": {"rate": "x"}}, "`sts.rate`: invalid type"),
        ({"sts": {"rate": 1, "burst": 0}}, "`sts`: the rate has to be"),
        ({"sts": {"rate": 1, "bursts": 1}}, "unknown field `bursts`"),
        ({"sts": "5/x"}, "`sts`: `5/x` is not a rate"),
    ],
)
def test_settings_that_are_none_are_refused(mock, body, told):
    status, message = refused(mock, "PUT", "throttle", body)
    assert status == 400
    assert told in message
    assert mock.control("GET", "throttle") == {}


@pytest.mark.parametrize("text", ["fast", "s3=1", "sts=0", "sts=1/0", "sts"])
def test_command_refuses_what_is_no_rate(mock_binary, text):
    done = subprocess.run([mock_binary, "--throttle", text], capture_output=True, text=True, timeout=10)
    assert done.returncode == 2
    assert f"invalid value '{text}'" in done.stderr


def test_aws_cli_gets_through(mock, tmp_path):
    throttle(mock, eks_read=QUICK)
    env = {**mock.env, "HOME": str(tmp_path), "AWS_MAX_ATTEMPTS": "10"}
    began = time.monotonic()
    for _ in range(2):
        done = subprocess.run(["aws", "eks", "list-clusters"], env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 50
