"""The same seed, held clock and script over one connection: the same ledger and the same answers, byte for byte."""

import http.client
import json
import re
import subprocess
import urllib.parse

import pytest

from pods import ACCOUNT, allow, trust

ADMIN = f"arn:aws:iam::{ACCOUNT}:user/admin"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/web"
NEW_YEAR = "2026-01-01T00:00:00Z"
K8S = "/k8s/my-cluster/api/v1/namespaces/default"


@pytest.fixture(scope="module")
def issuer_key(tmp_path_factory):
    file = tmp_path_factory.mktemp("issuer") / "key.pem"
    command = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file]
    subprocess.run(command, check=True, capture_output=True)
    return file


@pytest.fixture
def start(make_mock, issuer_key):
    def start(seed: int = 7):
        arguments = ("--cluster", "my-cluster", "--clock", NEW_YEAR, "--issuer-key", str(issuer_key))
        return make_mock("--seed", str(seed), *arguments)

    return start


class Script:
    """A script over one connection, and what was answered."""

    def __init__(self, mock):
        self.mock = mock
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(mock.uri).netloc, timeout=10)
        self.answers: list[str] = []

    def send(self, method: str, path: str, body: str | None = None, key: str = "test", service: str = "", **headers):
        if service:
            scope = f"{key}/20260101/us-west-2/{service}/aws4_request"
            headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        self.connection.request(method, path, body, {"Host": "127.0.0.1", **headers})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        # The key of the TLS authority is as good as others: no seed makes it.
        told = re.sub(r'"certificateAuthority":{"data":"\w+=*"}', "", text)
        self.answers.append(f"{answer.status} {told}".replace(self.mock.uri, "URI"))
        return text

    def query(self, service: str, action: str, key: str = "test", **parameters: str) -> str:
        version = {"iam": "2010-05-08", "sts": "2011-06-15"}[service]
        form = urllib.parse.urlencode({"Action": action, "Version": version, **parameters})
        return self.send("POST", "/", form, key, service, **{"Content-Type": "application/x-www-form-urlencoded"})

    def rest(self, method: str, path: str, body: dict | None = None, service: str = "eks") -> dict:
        return json.loads(self.send(method, path, json.dumps(body) if body else None, service=service))

    def kubernetes(self, method: str, path: str, body: dict | None = None) -> dict:
        return json.loads(self.send(method, path, body and json.dumps(body), **{"Content-Type": "application/json"}))

    def control(self, method: str, route: str, body: dict) -> str:
        return self.send(method, f"/_podpass/{route}", json.dumps(body))

    def run(self) -> None:
        self.iam()
        self.eks()
        self.cluster()
        self.faults()
        self.control("POST", "clock", {"advance": "6h"})
        self.query("sts", "GetCallerIdentity")

    def iam(self) -> None:
        self.query("iam", "CreateRole", RoleName="web", AssumeRolePolicyDocument=trust())
        self.query("iam", "CreateRole", RoleName="web", AssumeRolePolicyDocument=trust())
        self.query("iam", "CreateRole", RoleName="me", AssumeRolePolicyDocument=trust(actions=["sts:AssumeRole"], AWS=ADMIN))
        self.query("iam", "PutRolePolicy", RoleName="web", PolicyName="p", PolicyDocument=allow("s3:*"))
        self.query("iam", "CreateUser", UserName="u")
        key = self.query("iam", "CreateAccessKey", UserName="u").split("<AccessKeyId>")[1].split("<")[0]
        self.query("sts", "GetCallerIdentity", key=key)
        session = self.query("sts", "AssumeRole", RoleArn=f"{ROLE[:-3]}me", RoleSessionName="me")
        self.query("sts", "GetCallerIdentity", key=session.split("<AccessKeyId>")[1].split("<")[0])
        self.query("sts", "GetSessionToken")
        self.query("iam", "GetRole", RoleName="absent")
        self.query("iam", "GetAccountAuthorizationDetails")
        self.query("iam", "NoSuchOperation")

    def eks(self) -> None:
        made = {"namespace": "default", "serviceAccount": "web", "roleArn": ROLE, "clientRequestToken": "t"}
        self.rest("POST", "/clusters/my-cluster/pod-identity-associations", made)
        self.rest("POST", "/clusters/my-cluster/pod-identity-associations", {**made, "clientRequestToken": "u"})
        network = {"subnetIds": ["subnet-1", "subnet-2"]}
        cluster = {"name": "other", "roleArn": ROLE, "resourcesVpcConfig": network, "clientRequestToken": "v"}
        self.rest("POST", "/clusters", cluster)
        self.rest("GET", "/clusters/other")
        self.rest("POST", "/clusters/my-cluster/addons", {"addonName": "vpc-cni", "clientRequestToken": "w"})
        self.rest("GET", "/clusters/my-cluster/updates")
        self.rest("DELETE", "/clusters/other")
        self.rest("GET", "/clusters")

    def cluster(self) -> None:
        self.kubernetes("POST", f"{K8S}/serviceaccounts", {"metadata": {"name": "web"}})
        spec = {"serviceAccountName": "web", "containers": [{"name": "app", "image": "busybox"}]}
        pod = self.kubernetes("POST", f"{K8S}/pods", {"metadata": {"name": "web"}, "spec": spec})
        self.control("POST", "clock", {"advance": "1s"})
        assert self.kubernetes("GET", f"{K8S}/pods/web")["status"]["phase"] == "Running"
        bound = {"kind": "Pod", "apiVersion": "v1", "name": "web", "uid": pod["metadata"]["uid"]}
        spec = {"audiences": ["pods.eks.amazonaws.com"], "expirationSeconds": 86400, "boundObjectRef": bound}
        token = self.kubernetes("POST", f"{K8S}/serviceaccounts/web/token", {"spec": spec})["status"]["token"]
        for _ in range(2):
            assert "AccessKeyId" in self.send("GET", "/v1/credentials", Authorization=token)
        self.send("GET", "/v1/credentials", Authorization="no-token")
        self.rest(
            "POST", "/clusters/my-cluster/assume-role-for-pod-identity", {"token": token}, service="eks-auth"
        )
        self.kubernetes("DELETE", f"{K8S}/pods/absent")
        self.kubernetes("GET", f"{K8S}/pods?limit=1")

    def faults(self) -> None:
        probable = {"match": {"operation": "GetRole"}, "when": {"probability": 0.5}, "do": {"error": {"code": "Throttling"}}}
        self.control("POST", "faults", {"faults": [probable]})
        for _ in range(40):
            self.query("iam", "GetRole", RoleName="web")


