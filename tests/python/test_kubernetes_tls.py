"""Clusters by TLS, where callers are told apart: `aws eks update-kubeconfig`, then plain `kubectl`."""

import base64
import json
import os
import re
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest

from test_kubectl import KUBECTLS, Kubectl

ANYONE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


@pytest.fixture
def mock(make_mock, tmp_path):
    return make_mock(
        "--cluster", "my-cluster", "--tls-listen", "127.0.0.1:0", "--kubeconfig", str(tmp_path / "own")
    )


@pytest.fixture
def as_caller(mock, tmp_path):
    """kubectl with the kubeconfig that the AWS CLI writes, for the caller with these credentials."""

    def call(credentials: dict | None = None) -> Kubectl:
        environment = {**os.environ, **mock.env, "HOME": str(tmp_path)}
        if credentials:
            environment["AWS_ACCESS_KEY_ID"] = credentials["AccessKeyId"]
            environment["AWS_SECRET_ACCESS_KEY"] = credentials["SecretAccessKey"]
            environment["AWS_SESSION_TOKEN"] = credentials["SessionToken"]
        environment["KUBECONFIG"] = str(tmp_path / "kubeconfig")
        subprocess.run(
            ["aws", "eks", "update-kubeconfig", "--name", "my-cluster"],
            env=environment,
            check=True,
            capture_output=True,
        )
        return Kubectl(KUBECTLS[0], environment)

    return call


def assume(mock, name: str, session: str = "me") -> dict:
    mock.client("iam").create_role(
        RoleName=name, Path="/team/", AssumeRolePolicyDocument=json.dumps(ANYONE)
    )
    arn = f"arn:aws:iam::111122223333:role/team/{name}"
    return mock.client("sts").assume_role(RoleArn=arn, RoleSessionName=session)["Credentials"]


def whoami(kubectl: Kubectl) -> dict:
    return kubectl.json("auth whoami")["status"]["userInfo"]


def whoami_as(kubectl: Kubectl, username: str) -> dict:
    return kubectl.json(f"auth whoami --as={username}")["status"]["userInfo"]


