"""The ledger at `/_podpass/requests`: calls to clusters, and of pods to the agent, beside those to AWS."""

import base64
import json
import ssl
import urllib.error
import urllib.request

import pytest

from test_pod_identity import Pod, send, trust

ADMIN = "arn:aws:iam::111122223333:user/admin"


@pytest.fixture
def pod(mock):
    return Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()


def calls(mock, service: str) -> list[dict]:
    return [call for call in mock.control("GET", "requests")["requests"] if call["service"] == service]


def test_calls_to_clusters_are_told_by_verb_and_resource(mock, pod):
    token = pod.token()
    send(f"{pod.api}/pods?watch=1&timeoutSeconds=1")
    send(f"{pod.api}/pods/absent", "DELETE")
    send(f"{mock.uri}/k8s/my-cluster/version")
    send(f"{mock.uri}/k8s/my-cluster/no/such/path")

    told = calls(mock, "kubernetes")
    assert [(call["operation"], call["status"], call["errorCode"]) for call in told] == [
        ("create serviceaccounts", 201, None),
        ("create pods", 201, None),
        ("create serviceaccounts/token", 201, None),
        ("watch pods", 200, None),
        ("delete pods", 404, "NotFound"),
        ("get version", 200, None),
        (None, 404, None),
    ]
    assert {call["caller"] for call in told} == {ADMIN}
    assert {(call["account"], call["region"]) for call in told} == {("111122223333", "us-west-2")}
    assert token not in json.dumps(told)


def test_the_ledger_and_the_answer_have_the_same_audit_id(mock, pod):
    answer = send(f"{pod.api}/pods")
    assert calls(mock, "kubernetes")[-1]["requestId"] == answer.headers["Audit-Id"]


def test_calls_of_pods_to_the_agent_are_told_with_the_service_account_or_the_reason(mock, iam, eks, pod):
    refused = pod.ask()
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    eks.create_pod_identity_association(
        clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=role
    )
    token = pod.token()
    for _ in range(2):
        assert pod.ask(token).status == 200
    assert pod.ask("").status == 400

    told = calls(mock, "agent")
    assert [(call["operation"], call["status"], call["caller"]) for call in told] == [
        ("get credentials", 404, "anonymous"),
        ("get credentials", 200, "system:serviceaccount:default:web"),
        ("get credentials", 200, "system:serviceaccount:default:web"),
        ("get credentials", 400, "anonymous"),
    ]
    assert told[0]["errorCode"] == "ResourceNotFoundException"
    assert told[0]["reason"] + "\n" == refused.body
    assert told[3]["reason"] == "Service account token cannot be empty"
    assert [call["decision"] for call in told] == ["denied", "allowed", "allowed", "denied"]
    # The second answer came from the agent's cache.
    exchanges = [call["status"] for call in calls(mock, "eks-auth")]
    assert exchanges == [404, 200]
    assert token not in json.dumps(mock.control("GET", "requests"))


def test_who_is_refused_by_a_cluster_is_told(make_mock):
    mock = make_mock("--cluster", "my-cluster", "--tls-listen", "127.0.0.1:0")
    cluster = mock.client("eks").describe_cluster(name="my-cluster")["cluster"]
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    token = pod.token(audience="https://kubernetes.default.svc")
    authority = base64.b64decode(cluster["certificateAuthority"]["data"]).decode()

    def ask(token: str) -> int:
        request = urllib.request.Request(
            f"{cluster['endpoint']}/api/v1/namespaces/default/pods",
            headers={"Authorization": f"Bearer {token}"},
        )
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, context=ssl.create_default_context(cadata=authority), timeout=10)
        return caught.value.code

    assert (ask(token), ask("no-token-of-this-cluster")) == (403, 401)
    forbidden, unknown = calls(mock, "kubernetes")[-2:]
    assert forbidden["caller"] == "system:serviceaccount:default:web"
    assert (forbidden["operation"], forbidden["decision"]) == ("list pods", "denied")
    assert forbidden["reason"] == (
        'pods is forbidden: User "system:serviceaccount:default:web" cannot list resource "pods" '
        'in API group "" in the namespace "default"'
    )
    assert (unknown["caller"], unknown["errorCode"], unknown["reason"]) == (
        "anonymous",
        "Unauthorized",
        "Unauthorized",
    )
