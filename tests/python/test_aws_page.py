"""The AWS user guide page, command by command, with the real `aws` and `kubectl`.

Source: "Configure a Kubernetes service account to assume an IAM role with EKS Pod Identity",
Amazon EKS User Guide. Each test step holds the page's command as written there and the output
that the page prints. Where the page's sample is known to be wrong or shortened, the expectation
says so beside it; everything else has to be equal.
"""

import json
import re
import subprocess

import pytest

MY_POLICY_JSON = """\
{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::my-pod-secrets-bucket"
        }
    ]
}
"""

MY_SERVICE_ACCOUNT_YAML = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: my-service-account
  namespace: default
"""

TRUST_RELATIONSHIP_JSON = """\
{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AllowEksAuthToAssumeRoleForPodIdentity",
            "Effect": "Allow",
            "Principal": {
                "Service": "pods.eks.amazonaws.com"
            },
            "Action": [
                "sts:AssumeRole",
                "sts:TagSession"
            ]
        }
    ]
}
"""


@pytest.fixture
def shell(make_mock, tmp_path):
    """Runs a command line as the page's reader would: in one directory, against one account."""
    kubeconfig = tmp_path / "kubeconfig"
    mock = make_mock(
        "--account",
        "111122223333",
        "--region",
        "us-west-2",
        "--cluster",
        "my-cluster",
        "--kubeconfig",
        str(kubeconfig),
    )

    def run(command: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=tmp_path,
            env={**mock.env, "KUBECONFIG": str(kubeconfig), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


def test_the_page_works_as_written(shell):
    shell(f"cat >my-policy.json <<EOF\n{MY_POLICY_JSON}EOF")
    created = json.loads(
        shell("aws iam create-policy --policy-name my-policy --policy-document file://my-policy.json")
    )["Policy"]
    assert created["Arn"] == "arn:aws:iam::111122223333:policy/my-policy"

    shell(f"cat >my-service-account.yaml <<EOF\n{MY_SERVICE_ACCOUNT_YAML}EOF")
    applied = shell("kubectl apply -f my-service-account.yaml")
    assert applied == "serviceaccount/my-service-account created\n"
    # The page shows the same command twice; the second time there is nothing to do.
    applied = shell("kubectl apply -f my-service-account.yaml")
    assert applied == "serviceaccount/my-service-account unchanged\n"

    shell(f"cat >trust-relationship.json <<EOF\n{TRUST_RELATIONSHIP_JSON}EOF")
    role = json.loads(
        shell(
            "aws iam create-role --role-name my-role"
            " --assume-role-policy-document file://trust-relationship.json"
            ' --description "my-role-description"'
        )
    )["Role"]
    assert role["Arn"] == "arn:aws:iam::111122223333:role/my-role"
    assert role["Description"] == "my-role-description"

    attached = shell(
        "aws iam attach-role-policy --role-name my-role"
        " --policy-arn=arn:aws:iam::111122223333:policy/my-policy"
    )
    assert attached == ""

    association = json.loads(
        shell(
            "aws eks create-pod-identity-association --cluster-name my-cluster"
            " --role-arn arn:aws:iam::111122223333:role/my-role"
            " --namespace default --service-account my-service-account"
        )
    )["association"]
    identifier = association["associationId"]
    assert re.fullmatch(r"a-[a-z0-9]{17}", identifier)
    assert isinstance(association["createdAt"], float | int)
    assert association["modifiedAt"] == association["createdAt"]
    assert association == {
        "clusterName": "my-cluster",
        "namespace": "default",
        "serviceAccount": "my-service-account",
        "roleArn": "arn:aws:iam::111122223333:role/my-role",
        # The page prints `arn:aws::111122223333:…`: service and region are missing there.
        "associationArn": "arn:aws:eks:us-west-2:111122223333:podidentityassociation/my-cluster/"
        + identifier,
        "associationId": identifier,
        "tags": {},
        "createdAt": association["createdAt"],
        "modifiedAt": association["modifiedAt"],
        # The page's sample is older than this member, which EKS now always answers.
        "disableSessionTags": False,
    }

    trust = json.loads(
        shell("aws iam get-role --role-name my-role --query Role.AssumeRolePolicyDocument")
    )
    # The page prints another Sid than it created, with spaces, which IAM does not accept.
    assert trust == json.loads(TRUST_RELATIONSHIP_JSON)

    attached = shell(
        "aws iam list-attached-role-policies --role-name my-role"
        " --query AttachedPolicies[].PolicyArn --output text"
    )
    assert attached == "arn:aws:iam::111122223333:policy/my-policy\n"

    policy = json.loads(
        shell(
            "export policy_arn=arn:aws:iam::111122223333:policy/my-policy\n"
            "aws iam get-policy --policy-arn $policy_arn"
        )
    )
    shown = ("PolicyName", "PolicyId", "Arn", "Path", "DefaultVersionId")
    assert {key: policy["Policy"][key] for key in shown} == {
        "PolicyName": "my-policy",
        "PolicyId": created["PolicyId"],
        "Arn": "arn:aws:iam::111122223333:policy/my-policy",
        "Path": "/",
        "DefaultVersionId": "v1",
    }
    # What the page leaves out with `[...]`.
    assert set(policy["Policy"]) - set(shown) == {
        "AttachmentCount",
        "PermissionsBoundaryUsageCount",
        "IsAttachable",
        "CreateDate",
        "UpdateDate",
        "Tags",
    }
    assert policy["Policy"]["AttachmentCount"] == 1

    version = json.loads(
        shell(
            "export policy_arn=arn:aws:iam::111122223333:policy/my-policy\n"
            "aws iam get-policy-version --policy-arn $policy_arn --version-id v1"
        )
    )
    # The page prints the document alone; the command answers it inside `PolicyVersion`.
    assert set(version) == {"PolicyVersion"}
    assert version["PolicyVersion"]["Document"] == json.loads(MY_POLICY_JSON)
    assert version["PolicyVersion"]["VersionId"] == "v1"
    assert version["PolicyVersion"]["IsDefaultVersion"] is True


def test_the_page_s_second_association_for_the_same_subject_names_the_first(shell):
    shell(
        f"cat >trust-relationship.json <<EOF\n{TRUST_RELATIONSHIP_JSON}EOF\n"
        "aws iam create-role --role-name my-role"
        " --assume-role-policy-document file://trust-relationship.json"
    )
    associate = (
        "aws eks create-pod-identity-association --cluster-name my-cluster"
        " --role-arn arn:aws:iam::111122223333:role/my-role"
        " --namespace default --service-account my-service-account"
    )
    identifier = json.loads(shell(associate))["association"]["associationId"]
    refused = shell(f"{associate} 2>&1 || true")
    assert "(ResourceInUseException)" in refused
    assert f"Association already exists: {identifier}" in refused
