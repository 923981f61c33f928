"""No request makes the server panic, answer 5xx, or die: random, malformed, deep and oversize input."""

import contextlib
import http.client
import json
import random
import resource
import socket
from urllib.parse import quote_from_bytes, urlencode, urlsplit

import pytest
from conftest import start

SEED = 20261124
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/{}/aws4_request, SignedHeaders=host, Signature=0"
)
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def send(shared_mock):
    """Sends one request on a connection of its own; answers status and body."""
    address = urlsplit(shared_mock.uri)

    def call(method: str, path: str, body: bytes = b"", service: str = "iam", **headers) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        headers = {"Authorization": AUTHORIZATION.format(service), **headers}
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    return call


@pytest.fixture(autouse=True)
def alive(shared_mock):
    """After each test the server still answers, and has not lost what it had."""
    yield
    shared_mock.reset()
    assert shared_mock.control("GET", "health")["status"] == "ok"
    assert shared_mock.client("eks").list_clusters()["clusters"] == ["my-cluster"]


def form(action: str, service: str = "iam", **parameters) -> bytes:
    return urlencode({"Action": action, "Version": VERSIONS[service], **parameters}).encode()


def is_refusal(status: int) -> bool:
    return 400 <= status < 500


# --- bytes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["iam", "sts", "eks"])
def test_random_bytes_are_refused(send, service):
    chance = random.Random(SEED)
    for _ in range(100):
        body = chance.randbytes(chance.randrange(2_000))
        status, _ = send("POST", "/", body, service)
        assert is_refusal(status), body


def test_random_bytes_in_every_member_are_no_fault_of_the_server(send, shared_mock):
    chance = random.Random(SEED)
    operations = shared_mock.control("GET", "operations")["operations"]
    for operation in operations:
        service = operation["service"]
        for _ in range(3):
            values = {member["name"]: chance.randbytes(chance.randrange(40)) for member in operation["input"]}
            if service in VERSIONS:
                encoded = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in values.items())
                body = form(operation["operation"], service) + b"&" + encoded.encode()
                status, answer = send("POST", "/", body, service)
            else:
                path = operation["path"]
                for name, value in values.items():
                    path = path.replace("{" + name + "}", quote_from_bytes(value, safe="") or "x")
                body = chance.choice([b"", b"{", b"[]", b"null", chance.randbytes(50)])
                status, answer = send(operation["method"], path, body, service)
            assert status < 500, (operation["operation"], values, answer)


@pytest.mark.parametrize(
    "body",
    [
        b"%",
        b"%zz=%&Action=%G1",
        b"Action=GetRole%00&Version=2010-05-08",
        b"Action=%ff%fe&Version=%ff",
        b"&&&===&=&",
        b"Action",
        b"\x00" * 100,
        "Action=GetRole&Version=2010-05-08&RoleName=\N{PILE OF POO}".encode(),
        b"Action=GetRole&Version=2010-05-08&RoleName=%F0%9F",
        b"Action=GetRole&Version=2010-05-08&RoleName.member.1=a",
        b"Action=GetRole&Version=2010-05-08&RoleName=a&RoleName=b",
    ],
)
def test_broken_forms_are_refused(send, body):
    status, answer = send("POST", "/", body)
    assert is_refusal(status), answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    ],
)
def test_what_is_no_http_ends_the_connection_only(shared_mock, head):
    address = urlsplit(shared_mock.uri)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        try:
            connection.sendall(head)
            answer = connection.recv(64)
        except (ConnectionError, BrokenPipeError):
            return
    assert answer == b"" or b" 4" in answer[:13], answer


@pytest.mark.parametrize("path", ["/", "/clusters", "/_podpass/health", "/k8s/my-cluster/version"])
def test_a_request_without_a_host_is_told_so(shared_mock, path):
    address = urlsplit(shared_mock.uri)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
        answer = connection.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert body.strip() == b"the request has no Host header, which HTTP/1.1 demands"


# --- numbers ---------------------------------------------------------------------------------------


