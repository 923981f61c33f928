"""The server's clock: told, moved, set and held at `/_podpass/clock`."""

import json
import subprocess
import time
import urllib.error
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

from pods import Pod, send, trust

NEW_YEAR = "2026-01-01T00:00:00Z"


def clock(mock, **change):
    """What the clock tells, after a change if one is given."""
    return mock.control("POST", "clock", body=change) if change else mock.control("GET", "clock")


def now(told: dict) -> datetime:
    return datetime.fromisoformat(told["now"])


@pytest.fixture
def held(make_mock):
    return make_mock("--cluster", "my-cluster", "--clock", NEW_YEAR)


def test_the_clock_runs_unless_it_is_told_otherwise(mock):
    told = clock(mock)
    assert not told["held"]
    assert abs(now(told) - datetime.now(timezone.utc)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("90s", "2026-01-01T00:01:30Z"),
        ("1h 30m", "2026-01-01T01:30:00Z"),
        ("PT6H", "2026-01-01T06:00:00Z"),
        (90, "2026-01-01T00:01:30Z"),
        (0.25, "2026-01-01T00:00:00.25Z"),
    ],
)
def test_a_held_clock_stands_until_it_is_advanced(held, by, expected):
    assert clock(held) == clock(held)
    assert clock(held)["now"] == NEW_YEAR
    told = clock(held, advance=by)
    assert (told["now"], told["held"]) == (expected, True)


def test_a_clock_is_set_held_and_released(make_mock):
    mock = make_mock()
    told = clock(mock, set="2020-02-02T00:00:00Z")
    assert not told["held"] and told["now"].startswith("2020-02-02T00:00:0")
    assert clock(mock, hold=True)["held"]
    stood = clock(mock)["now"]
    time.sleep(0.01)
    assert clock(mock)["now"] == stood
    assert not clock(mock, hold=False)["held"]
    time.sleep(0.01)
    assert now(clock(mock)) > datetime.fromisoformat(stood)


