"""The AWS page's workflow by boto3, by the Rust crate, by the command line and by Python.

All four start from the same empty mock and have to end in the same state, but for ids, times,
podpass's ownership marks and managedFields.
"""

import json
import os
import pathlib
import subprocess

import kubernetes
import pytest
from mock_state import state_of

MANIFEST = pathlib.Path(__file__).parents[2] / "examples" / "aws-user-guide.yaml"
TRUST_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AllowEksAuthToAssumeRoleForPodIdentity",
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}
PERMISSIONS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::my-pod-secrets-bucket",
        }
    ],
}


@pytest.fixture
def start(make_mock, tmp_path):
    """A mock as every way finds it; `environment` is what a program under test gets."""

    def start(name: str):
        kubeconfig = tmp_path / f"{name}.kubeconfig"
        flags = {
            "--account": "111122223333",
            "--region": "us-west-2",
            "--cluster": "my-cluster",
            "--kubeconfig": str(kubeconfig),
        }
        mock = make_mock(*(word for flag in flags.items() for word in flag))
        return mock, {**mock.env, "KUBECONFIG": str(kubeconfig), "HOME": str(tmp_path)}

    return start


def by_boto3(mock, environment) -> None:
    iam, eks = mock.client("iam"), mock.client("eks")
    policy = iam.create_policy(PolicyName="my-policy", PolicyDocument=json.dumps(PERMISSIONS))
    role = iam.create_role(
        RoleName="my-role",
        AssumeRolePolicyDocument=json.dumps(TRUST_POLICY),
        Description="my-role-description",
    )
    iam.attach_role_policy(RoleName="my-role", PolicyArn=policy["Policy"]["Arn"])
    client = kubernetes.config.new_client_from_config(environment["KUBECONFIG"])
    kubernetes.client.CoreV1Api(client).create_namespaced_service_account(
        "default", {"metadata": {"name": "my-service-account"}}
    )
    eks.create_pod_identity_association(
        clusterName="my-cluster",
        namespace="default",
        serviceAccount="my-service-account",
        roleArn=role["Role"]["Arn"],
    )


def by_the_rust_crate(mock, environment) -> None:
    example = os.environ["PODPASS_EXAMPLE"]
    subprocess.run([example, str(MANIFEST)], env=environment, check=True, timeout=60)


def by_the_command_line(mock, environment) -> None:
    podpass = os.environ["PODPASS_BIN"]
    command = [podpass, "apply", "--file", str(MANIFEST), "--yes"]
    subprocess.run(command, env=environment, check=True, timeout=60)


def by_the_python_module(mock, environment) -> None:
    import podpass

    manifest = podpass.Manifest.from_file(MANIFEST)
    session = podpass.Session(
        region="us-west-2",
        endpoint_url=mock.uri,
        access_key_id="test",
        secret_access_key="test",
        kubeconfig=environment["KUBECONFIG"],
    )
    podpass.apply(podpass.plan(manifest, session=session), session=session)


@pytest.mark.parametrize("way", [by_the_rust_crate, by_the_command_line, by_the_python_module])
def test_the_workflow_ends_in_the_state_that_boto3_makes(start, way):
    expected_mock, environment = start("boto3")
    by_boto3(expected_mock, environment)
    mock, environment = start(way.__name__)
    way(mock, environment)
    assert state_of(mock) == state_of(expected_mock)


def test_the_compared_state_holds_what_the_workflow_makes(start):
    mock, environment = start("boto3")
    before = state_of(mock)
    by_boto3(mock, environment)
    after = state_of(mock)
    assert (before["roles"], before["policies"], before["associations"]) == ({}, {}, [])
    assert after["roles"]["my-role"]["Attached"] == ["arn:aws:iam::111122223333:policy/my-policy"]
    assert after["policies"]["my-policy"]["Document"] == PERMISSIONS
    assert [item["serviceAccount"] for item in after["associations"]] == ["my-service-account"]
    names = {item["metadata"]["name"] for item in after["serviceAccounts"]}
    assert "my-service-account" in names
    assert len(after["serviceAccounts"]) == len(before["serviceAccounts"]) + 1
