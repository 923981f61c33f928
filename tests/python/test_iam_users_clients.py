"""Users and groups as the AWS CLI's users type them, and as Terraform's AWS provider and eksctl ask for them.

What the provider calls follows its sources (`internal/service/iam`); neither it nor eksctl is run.
"""

import json
import subprocess
from urllib.parse import unquote_plus

import botocore.handlers
import pytest

ACCOUNT = "111122223333"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
READ = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
)


# --- the AWS CLI ---------------------------------------------------------------------------------


@pytest.fixture
def aws(mock, tmp_path):
    """Runs `aws`, which has to succeed unless `fails`; answers its JSON, or its text if it is none."""

    def aws(command: str, *values: str, fails: bool = False, **env: str):
        done = subprocess.run(
            ["aws", *command.split(), *values],
            cwd=tmp_path,
            env={**mock.env, "HOME": str(tmp_path), **env},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode != 0) == fails, f"$ aws {command}\n{done.stdout}{done.stderr}"
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout + done.stderr

    return aws


def test_a_user_is_made_waited_for_changed_and_deleted(aws):
    made = aws("iam create-user --user-name alice --path /team/ --tags Key=team,Value=a")["User"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/alice"
    aws("iam wait user-exists --user-name alice")
    aws("iam tag-user --user-name alice --tags Key=k,Value=v")
    aws("iam untag-user --user-name alice --tag-keys team")
    assert aws("iam list-user-tags --user-name alice")["Tags"] == [{"Key": "k", "Value": "v"}]
    aws("iam attach-user-policy --user-name alice --policy-arn", READ_ONLY)
    aws("iam put-user-policy --user-name alice --policy-name p --policy-document", READ)
    assert aws("iam get-user-policy --user-name alice --policy-name p")["PolicyDocument"] == json.loads(READ)
    assert aws("iam list-user-policies --user-name alice")["PolicyNames"] == ["p"]
    names = aws("iam list-attached-user-policies --user-name alice --output text --query AttachedPolicies[].PolicyName")
    assert names == "AmazonS3ReadOnlyAccess\n"
    aws("iam put-user-permissions-boundary --user-name alice --permissions-boundary", READ_ONLY)
    aws("iam delete-user-permissions-boundary --user-name alice")
    aws("iam update-user --user-name alice --new-user-name bob --new-path /")
    refused = aws("iam delete-user --user-name bob", fails=True)
    assert "(DeleteConflict)" in refused and "must detach all policies first." in refused
    aws("iam detach-user-policy --user-name bob --policy-arn", READ_ONLY)
    aws("iam delete-user-policy --user-name bob --policy-name p")
    aws("iam delete-user --user-name bob")
    assert [user["UserName"] for user in aws("iam list-users")["Users"]] == ["admin"]


@pytest.mark.unauthorized
def test_a_key_of_a_user_calls_on_the_command_line(aws):
    aws("iam create-user --user-name alice")
    key = aws("iam create-access-key --user-name alice")["AccessKey"]
    env = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    assert aws("sts get-caller-identity", **env)["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert aws("iam get-user", **env)["User"]["UserName"] == "alice"
    used = aws("iam get-access-key-last-used --access-key-id", key["AccessKeyId"])
    assert used["AccessKeyLastUsed"]["ServiceName"] == "iam"
    aws("iam update-access-key --user-name alice --status Inactive --access-key-id", key["AccessKeyId"])
    [listed] = aws("iam list-access-keys --user-name alice")["AccessKeyMetadata"]
    assert listed["Status"] == "Inactive"
    aws("iam delete-access-key --user-name alice --access-key-id", key["AccessKeyId"])
    assert aws("iam list-access-keys --user-name alice")["AccessKeyMetadata"] == []


def test_a_group_is_made_filled_and_deleted(aws):
    aws("iam create-user --user-name alice")
    aws("iam create-group --group-name team")
    aws("iam add-user-to-group --group-name team --user-name alice")
    assert [user["UserName"] for user in aws("iam get-group --group-name team")["Users"]] == ["alice"]
    aws("iam attach-group-policy --group-name team --policy-arn", READ_ONLY)
    aws("iam put-group-policy --group-name team --policy-name p --policy-document", READ)
    assert aws("iam list-group-policies --group-name team")["PolicyNames"] == ["p"]
    aws("iam delete-group-policy --group-name team --policy-name p")
    aws("iam detach-group-policy --group-name team --policy-arn", READ_ONLY)
    assert aws("iam list-attached-group-policies --group-name team")["AttachedPolicies"] == []
    aws("iam update-group --group-name team --new-group-name crew")
    assert [group["GroupName"] for group in aws("iam list-groups-for-user --user-name alice")["Groups"]] == ["crew"]
    aws("iam remove-user-from-group --group-name crew --user-name alice")
    aws("iam delete-group --group-name crew")
    assert aws("iam list-groups")["Groups"] == []


# --- Terraform -----------------------------------------------------------------------------------


@pytest.fixture
def go(mock):
    """IAM as the SDK for Go shows it: documents as they come over the wire."""
    client = mock.client("iam")
    client.meta.events.unregister("after-call.iam", botocore.handlers.json_decode_policies)
    return client


def test_terraform_takes_a_user_through_its_life(go, refusal):
    # aws_iam_user
    go.create_user(Path="/", UserName="u", PermissionsBoundary=READ_ONLY, Tags=[{"Key": "a", "Value": "b"}])
    user = go.get_user(UserName="u")["User"]
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == READ_ONLY and user["UserId"]
    go.update_user(UserName="u", NewUserName="v", NewPath="/x/")
    go.delete_user_permissions_boundary(UserName="v")
    go.untag_user(UserName="v", TagKeys=["a"])
    go.tag_user(UserName="v", Tags=[{"Key": "c", "Value": "d"}])
    user = go.get_user(UserName="v")["User"]
    assert user["Tags"] == [{"Key": "c", "Value": "d"}] and "PermissionsBoundary" not in user
    # aws_iam_user_policy, aws_iam_user_policy_attachment
    go.put_user_policy(UserName="v", PolicyName="p", PolicyDocument=READ)
    assert unquote_plus(go.get_user_policy(UserName="v", PolicyName="p")["PolicyDocument"]) == READ
    go.attach_user_policy(UserName="v", PolicyArn=READ_ONLY)
    attached = go.list_attached_user_policies(UserName="v")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [READ_ONLY]
    # aws_iam_access_key
    key = go.create_access_key(UserName="v")["AccessKey"]
    assert key["SecretAccessKey"] and key["CreateDate"]
    go.update_access_key(UserName="v", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    [listed] = go.list_access_keys(UserName="v")["AccessKeyMetadata"]
    assert (listed["AccessKeyId"], listed["Status"]) == (key["AccessKeyId"], "Inactive")
    # and all of it goes; what is gone already is taken for granted
    go.delete_access_key(UserName="v", AccessKeyId=key["AccessKeyId"])
    go.detach_user_policy(UserName="v", PolicyArn=READ_ONLY)
    assert refusal(go.detach_user_policy, UserName="v", PolicyArn=READ_ONLY).code == "NoSuchEntity"
    go.delete_user_policy(UserName="v", PolicyName="p")
    assert refusal(go.get_user_policy, UserName="v", PolicyName="p").code == "NoSuchEntity"
    assert go.list_groups_for_user(UserName="v")["Groups"] == []
    go.delete_user(UserName="v")
    assert refusal(go.get_user, UserName="v").code == "NoSuchEntity"


def test_terraform_takes_a_group_through_its_life(go, refusal):
    go.create_user(UserName="u")
    # aws_iam_group
    go.create_group(Path="/", GroupName="g")
    assert go.get_group(GroupName="g")["Group"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/g"
    # aws_iam_group_membership, aws_iam_user_group_membership
    go.add_user_to_group(UserName="u", GroupName="g")
    assert [user["UserName"] for user in go.get_group(GroupName="g")["Users"]] == ["u"]
    assert [group["GroupName"] for group in go.list_groups_for_user(UserName="u")["Groups"]] == ["g"]
    # aws_iam_group_policy, aws_iam_group_policy_attachment
    go.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=READ)
    assert unquote_plus(go.get_group_policy(GroupName="g", PolicyName="p")["PolicyDocument"]) == READ
    go.attach_group_policy(GroupName="g", PolicyArn=READ_ONLY)
    go.detach_group_policy(GroupName="g", PolicyArn=READ_ONLY)
    go.delete_group_policy(GroupName="g", PolicyName="p")
    go.update_group(GroupName="g", NewGroupName="h")
    go.remove_user_from_group(UserName="u", GroupName="h")
    go.delete_group(GroupName="h")
    assert refusal(go.get_group, GroupName="h").code == "NoSuchEntity"


# --- eksctl --------------------------------------------------------------------------------------


@pytest.mark.unauthorized
def test_eksctl_asks_who_calls(mock, iam):
    iam.create_user(UserName="alice", Path="/team/")
    key = iam.create_access_key(UserName="alice")["AccessKey"] | {"SessionToken": None}
    identity = mock.client("sts", credentials=key).get_caller_identity()
    user = mock.client("iam", credentials=key).get_user()["User"]
    assert identity["Arn"] == user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/alice"
