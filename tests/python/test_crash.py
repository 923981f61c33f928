"""A server with `--state` is killed at random moments: what it acknowledged is there afterwards, and nothing by halves.

PODPASS_CRASHES says how many times; scripts/test --slow says more.
"""

import http.client
import json
import os
import random
import signal
import threading
import time
import urllib.parse

import pytest
from conftest import free_port, start

CRASHES = int(os.environ.get("PODPASS_CRASHES", "20"))
# A file is used for so many crashes, with all that the rounds before left in it.
CRASHES_PER_FILE = 10
WRITERS = 3
CLUSTER = "my-cluster"
STS = ["sts:AssumeRole", "sts:TagSession"]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": STS}],
    }
)
PERMISSIONS = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)


class Killed(Exception):
    """The server went away before it answered."""


class Writer(threading.Thread):
    """Writes over one connection until the server is gone, and remembers what was acknowledged.

    `known` has for each thing whether it is there; what was asked for last is in `unsure`.
    """

    def __init__(self, port: int, name: str):
        super().__init__()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.name = name
        self.known: dict[str, bool] = {}
        self.unsure: str | None = None
        self.failure: BaseException | None = None

    def run(self):
        try:
            for number in range(1_000_000):
                self.write(f"{self.name}-{number}")
                if number % 3 == 2:
                    self.remove(f"{self.name}-{number - 1}")
        except Killed:
            pass
        except BaseException as error:
            self.failure = error

    def step(self, thing: str, is_there: bool, *request):
        self.unsure = thing
        status, answer = self.send(*request)
        assert status < 300, (request, answer)
        self.known[thing] = is_there
        self.unsure = None
        return answer

    def send(self, service: str, method: str, path: str, body: str = ""):
        scope = f"Credential=test/20260101/us-west-2/{service}/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}", "Content-Type": "application/json"}
        if service == "iam":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if service == "kubernetes":
            del headers["Authorization"]
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Killed from error

    def iam(self, thing: str, is_there: bool, action: str, **parameters):
        body = urllib.parse.urlencode({"Action": action, "Version": "2010-05-08", **parameters})
        return self.step(thing, is_there, "iam", "POST", "/", body)


class Roles(Writer):
    """Roles with tags, a policy of their own and an attached one."""

    def write(self, name: str):
        tags = {"Tags.member.1.Key": "made-by", "Tags.member.1.Value": name}
        self.iam(f"role {name}", True, "CreateRole", RoleName=name, AssumeRolePolicyDocument=TRUST, **tags)
        document = {"PolicyName": "own", "PolicyDocument": PERMISSIONS}
        self.iam(f"inline {name}", True, "PutRolePolicy", RoleName=name, **document)

    def remove(self, name: str):
        self.iam(f"inline {name}", False, "DeleteRolePolicy", RoleName=name, PolicyName="own")
        self.iam(f"role {name}", False, "DeleteRole", RoleName=name)


class Associations(Writer):
    """Associations with tags."""

    path = f"/clusters/{CLUSTER}/pod-identity-associations"

    def write(self, name: str):
        role = "arn:aws:iam::111122223333:role/pod-role"
        wanted = {"namespace": "default", "serviceAccount": name, "roleArn": role, "tags": {"made-by": name}}
        answer = self.step(f"association {name}", True, "eks", "POST", self.path, json.dumps(wanted))
        self.newest = getattr(self, "newest", {})
        self.newest[name] = json.loads(answer)["association"]["associationId"]

    def remove(self, name: str):
        path = f"{self.path}/{self.newest.pop(name)}"
        self.step(f"association {name}", False, "eks", "DELETE", path)


class ServiceAccounts(Writer):
    """Objects of a cluster."""

    path = f"/k8s/{CLUSTER}/api/v1/namespaces/default/serviceaccounts"

    def write(self, name: str):
        body = json.dumps({"metadata": {"name": name, "annotations": {"made-by": name}}})
        self.step(f"serviceaccount {name}", True, "kubernetes", "POST", self.path, body)

    def remove(self, name: str):
        self.step(f"serviceaccount {name}", False, "kubernetes", "DELETE", f"{self.path}/{name}")


