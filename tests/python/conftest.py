"""Fixtures: a `podpass-mock` process, and clients that find it by its environment."""

import json
import os
import re
import socket
import subprocess
import urllib.request
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from service_model import watch

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Mock:
    """A running server: where it is, and the environment in which clients find it."""

    uri: str
    env: dict[str, str]

    def client(
        self,
        service: str,
        account: str = "test",
        region: str | None = None,
        credentials: dict | None = None,
        **config,
    ):
        """A boto3 client of one service, without retries that would hide a fault.

        `credentials` are those that STS answered; without them the administrator of the account calls.
        """
        keys = credentials or {"AccessKeyId": account, "SecretAccessKey": "test", "SessionToken": None}
        client = boto3.client(
            service,
            endpoint_url=self.uri,
            region_name=region or self.env["AWS_REGION"],
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, **config),
        )
        # An answer that departs from AWS's service model, or from the registry, fails the test.
        watch(client, listed=self.listed_errors)
        return client

    @cached_property
    def listed_errors(self) -> dict[str, set[str]]:
        """The error codes that the registry lists, by operation."""
        operations = self.control("GET", "operations")["operations"]
        return {operation["operation"]: set(operation["errors"]) for operation in operations}

    def control(self, method: str, route: str, headers: dict[str, str] | None = None, body: dict | None = None):
        """Calls a control route; answers its JSON, or None."""
        request = urllib.request.Request(
            f"{self.uri}/_podpass/{route}",
            method=method,
            headers=headers or {},
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            body = response.read()
        return json.loads(body) if body else None

    def reset(self) -> None:
        self.control("POST", "reset")


def pytest_collection_modifyitems(items):
    """Leaves out, where servers enforce, what their callers may not do there.

    Continuous integration runs all tests, against servers that check nothing. `PODPASS_MOCK_AUTH=enforce` runs them once more,
    to show that checking changes nothing for those who may. Tests marked `unauthorized` are about callers who sign nothing
    or have no policy: an enforcing server is right to refuse them, and with what words is held by test_authorization.py.
    """
    if os.environ.get("PODPASS_MOCK_AUTH") == "enforce":
        for item in items:
            if item.get_closest_marker("unauthorized"):
                item.add_marker(pytest.mark.skip(reason="a server that enforces refuses these callers"))


@pytest.fixture(scope="session")
def mock_binary() -> Path:
    """The server to test: $PODPASS_MOCK_BIN, or else this repository's debug build."""
    if given := os.environ.get("PODPASS_MOCK_BIN"):
        return Path(given)
    subprocess.run(["cargo", "build", "--quiet", "-p", "podpass-mock"], cwd=REPOSITORY, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    return target / "debug" / "podpass-mock"


def free_port() -> int:
    """A port that nobody listens at, for a server that cannot tell which one it took."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def start(
    binary: Path, *arguments: str, listen: str = "127.0.0.1:0", stderr=None
) -> tuple[subprocess.Popen, Mock]:
    """Starts a server; with $PODPASS_MOCK_AUTH in that mode, unless the arguments say another."""
    if (mode := os.environ.get("PODPASS_MOCK_AUTH")) and "--auth" not in arguments:
        arguments = ("--auth", mode, *arguments)
    process = subprocess.Popen(
        [str(binary), "--listen", listen, *arguments], stdout=subprocess.PIPE, stderr=stderr, text=True
    )
    ready = process.stdout.readline()
    found = re.fullmatch(r"podpass-mock listening on (http://\S+)\n", ready)
    if not found:
        process.kill()
        pytest.fail(f"the server did not start: {ready!r}")
    port = found[1].rsplit(":", 1)[1]
    script = subprocess.run(
        [str(binary), "--listen", f"127.0.0.1:{port}", *arguments, "--env"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    variables = dict(re.findall(r"^export (\w+)=(.*)$", script, re.MULTILINE))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return process, Mock(uri=found[1], env={**inherited, **variables})


@pytest.fixture
def make_mock(mock_binary):
    """Starts servers with given arguments; they end with the test."""
    processes = []

    def make(*arguments: str) -> Mock:
        process, mock = start(mock_binary, *arguments)
        processes.append(process)
        return mock

    yield make
    for process in processes:
        process.terminate()
    for process in processes:
        assert process.wait(timeout=10) == 0


class Shared:
    """The server that most tests share. When it has ended, one test says so, and the next has a new one."""

    def __init__(self, binary: Path):
        self.binary = binary
        self.process, self.mock = self.begin()

    def begin(self) -> tuple[subprocess.Popen, Mock]:
        return start(self.binary, "--cluster", "my-cluster")

    def reset(self) -> Mock:
        if (status := self.process.poll()) is not None:
            self.process, self.mock = self.begin()
            pytest.fail(f"the shared server ended in the tests before this one, with status {status}")
        self.mock.reset()
        return self.mock


@pytest.fixture(scope="session")
def shared(mock_binary):
    shared = Shared(mock_binary)
    yield shared
    shared.process.terminate()
    assert shared.process.wait(timeout=10) == 0


@pytest.fixture(scope="session")
def shared_mock(shared):
    return shared.mock


@pytest.fixture
def mock(shared):
    """A server with the cluster `my-cluster`, as right after its start."""
    return shared.reset()


@pytest.fixture
def iam(mock):
    return mock.client("iam")


@pytest.fixture
def sts(mock):
    return mock.client("sts")


@pytest.fixture
def eks(mock):
    return mock.client("eks")


@pytest.fixture
def pod_role(iam):
    """The ARN of a role that EKS Pod Identity may assume."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return iam.create_role(RoleName="pod-role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]


@dataclass
class Refusal:
    """What a service answered instead of a result."""

    code: str
    message: str
    status: int


@pytest.fixture
def refusal():
    """Calls what must fail, and tells how: `refusal(iam.get_role, RoleName="x")`."""
    from botocore.exceptions import ClientError

    def call(operation, **arguments) -> Refusal:
        with pytest.raises(ClientError) as caught:
            operation(**arguments)
        response = caught.value.response
        return Refusal(
            response["Error"]["Code"],
            response["Error"].get("Message", ""),
            response["ResponseMetadata"]["HTTPStatusCode"],
        )

    return call


@pytest.fixture
def manifest():
    """The manifest of `workflow`, read by the Python package."""
    import podpass
    from workflow import MANIFEST

    return podpass.Manifest.from_str(MANIFEST)


@pytest.fixture
def session(podpass_mock):
    """The Python package's session with its own mock."""
    return podpass_mock.session()
