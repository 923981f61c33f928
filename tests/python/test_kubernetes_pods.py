"""Pods, as real `kubectl` and the Python client meet them."""

import json

import kubernetes
import pytest

from test_kubectl import KUBECTLS, Kubectl, kubectl  # noqa: F401
from test_kubernetes_webhook import ROLE, TRUST

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  serviceAccountName: web
  initContainers:
  - name: setup
    image: busybox
  containers:
  - name: app
    image: nginx
    ports:
    - containerPort: 80
"""


def associate(mock) -> None:
    mock.client("iam").create_role(RoleName="my-role", AssumeRolePolicyDocument=json.dumps(TRUST))
    mock.client("eks").create_pod_identity_association(
        clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=ROLE
    )


def names(pod: dict) -> list[str]:
    return [variable["name"] for variable in pod["spec"]["containers"][0].get("env", [])]


def test_the_life_of_a_pod(mock, kubectl):  # noqa: F811
    refused = kubectl("create -f -", stdin=POD, code=1)
    assert 'error looking up service account default/web: serviceaccount "web" not found' in refused
    kubectl("create serviceaccount web")
    assert kubectl("apply -f -", stdin=POD) == "pod/web created\n"
    assert kubectl("wait --for=condition=Ready pod/web --timeout=10s") == "pod/web condition met\n"
    table = kubectl("get pods -o wide").splitlines()
    assert table[0].split()[:6] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP"]
    assert table[1].split()[:4] == ["web", "1/1", "Running", "0"]
    assert kubectl("apply -f -", stdin=POD) == "pod/web unchanged\n"
    assert kubectl("get pods --field-selector spec.serviceAccountName=web -o name") == "pod/web\n"
    kubectl("set image pod/web app=nginx:2")
    assert "nginx:2" in kubectl("describe pod web")
    kubectl("label pod web tier=front")
    refused = kubectl("patch pod web -p '{\"spec\":{\"restartPolicy\":\"Never\"}}'", code=1)
    assert "pod updates may not change fields other than" in refused
    assert "pods run no containers on this server" in kubectl("logs web", code=1)
    assert kubectl("delete pod web").startswith('pod "web" deleted')
    assert "NotFound" in kubectl("get pod web", code=1)


def test_pods_are_applied_by_the_server(kubectl):  # noqa: F811
    kubectl("create serviceaccount web")
    for _ in range(2):
        applied = kubectl("apply --server-side -f -", stdin=POD)
        assert applied == "pod/web serverside-applied\n"
    assert len(kubectl.json("get pod web")["spec"]["containers"][0]["ports"]) == 1


def test_a_pod_gets_pod_identity_if_the_association_was_there_first(mock, kubectl):  # noqa: F811
    kubectl("create serviceaccount web")
    kubectl("create -f -", stdin=POD)
    assert names(kubectl.json("get pod web")) == []
    associate(mock)
    kubectl("delete pod web --grace-period=0 --force")
    dry = json.loads(kubectl("create --dry-run=server -o json -f -", stdin=POD))
    kubectl("create -f -", stdin=POD)
    for pod in (dry, kubectl.json("get pod web")):
        assert names(pod) == [
            "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        ]
        assert pod["metadata"]["labels"]["eks.amazonaws.com/pod-identity"] == "enabled"
        assert pod["spec"]["volumes"][0]["name"] == "eks-pod-identity-token"


def test_the_python_client_creates_watches_and_deletes_pods(mock):
    configuration = kubernetes.client.Configuration(host=f"{mock.uri}/k8s/my-cluster")
    core = kubernetes.client.CoreV1Api(kubernetes.client.ApiClient(configuration))
    spec = kubernetes.client.V1PodSpec(
        containers=[kubernetes.client.V1Container(name="app", image="nginx")]
    )
    pod = kubernetes.client.V1Pod(
        metadata=kubernetes.client.V1ObjectMeta(generate_name="web-"), spec=spec
    )
    created = core.create_namespaced_pod("default", pod)
    watch = kubernetes.watch.Watch()
    events = watch.stream(core.list_namespaced_pod, "default", timeout_seconds=10)
    phases = [event["object"].status.phase for event in until(events, "Running")]
    assert phases == ["Pending", "Running"]
    core.delete_namespaced_pod(created.metadata.name, "default", grace_period_seconds=0)
    assert core.list_namespaced_pod("default").items == []


def until(events, phase: str):
    """The events up to the one that shows a pod in that phase."""
    for event in events:
        yield event
        if event["object"].status.phase == phase:
            return