def request(mock, token: str | None) -> int:
    """The status that a listing by this bearer token gets."""
    cluster = mock.client("eks").describe_cluster(name="my-cluster")["cluster"]
    authority = base64.b64decode(cluster["certificateAuthority"]["data"]).decode()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    sent = urllib.request.Request(
        f"{cluster['endpoint']}/api/v1/namespaces/default/pods", headers=headers
    )
    context = ssl.create_default_context(cadata=authority)
    try:
        return urllib.request.urlopen(sent, context=context, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


def token(mock, **changes: str) -> str:
    """A token as `aws eks get-token` makes it, with some words of its URL changed."""
    environment = {**os.environ, **mock.env}
    made = subprocess.run(
        ["aws", "eks", "get-token", "--cluster-name", "my-cluster"],
        env=environment,
        check=True,
        capture_output=True,
    )
    text = json.loads(made.stdout)["status"]["token"].removeprefix("k8s-aws-v1.")
    url = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    for old, new in changes.items():
        assert re.search(old, url), url
        url = re.sub(old, new, url)
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def test_the_creator_of_a_cluster_is_its_administrator(as_caller):
    kubectl = as_caller()
    user = whoami(kubectl)
    assert user["username"] == "arn:aws:iam::111122223333:user/admin"
    assert user["groups"] == ["system:authenticated"]
    assert kubectl("auth can-i '*' '*'").endswith("yes\n")
    kubectl("create namespace team")
    assert "team" in kubectl("get namespaces")


@pytest.mark.unauthorized
def test_an_access_entry_makes_a_user_of_a_role(mock, as_caller):
    credentials = assume(mock, "viewer", "me@example.com")
    stranger = as_caller(credentials)
    assert "You must be logged in to the server" in stranger("get pods", code=1)

    eks = mock.client("eks")
    arn = "arn:aws:iam::111122223333:role/team/viewer"
    eks.create_access_entry(clusterName="my-cluster", principalArn=arn, kubernetesGroups=["team"])
    user = whoami(stranger)
    assert user["username"] == "arn:aws:sts::111122223333:assumed-role/viewer/me-example.com"
    assert user["groups"] == ["team", "system:authenticated"]
    assert user["extra"]["sessionName"] == ["me@example.com"]
    refused = stranger("get pods", code=1)
    assert (
        f'pods is forbidden: User "{user["username"]}" cannot list resource "pods" '
        'in API group "" in the namespace "default"'
    ) in refused

    eks.associate_access_policy(
        clusterName="my-cluster",
        principalArn=arn,
        policyArn=VIEW,
        accessScope={"type": "namespace", "namespaces": ["default"]},
    )
    assert "No resources found" in stranger("get pods")
    assert "at the cluster scope" in stranger("get pods --all-namespaces", code=1)
    assert stranger("auth can-i list pods") == "yes\n"
    assert stranger("auth can-i delete pods", code=1) == "no\n"
    # As on EKS, rules of access policies are not listed, and kubectl warns that some are missing.
    listed = stranger("auth can-i --list")
    assert re.search(r"^selfsubjectrulesreviews\.authorization\.k8s\.io .*\[create\]$", listed, re.MULTILINE), listed
    assert "pods" not in listed
    assert "webhook authorizer does not support user rule resolution" in listed
    refused = stranger("create serviceaccount x", code=1)
    assert 'cannot create resource "serviceaccounts"' in refused


@pytest.mark.unauthorized
def test_policies_reach_the_namespaces_that_a_pattern_names(mock, as_caller):
    kubectl = as_caller(assume(mock, "developer"))
    entry = {"clusterName": "my-cluster", "principalArn": "arn:aws:iam::111122223333:role/team/developer"}
    eks = mock.client("eks")
    eks.create_access_entry(**entry)
    edit = VIEW.replace("View", "Edit")
    scope = {"type": "namespace", "namespaces": ["dev-*"]}
    eks.associate_access_policy(**entry, policyArn=edit, accessScope=scope)
    assert kubectl("auth can-i create pods -n dev-a") == "yes\n"
    assert kubectl("auth can-i create pods -n prod-a", code=1) == "no\n"


@pytest.mark.unauthorized
def test_who_may_be_somebody_else_follows_from_rights(mock, as_caller):
    kubectl = as_caller(assume(mock, "editor"))
    entry = {"clusterName": "my-cluster", "principalArn": "arn:aws:iam::111122223333:role/team/editor"}
    eks = mock.client("eks")
    eks.create_access_entry(**entry)
    me = "arn:aws:sts::111122223333:assumed-role/editor/me"
    pods = "get --raw /api/v1/namespaces/default/pods"
    refused = kubectl(f"{pods} --as=jane", code=1)
    assert (
        f'users "jane" is forbidden: User "{me}" cannot impersonate resource "users" in API group "" at the cluster scope'
    ) in refused
    edit = VIEW.replace("View", "Edit")
    eks.associate_access_policy(**entry, policyArn=edit, accessScope={"type": "cluster"})
    assert 'users "jane" is forbidden' in kubectl(f"{pods} --as=jane", code=1)
    account = "system:serviceaccount:default:web"
    assert whoami_as(kubectl, account)["username"] == account
    refused = kubectl(f"{pods} --as={account} --as-group=system:masters", code=1)
    assert 'groups "system:masters" is forbidden' in refused


@pytest.mark.unauthorized
def test_the_username_of_an_entry_is_filled_in(mock, as_caller):
    credentials = assume(mock, "chief")
    mock.client("eks").create_access_entry(
        clusterName="my-cluster",
        principalArn="arn:aws:iam::111122223333:role/team/chief",
        kubernetesGroups=["masters"],
        username="chief-of-{{AccountID}}",
    )
    kubectl = as_caller(credentials)
    assert whoami(kubectl)["username"] == "chief-of-111122223333"


def test_the_kubeconfig_of_the_server_leads_to_tls(mock, tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "own")}
    kubectl = Kubectl(KUBECTLS[0], environment)
    assert "https://" in kubectl("config view")
    assert whoami(kubectl)["username"] == "arn:aws:iam::111122223333:user/admin"


@pytest.mark.parametrize(
    "changes",
    [
        {"Action=GetCallerIdentity": "Action=AssumeRole"},
        {"X-Amz-Date=[0-9]{8}": "X-Amz-Date=20200101"},
        {"X-Amz-Date=[0-9]{8}": "X-Amz-Date=20990101"},
        {"X-Amz-Expires=[0-9]+": "X-Amz-Expires=901"},
        {"X-Amz-Expires=[0-9]+&": ""},
        {"x-k8s-aws-id": "x-k8s-other"},
        {"X-Amz-Signature=[0-9a-f]+": "X-Amz-Signature=x"},
        {"%2Fsts%2F": "%2Fs3%2F"},
        {"Action=": "Action=GetCallerIdentity&Action="},
    ],
    ids=str,
)
def test_tokens_that_are_not_good_are_refused(mock, changes):
    assert request(mock, token(mock)) == 200
    assert request(mock, token(mock, **changes)) == 401


@pytest.mark.parametrize(
    "bearer", [None, "", "k8s-aws-v1.", "k8s-aws-v1.%%%", "x.y.z", "k8s-aws-v1." + "A" * 4000]
)
def test_whoever_brings_no_token_is_nobody(mock, bearer):
    assert request(mock, bearer) == 401
