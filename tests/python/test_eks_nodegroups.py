"""EKS managed node groups, as boto3 meets them."""

import json

import pytest

ACCOUNT = "111122223333"
GROUP = {"clusterName": "my-cluster", "nodegroupName": "workers"}
NEEDED = {"subnets": ["subnet-1"], "nodeRole": f"arn:aws:iam::{ACCOUNT}:role/node"}
TAINT = {"key": "gpu", "value": "yes", "effect": "NO_SCHEDULE"}


@pytest.fixture
def create(eks):
    return lambda **members: eks.create_nodegroup(**{**GROUP, **NEEDED, **members})["nodegroup"]


@pytest.fixture
def described(eks):
    return lambda: eks.describe_nodegroup(**GROUP)["nodegroup"]


def test_a_node_group_lives_from_creating_over_active_to_deleting(eks, create, described):
    created = create(labels={"a": "b"}, tags={"team": "a"})
    assert created["status"] == "CREATING"
    assert created["nodegroupArn"].startswith(
        f"arn:aws:eks:us-west-2:{ACCOUNT}:nodegroup/my-cluster/workers/"
    )
    assert created["scalingConfig"] == {"minSize": 1, "maxSize": 2, "desiredSize": 2}
    assert (created["capacityType"], created["instanceTypes"]) == ("ON_DEMAND", ["t3.medium"])
    assert created["version"] == "1.33"

    eks.get_waiter("nodegroup_active").wait(**GROUP, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    assert described() == {**created, "status": "ACTIVE"}
    assert eks.list_nodegroups(clusterName="my-cluster")["nodegroups"] == ["workers"]

    assert eks.delete_nodegroup(**GROUP)["nodegroup"]["status"] == "DELETING"
    eks.get_waiter("nodegroup_deleted").wait(**GROUP, WaiterConfig={"Delay": 1, "MaxAttempts": 2})


def test_a_launch_template_brings_its_own_instance_type(create):
    created = create(launchTemplate={"name": "template", "version": "1"})
    assert created["launchTemplate"] == {"name": "template", "version": "1"}
    assert not {"instanceTypes", "diskSize", "amiType"} & created.keys()


def test_a_cluster_with_node_groups_is_not_deleted(eks, create, refusal):
    create()
    refused = refusal(eks.delete_cluster, name="my-cluster")
    assert (refused.code, refused.message) == (
        "ResourceInUseException",
        "Cluster has nodegroups attached",
    )
    eks.delete_nodegroup(**GROUP)
    eks.delete_cluster(name="my-cluster")


def test_names_are_unique_and_errors_carry_them(eks, create):
    create()
    with pytest.raises(eks.exceptions.ResourceInUseException) as caught:
        create()
    assert caught.value.response["Error"]["Message"] == (
        "NodeGroup already exists with name workers and cluster name my-cluster"
    )
    assert caught.value.response["nodegroupName"] == "workers"
    eks.delete_nodegroup(**GROUP)
    for operation in (
        eks.describe_nodegroup,
        eks.delete_nodegroup,
        eks.update_nodegroup_config,
        eks.update_nodegroup_version,
    ):
        with pytest.raises(
            eks.exceptions.ResourceNotFoundException, match="No node group found for name: workers."
        ):
            operation(**GROUP)


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "../a", "ä", "💩"])
def test_a_name_that_no_path_could_hold_is_refused(create, refusal, name):
    refused = refusal(create, nodegroupName=name)
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        "The nodegroup name parameter contains invalid characters. It should conform to the regular expression "
        r'"^[0-9A-Za-z][A-Za-z0-9\-_]*"In other words, it should start with a number or letter, and can contain '
        "numbers, letters, dashes, and underscores.",
    )


def test_a_request_token_makes_create_nodegroup_idempotent(create, refusal):
    assert create(clientRequestToken="t") == create(clientRequestToken="t")
    assert refusal(create, clientRequestToken="t", diskSize=9).code == "InvalidParameterException"


@pytest.mark.parametrize(
    ("sizes", "less", "more"),
    [
        ({"minSize": 3, "maxSize": 5, "desiredSize": 2}, "minSize", "desiredSize"),
        ({"minSize": 1, "maxSize": 3, "desiredSize": 4}, "desiredSize", "maxSize"),
        ({"minSize": 5, "maxSize": 2, "desiredSize": 3}, "minSize", "desiredSize"),
        ({"minSize": 3}, "minSize", "desiredSize"),
    ],
)
def test_a_node_group_has_no_size_that_is_greater_than_the_next(create, refusal, sizes, less, more):
    refused = refusal(create, scalingConfig=sizes)
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        f"{less} can't be greater than {more}",
    )


