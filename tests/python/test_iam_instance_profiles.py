"""Instance profiles, as Terraform and eksctl use them for nodes."""

import json

import pytest

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


@pytest.fixture
def profile(iam):
    iam.create_role(RoleName="node", AssumeRolePolicyDocument=TRUST)
    return iam.create_instance_profile(InstanceProfileName="nodes", Path="/eks/")["InstanceProfile"]


def test_a_new_instance_profile_holds_no_role(iam, profile, refusal):
    assert profile["Arn"] == "arn:aws:iam::111122223333:instance-profile/eks/nodes"
    assert profile["InstanceProfileId"].startswith("AIPA")
    assert profile["Roles"] == [] and "Tags" not in profile
    refused = refusal(iam.create_instance_profile, InstanceProfileName="NODES")
    assert (refused.code, refused.message) == (
        "EntityAlreadyExists",
        "Instance Profile NODES already exists.",
    )
    refused = refusal(iam.get_instance_profile, InstanceProfileName="nobody")
    assert (refused.code, refused.message) == (
        "NoSuchEntity",
        "Instance Profile nobody cannot be found.",
    )


def test_an_instance_profile_holds_one_role_and_keeps_it_from_deletion(iam, profile, refusal):
    iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName="node")
    [held] = iam.get_instance_profile(InstanceProfileName="nodes")["InstanceProfile"]["Roles"]
    assert held["RoleName"] == "node" and "MaxSessionDuration" not in held
    [of_role] = iam.list_instance_profiles_for_role(RoleName="node")["InstanceProfiles"]
    assert of_role["InstanceProfileName"] == "nodes"

    iam.create_role(RoleName="other", AssumeRolePolicyDocument=TRUST)
    refused = refusal(iam.add_role_to_instance_profile, InstanceProfileName="nodes", RoleName="other")
    assert (refused.code, refused.message) == (
        "LimitExceeded",
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    )
    for refused in (
        refusal(iam.delete_role, RoleName="node"),
        refusal(iam.delete_instance_profile, InstanceProfileName="nodes"),
    ):
        assert (refused.code, refused.message) == (
            "DeleteConflict",
            "Cannot delete entity, must remove roles from instance profile first.",
        )
    refused = refusal(iam.remove_role_from_instance_profile, InstanceProfileName="nodes", RoleName="other")
    assert (refused.code, refused.message) == (
        "NoSuchEntity",
        "The role with name other cannot be found.",
    )
    iam.remove_role_from_instance_profile(InstanceProfileName="nodes", RoleName="node")
    iam.delete_role(RoleName="node")
    iam.delete_instance_profile(InstanceProfileName="nodes")
    assert iam.list_instance_profiles()["InstanceProfiles"] == []


def test_instance_profiles_are_tagged(iam, profile):
    iam.tag_instance_profile(InstanceProfileName="nodes", Tags=[{"Key": "a", "Value": "1"}])
    assert iam.list_instance_profile_tags(InstanceProfileName="nodes")["Tags"] == [{"Key": "a", "Value": "1"}]
    read = iam.get_instance_profile(InstanceProfileName="nodes")["InstanceProfile"]
    assert read["Tags"] == [{"Key": "a", "Value": "1"}]
    iam.untag_instance_profile(InstanceProfileName="nodes", TagKeys=["a"])
    assert iam.list_instance_profile_tags(InstanceProfileName="nodes")["Tags"] == []