def played(mock) -> tuple[bytes, list[str]]:
    """The ledger after the script, as it was sent, and the answers."""
    script = Script(mock)
    script.run()
    script.connection.request("GET", "/_podpass/requests", headers={"Host": "127.0.0.1"})
    ledger = script.connection.getresponse().read()
    script.connection.close()
    return ledger, script.answers


def test_the_same_script_leaves_the_same_ledger_and_gets_the_same_answers(start):
    first, again = start(), start()
    ledger, answers = played(first)
    assert len(json.loads(ledger)["requests"]) > 70
    services = {call["service"] for call in json.loads(ledger)["requests"]}
    assert services == {"iam", "sts", "eks", "eks-auth", "kubernetes", "agent"}
    # Some calls met the fault, and some did not.
    assert {call["status"] for call in json.loads(ledger)["requests"] if call["operation"] == "GetRole"} >= {200, 400}
    repeated, same_answers = played(again)
    assert answers == same_answers
    assert repeated == ledger
    # A reset begins anew, time and chance included.
    first.reset()
    assert played(first) == (ledger, answers)


def test_another_seed_makes_other_ids_and_meets_other_faults(start):
    one, other = played(start(7))[0], played(start(8))[0]
    ids = [{call["requestId"] for call in json.loads(ledger)["requests"]} - {""} for ledger in (one, other)]
    assert not ids[0] & ids[1]
    struck = [[call["fault"] for call in json.loads(ledger)["requests"]] for ledger in (one, other)]
    assert struck[0] != struck[1]
