"""The webhook as an endpoint, as the API server of a real cluster calls it."""

import base64
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

CORPUS = sorted((Path(__file__).resolve().parents[1] / "corpus" / "pod").glob("*.yaml"))
ROLE = "arn:aws:iam::111122223333:role/my-role"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}


def call(url: str, body: dict | bytes, content_type: str = "application/json") -> tuple[int, str]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def review(pod: dict, version: str = "admission.k8s.io/v1") -> dict:
    return {
        "kind": "AdmissionReview",
        "apiVersion": version,
        "request": {
            "uid": "0f7c",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "operation": "CREATE",
            "namespace": "default",
            "object": pod,
        },
    }


def patch_of(answer: dict) -> list | None:
    """The decoded patch, with the range in the place of a number that jitter chose."""
    response = answer["response"]
    assert (response["uid"], response["allowed"]) == ("0f7c", True)
    if "patch" not in response:
        return None
    assert response["patchType"] == "JSONPatch"
    patch = json.loads(base64.b64decode(response["patch"]))
    for operation in patch:
        volume = operation["value"][0] if isinstance(operation["value"], list) else operation["value"]
        if "projected" in volume:
            token = volume["projected"]["sources"][0]["serviceAccountToken"]
            if 79200 <= token["expirationSeconds"] <= 86400:
                token["expirationSeconds"] = "79200..86400"
    return patch


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_real_cluster_gets_the_patch_of_the_corpus(mock, path):
    case = yaml.safe_load(path.read_text())
    if case["association"]:
        mock.client("iam").create_role(RoleName="my-role", AssumeRolePolicyDocument=json.dumps(TRUST))
        mock.client("eks").create_pod_identity_association(
            clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=ROLE
        )
    account = {"metadata": {"name": "web", "annotations": case.get("annotations")}}
    accounts = f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default/serviceaccounts"
    assert call(accounts, account)[0] == 201
    status, answer = call(f"{mock.uri}/webhook/my-cluster/mutate", review(case["pod"]))
    assert status == 200, answer
    assert patch_of(json.loads(answer)) == case["patch"]


def test_the_version_of_the_review_is_that_of_the_answer(mock):
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app"}]}}
    status, answer = call(
        f"{mock.uri}/webhook/my-cluster/mutate", review(pod, "admission.k8s.io/v1beta1")
    )
    assert status == 200
    assert json.loads(answer) == {
        "kind": "AdmissionReview",
        "apiVersion": "admission.k8s.io/v1beta1",
        "response": {"uid": "0f7c", "allowed": True},
    }


@pytest.mark.parametrize(
    ("body", "content_type", "status", "text"),
    [
        (b"{", "application/json", 400, "cannot be read as an AdmissionReview"),
        (b"{}", "application/json", 400, "not an AdmissionReview"),
        (b"[]", "application/json", 400, "not an AdmissionReview"),
        (b"{}", "text/plain", 415, "Invalid Content-Type"),
        (
            b'{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}',
            "application/json",
            400,
            "no request",
        ),
        (
            b'{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","object":7}}',
            "application/json",
            400,
            "not a pod",
        ),
    ],
)
def test_bad_reviews_are_refused_clearly(mock, body, content_type, status, text):
    found, answer = call(f"{mock.uri}/webhook/my-cluster/mutate", body, content_type)
    assert found == status
    assert text in answer


def test_an_unknown_cluster_has_no_webhook(mock):
    assert call(f"{mock.uri}/webhook/other/mutate", {})[0] == 404