def found(state: dict) -> set[str]:
    """What is in an exported state; that it is whole is asserted on the way."""
    things = set()
    rows = state["rows"]
    for role in rows.get("iam/111122223333/aws/roles", []):
        name = role["name"]
        things.add(f"role {name}")
        if name != "pod-role":
            assert role["tags"] == [{"Key": "made-by", "Value": name}]
        things |= {f"inline {name}" for _ in role["permissions"]["inline"]}
    for place, objects in rows.items():
        if place.endswith("/associations"):
            for association in objects:
                assert association["extras"]["tags"] == {"made-by": association["serviceAccount"]}
                things.add(f"association {association['serviceAccount']}")
        if place.endswith("/kubernetes/serviceaccounts"):
            for account in objects:
                name = account["metadata"]["name"]
                if name != "default":
                    assert account["metadata"]["annotations"] == {"made-by": name}
                    things.add(f"serviceaccount {name}")
    return things


def check_indices(mock, state: dict):
    """Every way to the same thing leads there."""
    iam, eks = mock.client("iam"), mock.client("eks")
    names = [role["name"] for role in state["rows"]["iam/111122223333/aws/roles"]]
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1000})
    assert sorted(role["RoleName"] for page in pages for role in page["Roles"]) == sorted(names)
    for name in names[-3:]:
        assert iam.get_role(RoleName=name)["Role"]["RoleName"] == name
    listed = eks.get_paginator("list_pod_identity_associations").paginate(clusterName=CLUSTER)
    associations = [one for page in listed for one in page["associations"]]
    for one in associations[-3:]:
        described = eks.describe_pod_identity_association(
            clusterName=CLUSTER, associationId=one["associationId"]
        )
        assert described["association"]["serviceAccount"] == one["serviceAccount"]
    kept = [rows for place, rows in state["rows"].items() if place.endswith("/associations")]
    assert len(associations) == sum(map(len, kept))


def test_what_was_acknowledged_survives_kill_9_and_nothing_is_there_by_halves(mock_binary, tmp_path):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    written = 0
    for crash in range(CRASHES):
        if crash % CRASHES_PER_FILE == 0:
            file = tmp_path / f"state-{crash}.db"
            known: dict[str, bool] = {}
        port = free_port()
        quotas = [f"--quota={name}=1000000" for name in ("RolesPerAccount", "AssociationsPerCluster")]
        arguments = ("--state", str(file), "--cluster", CLUSTER, "--auth", "off", *quotas)
        process, mock = start(mock_binary, *arguments, listen=f"127.0.0.1:{port}")
        if not known:
            mock.client("iam").create_role(RoleName="pod-role", AssumeRolePolicyDocument=TRUST)
            known["role pod-role"] = True
        kinds = (Roles, Associations, ServiceAccounts)
        writers = [kind(port, f"{kind.__name__.lower()}-{crash}-{n}") for kind in kinds for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(chance.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        for writer in writers:
            writer.join(timeout=30)
            assert writer.failure is None, writer.failure
            known.update(writer.known)
            written += len(writer.known)
        unsure = {writer.unsure for writer in writers}

        process, mock = start(mock_binary, *arguments)
        state = mock.control("GET", "state")
        things = found(state)
        for thing, is_there in known.items():
            if thing not in unsure:
                assert (thing in things) == is_there, f"crash {crash}: {thing}"
        assert things - {thing for thing, is_there in known.items() if is_there} <= unsure
        known = {thing: True for thing in things}
        check_indices(mock, state)
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert written > 50 * CRASHES, "the writers wrote too little for a crash to hit anything"


@pytest.mark.parametrize("moment", [0, 0.02, 0.05])
def test_a_server_that_is_killed_while_it_starts_leaves_a_file_that_opens(mock_binary, tmp_path, moment):
    import subprocess

    file = tmp_path / "state.db"
    arguments = [str(mock_binary), "--listen", "127.0.0.1:0", "--state", str(file), "--cluster", CLUSTER]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    time.sleep(moment)
    process.kill()
    process.wait(timeout=10)
    process, mock = start(mock_binary, "--state", str(file), "--cluster", CLUSTER)
    assert mock.client("eks").list_clusters()["clusters"] == [CLUSTER]
    process.terminate()
    assert process.wait(timeout=10) == 0