def test_one_connection_too_many_waits_and_the_log_says_why(mock_binary, tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits[1] < 4096:
        pytest.skip("too few files can be open at a time")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limits[0], 4096), limits[1]))
    with (tmp_path / "log").open("w+") as log, contextlib.ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        process, mock = start(mock_binary, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.kill)
        address = urlsplit(mock.uri)
        address = (address.hostname, address.port)
        connections = [stack.enter_context(socket.create_connection(address)) for _ in range(1024)]
        waiting = stack.enter_context(socket.create_connection(address, timeout=0.5))
        waiting.sendall(b"GET /_podpass/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with pytest.raises(TimeoutError):
            waiting.recv(64)
        connections[0].close()
        waiting.settimeout(10)
        assert waiting.recv(64).startswith(b"HTTP/1.1 200 ")
        log.seek(0)
        assert log.read().count("1024 connections are open") == 1


# --- sizes ---------------------------------------------------------------------------------------


def test_an_oversize_body_is_refused_without_being_read(send):
    try:
        status, _ = send("POST", "/", b"a" * (8 * MEGABYTE))
    except (BrokenPipeError, ConnectionResetError):
        return
    assert status == 413


def test_forms_of_very_many_parameters_are_refused_in_time(send):
    head = form("TagRole", RoleName="r")
    many = b"".join(b"&Tags.member.%d.Key=k%d" % (n, n) for n in range(100_000))
    status, answer = send("POST", "/", (head + many)[: 4 * MEGABYTE - 1])
    assert is_refusal(status), answer


@pytest.mark.parametrize("index", ["0", "-1", "4294967295", "4294967296", "99999999999999999999", "1.1", "x", ""])
def test_any_index_of_a_list_member_is_taken_or_refused(send, index):
    body = form("TagRole", RoleName="r", **{f"Tags.member.{index}.Key": "k", f"Tags.member.{index}.Value": "v"})
    status, answer = send("POST", "/", body)
    assert is_refusal(status), answer


def test_deep_keys_and_deep_documents_are_refused(send):
    deep = ".".join(["member"] * 100_000)
    assert is_refusal(send("POST", "/", form("TagRole", RoleName="r", **{f"Tags.{deep}": "v"}))[0])
    for opening in ("[", '{"a":'):
        text = opening * 20_000
        body = form("CreatePolicy", PolicyName="p", PolicyDocument=text)
        status, answer = send("POST", "/", body)
        assert is_refusal(status), answer
        status, answer = send("POST", "/clusters", (opening * 500_000).encode(), "eks")
        assert is_refusal(status), answer


@pytest.mark.unauthorized
def test_a_policy_made_to_be_slow_is_decided_in_time(send):
    pattern = "arn:aws:s3:::" + "*a" * 2_000
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": [pattern] * 20}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    text = "arn:aws:s3:::" + "a" * 2_000 + "b"
    parameters = {"PolicyInputList.member.1": document, "ActionNames.member.1": "s3:GetObject"}
    body = form("SimulateCustomPolicy", **parameters, **{"ResourceArns.member.1": text})
    status, answer = send("POST", "/", body)
    assert status == 200 and b"implicitDeny" in answer


def test_a_patch_made_to_nest_an_object_ever_deeper_is_refused(send):
    accounts = "/k8s/my-cluster/api/v1/namespaces/default/serviceaccounts"
    assert send("POST", accounts, b'{"metadata":{"name":"deep"}}')[0] == 201
    begin = {"op": "add", "path": "/x", "value": {}}
    deeper = {"op": "copy", "from": "/x", "path": "/x/y"}
    patch = json.dumps([begin] + [deeper] * 9_990).encode()
    status, answer = send("PATCH", f"{accounts}/deep", patch, **{"Content-Type": "application/json-patch+json"})
    assert status == 422, answer
    assert json.loads(answer)["message"] == "the server rejected our request due to an error in our request"


def test_a_list_longer_than_any_page_is_read_whole_and_in_order(shared_mock):
    policy = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
    actions = [f"s3:Action{number}" for number in range(1_201)]
    pages = shared_mock.client("iam").get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[policy], ActionNames=actions
    )
    assert [found["EvalActionName"] for page in pages for found in page["EvaluationResults"]] == actions


# --- addresses and headers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/clusters/%2e%2e%2f/pod-identity-associations",
        "/clusters/%00/pod-identity-associations",
        "/clusters/%ff%fe",
        "/clusters/%zz",
        "/clusters//pod-identity-associations",
        "/clusters/" + "a" * 10_000,
        "/clusters?maxResults=99999999999999999999",
        "/clusters?maxResults=x",
        "/clusters?nextToken=%00%ff",
        "/tags/" + "%41" * 5_000,
    ],
)
def test_odd_addresses_are_refused(send, path):
    status, answer = send("GET", path, service="eks")
    assert is_refusal(status), answer


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Credential=",
        "AWS4-HMAC-SHA256 Credential=////",
        "AWS4-HMAC-SHA256 Credential=" + "/" * 10_000,
        "AWS4-HMAC-SHA256 Credential=a/b/c/iam/aws4_request",
        "AWS4-HMAC-SHA256 Credential=ASIA/20260101/../iam/aws4_request",
        "Bearer " + "x" * 30_000,
    ],
)
def test_odd_signatures_are_no_fault_of_the_server(send, authorization):
    status, answer = send("POST", "/", form("GetRole", RoleName="r"), Authorization=authorization)
    assert is_refusal(status), answer


@pytest.mark.parametrize("method", ["PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/clusters", "/_podpass/reset", "/k8s/my-cluster/api/v1/pods"])
def test_odd_methods_are_no_fault_of_the_server(send, method, path):
    status, answer = send(method, path)
    assert status < 500, answer


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_random_bytes_to_a_cluster_are_no_fault_of_the_server(send, method):
    chance = random.Random(SEED)
    paths = ["api/v1/namespaces", "api/v1/namespaces/default/serviceaccounts", "api/v1/namespaces/default/pods/x"]
    types = [
        "application/json",
        "application/vnd.kubernetes.protobuf",
        "application/merge-patch+json",
        "application/json-patch+json",
        "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
        "application/yaml",
        "nothing",
    ]
    for kind in types:
        for path in paths:
            bodies = [chance.randbytes(200), b"k8s\x00" + chance.randbytes(200), b"{" * 5_000, b"[]", b"null", b""]
            for body in bodies:
                query = quote_from_bytes(chance.randbytes(10))
                address = f"/k8s/my-cluster/{path}?fieldManager=t&labelSelector={query}"
                status, answer = send(method, address, body, **{"Content-Type": kind, "Accept": kind})
                assert status < 500, (address, kind, body, answer)
