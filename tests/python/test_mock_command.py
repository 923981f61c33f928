"""The command line of the mock server, as shells meet it."""

import subprocess
import urllib.error
import urllib.request
from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def env(mock_binary):
    """Runs `podpass-mock --env` with further arguments."""

    def run(*arguments: str, directory=None) -> subprocess.CompletedProcess:
        command = [str(mock_binary), "--env", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=directory)

    return run


@pytest.mark.parametrize(
    "arguments",
    [
        ("--region", "$(touch x)"),
        ("--cluster", "a b"),
        ("--listen", "0.0.0.0:4566"),
        ("--listen", "127.0.0.1:0"),
    ],
)
def test_an_environment_is_printed_only_of_a_server_that_could_start(env, tmp_path, arguments):
    printed = env(*arguments, directory=tmp_path)
    assert printed.returncode == 1 and printed.stdout == ""
    assert printed.stderr.startswith("error: ")


def test_the_environment_names_the_kubeconfig_for_any_directory(env, tmp_path):
    script = env("--kubeconfig", "it's $(touch made)", directory=tmp_path).stdout
    command = f'{script}\nprintf %s "$KUBECONFIG"'
    read = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert read.stdout == str(tmp_path / "it's $(touch made)")
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_no_terminal_shows_has_no_colours(mock_binary):
    command = [str(mock_binary), "--listen", "127.0.0.1:0", "--log", "trace"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().split()[-1]
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{address}/?Action=GetCallerIdentity&Version=2011-06-15", timeout=10)
        process.terminate()
        log = process.stderr.read()
    assert "MissingAuthenticationToken" in log and "\x1b" not in log


def test_time_is_moved_forward_on_request(make_mock):
    mock = make_mock()
    times = [mock.control("POST", "clock", body={"advanceSeconds": 21600})["time"] for _ in range(2)]
    first, second = map(datetime.fromisoformat, times)
    assert timedelta(hours=6) <= second - first < timedelta(hours=6, minutes=1)
    credentials = mock.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    mock.control("POST", "clock", body={"advanceSeconds": 900})
    with pytest.raises(ClientError) as refused:
        mock.client("sts", credentials=credentials).get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "ExpiredToken"
    for body in ({}, {"advanceSeconds": -1}, {"advanceSeconds": 1, "more": 1}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            mock.control("POST", "clock", body=body)
        assert refused.value.code == 400
