"""docs/kind.md: Kubernetes knows every member of its manifests, and what it says leads a pod to credentials.

A second server plays the cluster; this test does what its API server and its nodes would."""

import base64
import json
import re
import shlex
import ssl
import subprocess
import urllib.request

import pytest
import yaml
from conftest import free_port, start
from examples import REPOSITORY
from kubernetes.client import ApiClient
from pods import ACCOUNT, Pod, send

PAGE = (REPOSITORY / "docs" / "kind.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def block(beginning: str, language: str = "sh") -> str:
    """The one block of the page that begins so."""
    [found] = [text for kind, text in BLOCK.findall(PAGE) if kind == language and text.startswith(beginning)]
    return found


def manifests(text: str = "") -> list[dict]:
    blocks = [text] if text else [text for language, text in BLOCK.findall(PAGE) if language == "yaml"]
    return [document for text in blocks for document in yaml.safe_load_all(text)]


@pytest.mark.parametrize("manifest", manifests(), ids=lambda manifest: manifest["kind"])
def test_kubernetes_knows_every_member_of_the_manifests(manifest):
    text = json.dumps(manifest).replace("AUTHORITY", base64.b64encode(b"authority").decode())
    client = ApiClient()
    model = client.deserialize(text, f"V1{manifest['kind']}", "application/json")
    assert client.sanitize_for_serialization(model) == json.loads(text)


class Machine:
    """This machine in the place of the page's: its address is loopback, and its ports are other ones."""

    def __init__(self):
        self.ports = {port: free_port() for port in ("4443", "4567")}

    def here(self, text: str) -> str:
        return re.sub(r"172\.18\.0\.1:(\d+)", lambda found: f"127.0.0.1:{self.ports[found[1]]}", text)


@pytest.fixture
def cluster(make_mock, tmp_path):
    """The cluster, and the environment that leads kubectl to it."""
    return make_mock("--cluster", "my-cluster", "--kubeconfig", str(tmp_path / "kubeconfig"))


@pytest.fixture
def page(mock_binary, cluster, tmp_path):
    """A server that was started as the page says, and the machine that it runs on."""
    machine = Machine()
    issuer = cluster.client("eks").describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]
    (tmp_path / "jwks.json").write_text(send(f"{cluster.uri}/oidc/id/{issuer.rsplit('/', 1)[1]}/keys").body)
    command = machine.here(block("podpass-mock").replace("--listen 172.18.0.1:4566 ", ""))
    command = command.replace("$issuer", issuer).replace("jwks.json", str(tmp_path / "jwks.json"))
    process, mock = start(mock_binary, *shlex.split(command.replace("\\\n", ""))[1:])
    machine.ports["4566"] = mock.uri.rsplit(":", 1)[1]
    yield machine, mock
    process.terminate()
    assert process.wait(timeout=10) == 0


def test_pod_of_the_page_gets_credentials(page, cluster, tmp_path):
    machine, mock = page

    def shell(script: str, **arguments) -> str:
        script = f"set -e\n{machine.here(block('export AWS_ENDPOINT_URL').split('aws ')[0])}\n{script}"
        done = subprocess.run(["bash", "-c", script], env=cluster.env, capture_output=True, text=True, **arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    shell("aws " + block("export AWS_ENDPOINT_URL").split("aws ", 1)[1])
    authority = shell(block("authority=").splitlines()[0] + '\nprintf %s "$authority"')

    # The pod is created, and the API server asks the webhook.
    shell("kubectl apply -f -", input=machine.here(block("apiVersion: v1\nkind: ServiceAccount", "yaml")))
    pod = Pod(cluster, f"{cluster.uri}/k8s/my-cluster/api/v1/namespaces/default", name="my-app", service_account="my-app")
    created = send(f"{pod.api}/pods/my-app").json()
    pod.uid = created["metadata"]["uid"]
    [webhook] = manifests(machine.here(block("apiVersion: admissionregistration", "yaml")))[0]["webhooks"]
    assert webhook["clientConfig"].pop("caBundle") == "AUTHORITY"
    patch = {change["path"]: change["value"] for change in reviewed(webhook, authority, created)}
    variables = {variable["name"]: variable["value"] for variable in patch["/spec/containers"][0]["env"]}
    [source] = patch["/spec/volumes/0"]["projected"]["sources"]

    # The kubelet requests the token, the program sends it to the node's address, and that hands it on.
    token = pod.token(source["serviceAccountToken"]["audience"])
    [daemon_set] = manifests(machine.here(block("apiVersion: apps/v1", "yaml")))
    spec = daemon_set["spec"]["template"]["spec"]
    listening, forwarding = spec["containers"][0]["args"]
    address = re.match(r"TCP-LISTEN:80,bind=([\d.]+),", listening)[1]
    assert variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == f"http://{address}/v1/credentials"
    assert f"ip address add {address}/32 dev lo" in spec["initContainers"][0]["command"][-1]
    agent = forwarding.removeprefix("TCP:")
    answer = send(f"http://{agent}/v1/credentials", Authorization=token, Host=address)
    assert answer.status == 200, answer.body
    keys = answer.json()
    credentials = {**keys, "SessionToken": keys["Token"]}
    assert variables["AWS_ENDPOINT_URL"] == mock.uri
    arn = mock.client("sts", credentials=credentials).get_caller_identity()["Arn"]
    assert arn.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/my-role/eks-my-cluster-my-app-")
    assert f"# {arn[:arn.index('my-app-')]}my-app-…" in block("kubectl apply -f my-app.yaml")


def reviewed(webhook: dict, authority: str, pod: dict) -> list:
    """The patch with which a webhook answers the API server, which trusts the authority alone."""
    review = {
        "kind": "AdmissionReview",
        "apiVersion": f"admission.k8s.io/{webhook['admissionReviewVersions'][0]}",
        "request": {
            "uid": "0f7c",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "operation": "CREATE",
            "namespace": "default",
            "object": pod,
        },
    }
    request = urllib.request.Request(
        webhook["clientConfig"]["url"], data=json.dumps(review).encode(), headers={"Content-Type": "application/json"}
    )
    trusting = ssl.create_default_context(cadata=base64.b64decode(authority).decode())
    with urllib.request.urlopen(request, context=trusting, timeout=10) as answer:
        return json.loads(base64.b64decode(json.load(answer)["response"]["patch"]))