def test_a_reset_makes_the_clock_as_it_was_at_the_start(held, mock):
    clock(held, advance="6h")
    clock(held, hold=False)
    held.reset()
    told = clock(held)
    assert (told["now"], told["held"]) == (NEW_YEAR, True)
    clock(mock, set=NEW_YEAR)
    clock(mock, hold=True)
    mock.reset()
    assert not clock(mock)["held"]
    assert abs(now(clock(mock)) - datetime.now(timezone.utc)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "exactly one of `advance`, `set` and `hold` has to be given"),
        ({"advance": 1, "hold": True}, "exactly one of `advance`, `set` and `hold` has to be given"),
        ({"advance": "soon"}, "`advance` is a duration such as"),
        ({"advance": -1}, "`advance` is a duration such as"),
        ({"advance": "-90s"}, "`advance` is a duration such as"),
        ({"set": "yesterday"}, "`set` is a time such as"),
        ({"set": "1969-12-31T23:59:59Z"}, "`set` is a time such as"),
        ({"hold": "yes"}, "`hold` is true or false"),
        ({"move": 1}, "unknown member `move`; there are: advance, set, hold"),
        ([], "invalid type"),
    ],
)
def test_a_change_that_is_none_is_refused_in_words(mock, body, message):
    before = clock(mock)["held"]
    request = subprocess.run(
        ["curl", "-s", "-w", "%{http_code}", f"{mock.uri}/_podpass/clock", "-d", json.dumps(body)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert request.endswith("400")
    assert json.loads(request[:-3])["message"].startswith(message)
    assert clock(mock)["held"] == before


def test_what_aws_dates_is_dated_by_the_clock(held):
    iam, eks, sts = held.client("iam"), held.client("eks"), held.client("sts")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())["Role"]
    new_year = datetime.fromisoformat(NEW_YEAR)
    assert role["CreateDate"] == new_year
    made = eks.create_pod_identity_association(
        clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=role["Arn"]
    )["association"]
    assert made["createdAt"] == new_year
    clock(held, advance="1h")
    changed = eks.update_pod_identity_association(
        clusterName="my-cluster", associationId=made["associationId"], disableSessionTags=True
    )["association"]
    assert changed["modifiedAt"] == new_year + timedelta(hours=1)
    session = sts.get_session_token(DurationSeconds=900)["Credentials"]
    assert session["Expiration"] == new_year + timedelta(hours=1, minutes=15)
    times = {call["time"] for call in held.control("GET", "requests")["requests"]}
    assert times == {NEW_YEAR, "2026-01-01T01:00:00Z"}


def test_credentials_expire_when_the_clock_is_moved_and_last_longer_when_it_goes_back(make_mock):
    mock = make_mock()
    session = mock.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    sts = mock.client("sts", credentials=session)
    clock(mock, advance=901)
    with pytest.raises(ClientError) as refused:
        sts.get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "ExpiredToken"
    clock(mock, set=NEW_YEAR)
    assert sts.get_caller_identity()["Account"] == "111122223333"


def test_what_is_finished_stays_so_when_the_clock_goes_back(make_mock):
    mock = make_mock("--cluster", "my-cluster")
    eks = mock.client("eks")
    eks.create_addon(clusterName="my-cluster", addonName="vpc-cni")
    clock(mock, set=NEW_YEAR)
    assert eks.describe_cluster(name="my-cluster")["cluster"]["status"] == "ACTIVE"
    assert eks.describe_addon(clusterName="my-cluster", addonName="vpc-cni")["addon"]["status"] == "ACTIVE"
    eks.delete_addon(clusterName="my-cluster", addonName="vpc-cni")
    assert eks.list_addons(clusterName="my-cluster")["addons"] == []


def test_what_eks_takes_its_time_for_is_over_when_the_clock_is_moved(make_mock):
    mock = make_mock("--clock", NEW_YEAR, "--eks-delay", "cluster=10m")
    eks = mock.client("eks")
    eks.create_cluster(
        name="c", roleArn="arn:aws:iam::111122223333:role/eksClusterRole", resourcesVpcConfig={"subnetIds": ["subnet-1"]}
    )
    status = lambda: eks.describe_cluster(name="c")["cluster"]["status"]  # noqa: E731
    assert status() == "CREATING"
    clock(mock, advance="9m 59s")
    assert status() == "CREATING"
    clock(mock, advance="1s")
    assert status() == "ACTIVE"


def test_controllers_work_when_the_clock_is_moved_and_never_keep_a_client_waiting(held):
    pod = Pod(held, f"{held.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    phase = lambda: json.loads(send(f"{pod.api}/pods/{pod.name}").body)["status"]["phase"]  # noqa: E731
    assert phase() == "Pending"
    clock(held, advance="1s")
    assert phase() == "Running"
    # Nobody moves the clock, and the pod goes all the same.
    send(f"{pod.api}/pods/{pod.name}", "DELETE")
    deadline = time.monotonic() + 10
    while send(f"{pod.api}/pods/{pod.name}").status == 200:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_held_clock_far_from_the_clients_takes_their_signatures(make_mock):
    mock = make_mock("--clock", "2031-01-01T00:00:00Z", "--auth", "enforce")
    assert mock.client("sts").get_caller_identity()["Account"] == "111122223333"


def test_a_time_that_is_none_starts_no_server(mock_binary):
    for time_ in ("noon", "2026-01-01", "1969-12-31T00:00:00Z", "9999-12-31T00:00:00Z"):
        refused = subprocess.run([mock_binary, "--clock", time_], capture_output=True, text=True, check=False)
        assert refused.returncode == 2 and "--clock" in refused.stderr
        assert f"`{time_}` is no time such as `2026-01-01T00:00:00Z`, not before 1970" in refused.stderr


def test_the_clock_refuses_web_pages(mock):
    with pytest.raises(urllib.error.HTTPError) as refused:
        mock.control("GET", "clock", headers={"Origin": "https://evil.example"})
    assert refused.value.code == 403