TEMPLATE = {"name": "template", "version": "1"}
REPAIR = "Either provide max parallel nodes to repair count or percentage in the request."


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"nodegroupName": "a" * 64}, "nodeGroupName can't be longer than 63 characters!"),
        ({"subnets": []}, "The parameter subnets should have at least one subnet."),
        (
            {"updateConfig": {"maxUnavailable": 1, "maxUnavailablePercentage": 50}},
            "Either provide max-unavailable or max-unavailable-percentage in the request.",
        ),
        ({"updateConfig": {}}, "UpdateConfig cannot be empty if set in the request."),
        (
            {"updateConfig": {"maxUnavailable": 3}},
            "max-unavailable must be within the range 1 and max size of the node group",
        ),
        (
            {
                "nodeRepairConfig": {
                    "maxUnhealthyNodeThresholdCount": 1,
                    "maxUnhealthyNodeThresholdPercentage": 50,
                }
            },
            REPAIR,
        ),
        (
            {
                "nodeRepairConfig": {
                    "maxParallelNodesRepairedCount": 1,
                    "maxParallelNodesRepairedPercentage": 50,
                }
            },
            REPAIR,
        ),
        (
            {"launchTemplate": {"version": "1"}},
            "Either a launch template ID or a launch template name must be specified in the request.",
        ),
        (
            {"launchTemplate": {"id": "lt-1", "name": "template"}},
            "Either provide launch template ID or launch template name in the request.",
        ),
        (
            {"launchTemplate": TEMPLATE, "diskSize": 20},
            "Disk size must be specified within the launch template.",
        ),
        (
            {"launchTemplate": TEMPLATE, "remoteAccess": {"ec2SshKey": "key"}},
            "Remote access configuration cannot be specified with a launch template.",
        ),
        ({"amiType": "CUSTOM"}, "Launch template details can't be null for Custom ami type node group"),
        (
            {"labels": {"eks.amazonaws.com/nodegroup": "mine"}},
            "Label cannot start with reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]",
        ),
        *(
            (
                {"version": version},
                "Cluster Kubernetes version 1.33 supports the following Nodegroup Kubernetes versions: "
                "[1.33, 1.32, 1.31, 1.30]",
            )
            for version in ("1.34", "1.29", "1.33.0", "newest", "")
        ),
        (
            {"releaseVersion": "1.32.3-20250103"},
            "Requested release version 1.32.3-20250103 is not valid for kubernetes version 1.33.",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(eks, create, refusal, members, message):
    refused = refusal(create, **members)
    assert (refused.code, refused.message) == ("InvalidParameterException", message)
    assert eks.list_nodegroups(clusterName="my-cluster")["nodegroups"] == []
    assert refusal(create, **members, clusterName="none").code == "ResourceNotFoundException"


@pytest.mark.parametrize("version", ["1.33", "1.30"])
def test_nodes_can_be_as_new_as_their_cluster_and_three_versions_older(create, version):
    assert create(version=version)["version"] == version


def test_a_group_has_one_limit_of_two_and_an_update_exchanges_it(eks, create, described, refusal):
    assert create()["updateConfig"] == {"maxUnavailable": 1}
    half = {"maxUnavailablePercentage": 50}
    assert create(nodegroupName="half", updateConfig=half)["updateConfig"] == half

    eks.update_nodegroup_config(**GROUP, updateConfig=half)
    assert described()["updateConfig"] == half
    eks.update_nodegroup_config(**GROUP, updateConfig={"updateStrategy": "MINIMAL"})
    assert described()["updateConfig"] == {**half, "updateStrategy": "MINIMAL"}
    for asked in ({}, {**half, "maxUnavailable": 1}, {"maxUnavailable": 3}):
        refused = refusal(eks.update_nodegroup_config, **GROUP, updateConfig=asked)
        assert refused.code == "InvalidParameterException"
    refused = refusal(
        eks.update_nodegroup_config, **GROUP, labels={"addOrUpdateLabels": {"k8s.io/a": "b"}}
    )
    assert refused.message.startswith("Label cannot start with reserved prefixes")
    assert described()["updateConfig"] == {**half, "updateStrategy": "MINIMAL"}


def test_a_launch_template_gets_another_version_and_stays_the_same(eks, create, described, refusal):
    create()
    update = eks.update_nodegroup_version
    refused = refusal(update, **GROUP, launchTemplate=TEMPLATE)
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        "A node group that was created without a launch template cannot be updated with one.",
    )
    eks.delete_nodegroup(**GROUP)

    create(launchTemplate=TEMPLATE)
    update(**GROUP, launchTemplate={**TEMPLATE, "version": "2"})
    assert described()["launchTemplate"] == {"name": "template", "version": "2"}
    update(**GROUP, launchTemplate={"name": "template"})
    assert described()["launchTemplate"] == {"name": "template"}
    for other in ({"name": "other"}, {"name": "template", "id": "lt-1"}, {"version": "3"}):
        assert refusal(update, **GROUP, launchTemplate=other).code == "InvalidParameterException"
    assert described()["launchTemplate"] == {"name": "template"}


