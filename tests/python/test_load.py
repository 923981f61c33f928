"""Load that the mock holds, with calls going wrong on purpose: nothing panics, memory stays bounded, and the ledger's
totals are the clients' own counts."""

import collections
import http.client
import json
import os
import random
import re
import threading
import time
import urllib.parse

import pytest

from conftest import start
from faulty import TRUST, script

# For so many seconds; `scripts/test --slow` has it go on for 30.
SECONDS = float(os.environ.get("PODPASS_LOAD_SECONDS", "5"))
CONNECTIONS = 24
CLUSTER = "my-cluster"
SETTINGS = ["--cluster", CLUSTER, "--auth", "off", "--seed", "1", "--throttle", "iam-read=400/100", "--throttle", "eks-write=50/20"]

FAULTS = [
    {"id": "drop-before", "when": {"probability": 0.02}, "do": {"drop": "before"}},
    {"id": "drop-after", "when": {"probability": 0.02}, "do": {"drop": "after"}},
    {"id": "truncate", "when": {"probability": 0.02}, "do": {"truncate": 5}},
    {"id": "garbage", "when": {"probability": 0.02}, "do": {"garbage": True}},
    {"id": "status", "when": {"probability": 0.02}, "do": {"status": 503}},
    {"id": "error", "when": {"probability": 0.02}, "do": {"error": {"code": "ServiceUnavailable"}}},
    {"id": "slow", "when": {"probability": 0.02}, "do": {"delay": {"min": "1ms", "max": "30ms"}}},
    {"id": "late", "when": {"probability": 0.02}, "do": {"delayAnswer": "10ms"}},
]


class Client(threading.Thread):
    """One connection, that sends calls one after the other and never again, and counts what came of them."""

    def __init__(self, mock, number: int, end: float):
        super().__init__(daemon=True)
        self.address = mock.uri.removeprefix("http://")
        self.number = number
        self.end = end
        self.random = random.Random(number)
        self.sent = collections.Counter()
        self.answered = collections.Counter()
        self.lost = collections.Counter()
        self.unexpected = []

    def run(self):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        while time.monotonic() < self.end:
            operation, request = self.random.choice(CALLS)(self)
            self.sent[operation] += 1
            try:
                connection.request(*request)
                response = connection.getresponse()
                self.answered[(*operation, response.status)] += 1
                response.read()
            except http.client.IncompleteRead:
                connection.close()
            except (http.client.HTTPException, ConnectionError):
                self.lost[operation] += 1
                connection.close()
            except Exception as error:
                self.unexpected.append(error)
                return
        connection.close()


def query(service: str, version: str, action: str, **parameters: str):
    form = urllib.parse.urlencode({"Action": action, "Version": version, **parameters})
    headers = {**signed(service), "Content-Type": "application/x-www-form-urlencoded"}
    return (service, action), ("POST", "/", form, headers)


def iam(action: str, **parameters: str):
    return query("iam", "2010-05-08", action, **parameters)


def eks(method: str, path: str, action: str, body: dict | None = None):
    return ("eks", action), (method, path, json.dumps(body) if body else None, signed("eks"))


def cluster(method: str, path: str, operation: str, body: dict | None = None):
    path = f"/k8s/{CLUSTER}/api/v1/namespaces/default/{path}"
    return ("kubernetes", operation), (method, path, json.dumps(body) if body else None, {})


def signed(service: str) -> dict[str, str]:
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/{service}/aws4_request"}


CALLS = [
    lambda client: iam("CreateRole", RoleName=f"role-{client.number}", AssumeRolePolicyDocument=TRUST),
    lambda client: iam("DeleteRole", RoleName=f"role-{client.number}"),
    lambda client: iam("GetRole", RoleName=f"role-{client.random.randrange(CONNECTIONS)}"),
    lambda client: iam("ListRoles"),
    lambda client: query("sts", "2011-06-15", "GetCallerIdentity"),
    lambda client: eks("GET", "/clusters", "ListClusters"),
    lambda client: eks("GET", f"/clusters/{CLUSTER}", "DescribeCluster"),
    lambda client: eks(
        "POST",
        f"/clusters/{CLUSTER}/pod-identity-associations",
        "CreatePodIdentityAssociation",
        {
            "namespace": "default",
            "serviceAccount": f"account-{client.number}",
            "roleArn": f"arn:aws:iam::111122223333:role/role-{client.number}",
        },
    ),
    lambda client: cluster(
        "POST", "serviceaccounts", "create serviceaccounts", {"metadata": {"name": f"account-{client.number}"}}
    ),
    lambda client: cluster("GET", "serviceaccounts?limit=5", "list serviceaccounts"),
    lambda client: cluster("DELETE", f"serviceaccounts/account-{client.number}", "delete serviceaccounts"),
]


@pytest.fixture
def server(mock_binary, tmp_path):
    """A server whose log can be read, and whose memory can be asked for."""
    log = tmp_path / "log"
    with log.open("w") as stderr:
        process, mock = start(mock_binary, *SETTINGS, stderr=stderr)
    mock.log = log
    mock.pid = process.pid
    yield mock
    process.terminate()
    assert process.wait(timeout=10) == 0


def resident(mock) -> int:
    """The server's memory, in MiB."""
    with open(f"/proc/{mock.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) // 1024


def test_ledger_counts_what_clients_count_whatever_goes_wrong(server):
    script(server, *FAULTS)
    began = time.monotonic()
    clients = [Client(server, number, began + SECONDS) for number in range(CONNECTIONS)]
    for client in clients:
        client.start()
    time.sleep(SECONDS / 2)
    half_way = resident(server)
    for client in clients:
        client.join(timeout=SECONDS + 60)
    assert not any(client.is_alive() for client in clients)
    assert [client.unexpected for client in clients] == [[]] * CONNECTIONS

    sent, answered, lost = (
        sum((getattr(client, name) for client in clients), collections.Counter())
        for name in ("sent", "answered", "lost")
    )
    summary = server.control("GET", "requests/summary")
    told, by_status = collections.Counter(), collections.Counter()
    for line in summary["counts"]:
        operation = (line["service"], line["operation"])
        told[operation] += line["count"]
        by_status[(*operation, line["status"])] += line["count"]
    assert told == sent
    assert summary["total"] == sent.total() > SECONDS * 50

    # Where an answer was lost, only the ledger knows the status; all others are the same.
    unheard = by_status - answered
    assert not answered - by_status
    heard_of = collections.Counter()
    for (service, operation, _), count in unheard.items():
        heard_of[service, operation] += count
    assert heard_of == lost
    fired = {report["id"]: report["fired"] for report in server.control("GET", "faults")["faults"]}
    assert all(fired.values()), fired
    assert fired["drop-before"] + fired["drop-after"] == lost.total()

    statuses = {status for (*_, status) in by_status}
    assert {200, 400, 404, 409, 429, 503} <= statuses
    # What answers 500 is a mistake of the server's.
    assert 500 not in statuses
    assert "panicked" not in server.log.read_text()
    assert resident(server) < max(half_way, 100) + 64
