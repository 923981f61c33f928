"""EKS that takes its time: what goes on shows, what needs it done is refused, and waiters wait."""

import subprocess
import time

import pytest

CLUSTER = {"clusterName": "my-cluster"}
GROUP = {**CLUSTER, "nodegroupName": "workers"}
PROFILE = {**CLUSTER, "fargateProfileName": "profile"}
ADDON = {**CLUSTER, "addonName": "vpc-cni"}
ROLE = "arn:aws:iam::111122223333:role/some-role"
NODES = {"subnets": ["subnet-1"], "nodeRole": ROLE}
QUICKLY = {"Delay": 0.1, "MaxAttempts": 50}
KINDS = ("cluster", "nodegroup", "fargate-profile", "addon", "update", "deletion")


@pytest.fixture
def delayed(make_mock):
    """A client of a server that takes so long for everything, or for what is named."""

    def client(duration: str, *kinds: str):
        delays = [f"--eks-delay={kind}={duration}" for kind in kinds or KINDS]
        return make_mock("--cluster=my-cluster", *delays).client("eks")

    return client


def create_cluster(eks, name="other"):
    return eks.create_cluster(name=name, roleArn=ROLE, resourcesVpcConfig={"subnetIds": ["s"]})["cluster"]


CREATE = {
    "cluster": lambda eks: create_cluster(eks),
    "nodegroup": lambda eks: eks.create_nodegroup(**GROUP, **NODES),
    "fargate_profile": lambda eks: eks.create_fargate_profile(
        **PROFILE, podExecutionRoleArn=ROLE, selectors=[{"namespace": "a"}]
    ),
    "addon": lambda eks: eks.create_addon(**ADDON),
}
NAMED = {"cluster": {"name": "other"}, "nodegroup": GROUP, "fargate_profile": PROFILE, "addon": ADDON}


@pytest.mark.parametrize("kind", CREATE)
def test_waiters_wait_until_things_are_there_and_until_they_are_gone(delayed, kind):
    eks = delayed("600ms")
    member = {"fargate_profile": "fargateProfile"}.get(kind, kind)
    named = NAMED[kind]

    def status():
        return getattr(eks, f"describe_{kind}")(**named)[member]["status"]

    for verb, meanwhile in ((CREATE[kind], "CREATING"), (None, "DELETING")):
        began = time.monotonic()
        if verb:
            verb(eks)
        else:
            getattr(eks, f"delete_{kind}")(**named)
        assert status() == meanwhile
        waiter = f"{kind}_active" if verb else f"{kind}_deleted"
        eks.get_waiter(waiter).wait(**named, WaiterConfig=QUICKLY)
        assert time.monotonic() - began >= 0.6
        if verb:
            assert status() == "ACTIVE"
    CREATE[kind](eks)


def test_nothing_is_put_into_a_cluster_that_is_not_there_yet(delayed, refusal):
    eks = delayed("1h", "cluster")
    assert "endpoint" not in create_cluster(eks)
    assert "endpoint" not in eks.describe_cluster(name="other")["cluster"]
    names = {"clusterName": "other"}
    association = {**names, "namespace": "default", "serviceAccount": "a", "roleArn": ROLE}
    for call, arguments in (
        (eks.create_nodegroup, {**GROUP, **NODES, **names}),
        (eks.create_addon, {**ADDON, **names}),
        (
            eks.create_fargate_profile,
            {**PROFILE, **names, "podExecutionRoleArn": ROLE, "selectors": [{"namespace": "a"}]},
        ),
        (eks.create_pod_identity_association, association),
        (eks.update_cluster_version, {"name": "other", "version": "1.34"}),
        (eks.update_cluster_config, {"name": "other", "deletionProtection": True}),
    ):
        refused = refusal(call, **arguments)
        assert (refused.code, refused.message) == (
            "InvalidRequestException",
            "Cluster 'other' is not in ACTIVE status",
        ), call
    # The cluster of the command line is there from the start.
    assert eks.describe_cluster(name="my-cluster")["cluster"]["status"] == "ACTIVE"


def test_one_update_of_a_cluster_goes_on_at_a_time(delayed, refusal):
    eks = delayed("700ms", "update")
    update = eks.update_cluster_version(name="my-cluster", version="1.34")["update"]
    of_update = {"name": "my-cluster", "updateId": update["id"]}
    assert eks.describe_update(**of_update)["update"]["status"] == "InProgress"
    assert eks.describe_cluster(name="my-cluster")["cluster"]["status"] == "UPDATING"
    refused = refusal(eks.update_cluster_config, name="my-cluster", deletionProtection=True)
    assert (refused.code, refused.message) == (
        "ResourceInUseException",
        f"Cannot DeletionProtectionUpdate because cluster my-cluster currently has update {update['id']} "
        "in progress",
    )
    refused = refusal(eks.delete_cluster, name="my-cluster")
    assert (refused.code, refused.message) == (
        "ResourceInUseException",
        "Cannot delete because cluster my-cluster currently has an update in progress",
    )
    eks.get_waiter("cluster_active").wait(name="my-cluster", WaiterConfig=QUICKLY)
    assert eks.describe_update(**of_update)["update"]["status"] == "Successful"
    eks.update_cluster_config(name="my-cluster", deletionProtection=True)


def test_what_is_being_updated_is_not_updated_again(delayed, refusal):
    eks = delayed("1h", "update")
    CREATE["nodegroup"](eks)
    CREATE["addon"](eks)
    eks.update_nodegroup_config(**GROUP, scalingConfig={"maxSize": 3})
    eks.update_addon(**ADDON, configurationValues="{}")
    assert eks.describe_nodegroup(**GROUP)["nodegroup"]["status"] == "UPDATING"
    assert eks.describe_addon(**ADDON)["addon"]["status"] == "UPDATING"
    for call in (eks.update_nodegroup_config, eks.update_nodegroup_version):
        refused = refusal(call, **GROUP)
        assert (refused.code, refused.message) == (
            "ResourceInUseException",
            "Nodegroup cannot be updated as it is currently not in Active State",
        )
    assert refusal(eks.update_addon, **ADDON).code == "ResourceInUseException"


def test_names_and_what_depends_on_them_are_taken_until_a_deletion_is_over(delayed, refusal):
    eks = delayed("1h", "deletion")
    CREATE["nodegroup"](eks)
    eks.delete_nodegroup(**GROUP)
    # Again is harmless, and does not put the end off.
    assert eks.delete_nodegroup(**GROUP)["nodegroup"]["status"] == "DELETING"
    assert refusal(CREATE["nodegroup"], eks=eks).code == "ResourceInUseException"
    assert refusal(eks.delete_cluster, name="my-cluster").message == "Cluster has nodegroups attached"


@pytest.mark.parametrize("argument", ["pod=1s", "cluster", "cluster=soon", "cluster=-1s"])
def test_delays_that_make_no_sense_are_refused(mock_binary, argument):
    run = subprocess.run([mock_binary, "--eks-delay", argument], capture_output=True, text=True, timeout=20)
    assert run.returncode == 2
    assert argument in run.stderr