def test_a_cluster_does_not_leave_its_nodes_behind(eks, create, refusal):
    create(nodegroupName="old", version="1.30")
    create(nodegroupName="newer", version="1.31")
    refused = refusal(eks.update_cluster_version, name="my-cluster", version="1.34")
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        "Nodegroups old must be updated to match cluster version 1.33 before updating cluster version",
    )
    eks.update_nodegroup_version(clusterName="my-cluster", nodegroupName="old", version="1.31")
    eks.update_cluster_version(name="my-cluster", version="1.34")


def test_a_size_that_is_updated_has_to_agree_with_those_that_stay(eks, create, described, refusal):
    """What Terraform meets where `desired_size` is ignored and `min_size` grows."""
    create(scalingConfig={"minSize": 1, "maxSize": 4, "desiredSize": 2})
    refused = refusal(eks.update_nodegroup_config, **GROUP, scalingConfig={"minSize": 3})
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        "Minimum capacity 3 can't be greater than desired size 2",
    )
    refused = refusal(eks.update_nodegroup_config, **GROUP, scalingConfig={"desiredSize": 5})
    assert refused.message == "desired capacity 5 can't be greater than max size 4"
    assert described()["scalingConfig"] == {"minSize": 1, "maxSize": 4, "desiredSize": 2}
    eks.update_nodegroup_config(**GROUP, scalingConfig={"minSize": 5, "maxSize": 6, "desiredSize": 5})
    assert described()["scalingConfig"] == {"minSize": 5, "maxSize": 6, "desiredSize": 5}


def test_labels_taints_and_sizes_are_changed_one_by_one(eks, create, described):
    create(labels={"a": "b", "c": "d"}, taints=[TAINT])
    update = eks.update_nodegroup_config(
        **GROUP,
        labels={"addOrUpdateLabels": {"c": "e", "f": "g"}, "removeLabels": ["a"]},
        taints={"addOrUpdateTaints": [{**TAINT, "value": "no"}]},
        scalingConfig={"desiredSize": 1},
    )["update"]
    assert update["type"] == "ConfigUpdate"
    params = {param["type"]: param["value"] for param in update["params"]}
    assert params.pop("DesiredSize") == "1"
    assert {kind: json.loads(value) for kind, value in params.items()} == {
        "LabelsToAdd": {"c": "e", "f": "g"},
        "LabelsToRemove": ["a"],
        "TaintsToAdd": [{**TAINT, "value": "no"}],
    }
    changed = described()
    assert changed["labels"] == {"c": "e", "f": "g"}
    assert changed["taints"] == [{**TAINT, "value": "no"}]
    assert changed["scalingConfig"] == {"minSize": 1, "maxSize": 2, "desiredSize": 1}
    eks.update_nodegroup_config(**GROUP, taints={"removeTaints": [TAINT]})
    assert described()["taints"] == []

    of_group = {"name": "my-cluster", "nodegroupName": "workers"}
    assert update["id"] in eks.list_updates(**of_group)["updateIds"]
    done = eks.describe_update(**of_group, updateId=update["id"])["update"]
    assert done["status"] == "Successful"


def test_nodes_follow_the_cluster_s_version_and_never_pass_it(eks, create, described, refusal):
    create()
    refused = refusal(eks.update_nodegroup_version, **GROUP, version="1.34")
    assert refused.code == "InvalidParameterException"
    eks.update_cluster_version(name="my-cluster", version="1.34")
    assert described()["version"] == "1.33"
    update = eks.update_nodegroup_version(**GROUP)["update"]
    assert update["type"] == "VersionUpdate"
    assert described()["version"] == "1.34"
    assert described()["releaseVersion"].startswith("1.34")


def test_a_node_group_is_tagged_by_its_arn(eks, create, described):
    arn = create()["nodegroupArn"]
    eks.tag_resource(resourceArn=arn, tags={"stage": "dev"})
    assert described()["tags"] == eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "dev"}
