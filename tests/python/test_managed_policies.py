"""Policies of AWS that a user adds to those that are built in: `--managed-policies`."""

import json
import subprocess

import pytest

DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def test_policies_of_a_folder_are_aws_s_own(make_mock, tmp_path, refusal):
    (tmp_path / "service-role").mkdir()
    (tmp_path / "Plain.json").write_text(json.dumps(DOCUMENT))
    answer = {
        "PolicyVersion": {
            "Document": DOCUMENT,
            "VersionId": "v7",
            "IsDefaultVersion": True,
            "CreateDate": "2026-01-02T03:04:05+00:00",
        }
    }
    (tmp_path / "service-role" / "Answered.json").write_text(json.dumps(answer))
    (tmp_path / "AmazonS3FullAccess.json").write_text(json.dumps(answer))
    iam = make_mock("--managed-policies", str(tmp_path)).client("iam")
    arn = "arn:aws:iam::aws:policy/service-role/Answered"
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (policy["Path"], policy["DefaultVersionId"]) == ("/service-role/", "v7")
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v7")["PolicyVersion"]
    assert version["Document"] == DOCUMENT and version["CreateDate"].isoformat() == "2026-01-02T03:04:05+00:00"
    iam.attach_user_policy(UserName="admin", PolicyArn="arn:aws:iam::aws:policy/Plain")
    # One that is built in is replaced, at its path; the others stay.
    replaced = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    assert iam.get_policy(PolicyArn=replaced)["Policy"]["DefaultVersionId"] == "v7"
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS")
    names = [policy["PolicyName"] for page in pages for policy in page["Policies"]]
    assert {"Plain", "Answered", "AmazonEKSClusterPolicy"} <= set(names) and len(names) == len(set(names))
    assert refusal(iam.delete_policy, PolicyArn=arn).code == "AccessDenied"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Broken.json", '{"Version": "2012-10-17",\n  oops}', "line 2, column 3"),
        ("Empty.json", '{"PolicyVersion": {"Document": {"Statement": [{"Effect": 1}]}}}', "Statement[0]"),
        ("no name.json", json.dumps(DOCUMENT), "does not name a policy"),
    ],
)
def test_a_file_that_is_no_policy_stops_the_start(mock_binary, tmp_path, name, text, told):
    (tmp_path / name).write_text(text)
    command = [mock_binary, "--listen", "127.0.0.1:0", "--managed-policies", tmp_path]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert run.returncode != 0 and run.stdout == ""
    assert name in run.stderr and told in run.stderr


def test_a_folder_that_is_not_there_stops_the_start(mock_binary, tmp_path):
    command = [mock_binary, "--listen", "127.0.0.1:0", "--managed-policies", tmp_path / "nothing"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert run.returncode != 0 and "nothing" in run.stderr


def test_those_that_eks_users_attach_are_built_in(iam):
    paths = {"AmazonEBSCSIDriverPolicy": "service-role/", "AmazonEFSCSIDriverPolicy": "service-role/"}
    for name in """
        AmazonEKSClusterPolicy AmazonEKSServicePolicy AmazonEKSVPCResourceController AmazonEKSWorkerNodePolicy
        AmazonEKSWorkerNodeMinimalPolicy AmazonEKS_CNI_Policy AmazonEKSComputePolicy AmazonEKSNetworkingPolicy
        AmazonEKSBlockStoragePolicy AmazonEKSLoadBalancingPolicy AmazonEC2ContainerRegistryReadOnly
        AmazonEC2ContainerRegistryPullOnly AmazonEBSCSIDriverPolicy AmazonEFSCSIDriverPolicy
        CloudWatchAgentServerPolicy AmazonSSMManagedInstanceCore ReadOnlyAccess PowerUserAccess AdministratorAccess
    """.split():
        arn = f"arn:aws:iam::aws:policy/{paths.get(name, '')}{name}"
        assert iam.get_policy(PolicyArn=arn)["Policy"]["IsAttachable"]
