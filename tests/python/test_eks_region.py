"""What EKS has beside clusters of its own: clusters of elsewhere, subscriptions, versions."""

import pytest

ACCOUNT = "111122223333"
CONNECTOR = {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/connector", "provider": "GKE"}
TERM = {"duration": 12, "unit": "MONTHS"}


def test_a_cluster_of_elsewhere_is_registered_shown_and_taken_away(eks, refusal):
    registered = eks.register_cluster(name="elsewhere", connectorConfig=CONNECTOR)["cluster"]
    assert registered["status"] == "PENDING"
    assert registered["arn"] == f"arn:aws:eks:us-west-2:{ACCOUNT}:cluster/elsewhere"
    code = registered["connectorConfig"].pop("activationCode")
    assert len(code) > 16
    assert eks.describe_cluster(name="elsewhere")["cluster"] == registered
    assert eks.list_clusters()["clusters"] == ["my-cluster"]
    pages = eks.get_paginator("list_clusters").paginate(include=["all"], PaginationConfig={"PageSize": 1})
    assert [page["clusters"] for page in pages] == [["my-cluster"], ["elsewhere"]]

    tags = {"resourceArn": registered["arn"]}
    eks.tag_resource(**tags, tags={"a": "b"})
    assert eks.list_tags_for_resource(**tags)["tags"] == {"a": "b"}

    for taken in ("elsewhere", "my-cluster"):
        refused = refusal(eks.register_cluster, name=taken, connectorConfig=CONNECTOR)
        assert refused.code == "ResourceInUseException"
    refused = refusal(
        eks.create_cluster, name="elsewhere", roleArn=CONNECTOR["roleArn"], resourcesVpcConfig={}
    )
    assert refused.code == "ResourceInUseException"
    # Its parts cannot be managed from here.
    assert refusal(eks.list_nodegroups, clusterName="elsewhere").code == "ResourceNotFoundException"

    assert eks.deregister_cluster(name="elsewhere")["cluster"]["status"] == "DELETING"
    assert refusal(eks.describe_cluster, name="elsewhere").code == "ResourceNotFoundException"
    # Clusters of EKS's own are deleted, not deregistered.
    assert refusal(eks.deregister_cluster, name="my-cluster").code == "ResourceNotFoundException"


def test_a_request_token_makes_registering_idempotent(eks, refusal):
    call = {"name": "elsewhere", "connectorConfig": CONNECTOR, "clientRequestToken": "t"}
    assert eks.register_cluster(**call)["cluster"] == eks.register_cluster(**call)["cluster"]
    refused = refusal(eks.register_cluster, **{**call, "name": "another"})
    assert refused.code == "InvalidParameterException"


def test_subscriptions_are_created_listed_changed_and_kept_until_they_expire(eks, refusal):
    call = {"name": "s", "term": TERM, "licenseQuantity": 2, "clientRequestToken": "t"}
    created = eks.create_eks_anywhere_subscription(**call)["subscription"]
    assert eks.create_eks_anywhere_subscription(**call)["subscription"] == created
    assert refusal(eks.create_eks_anywhere_subscription, **{**call, "name": "z"}).code == (
        "InvalidParameterException"
    )
    assert (created["status"], created["term"], created["licenseQuantity"]) == ("CREATING", TERM, 2)
    arn = f"arn:aws:eks:us-west-2:{ACCOUNT}:eks-anywhere-subscription/{created['id']}"
    assert created["arn"] == arn
    assert 364 < (created["expirationDate"] - created["effectiveDate"]).days < 367

    of_it = {"id": created["id"]}
    described = eks.describe_eks_anywhere_subscription(**of_it)["subscription"]
    assert described == {**created, "status": "ACTIVE"}
    assert eks.list_eks_anywhere_subscriptions()["subscriptions"] == [described]
    assert eks.list_eks_anywhere_subscriptions(includeStatus=["EXPIRED"])["subscriptions"] == []
    changed = eks.update_eks_anywhere_subscription(**of_it, autoRenew=True)["subscription"]
    assert changed == {**described, "autoRenew": True}
    eks.tag_resource(resourceArn=arn, tags={"a": "b"})
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    assert refusal(eks.delete_eks_anywhere_subscription, **of_it).code == "InvalidRequestException"

    for operation in (eks.describe_eks_anywhere_subscription, eks.delete_eks_anywhere_subscription):
        with pytest.raises(eks.exceptions.ResourceNotFoundException) as caught:
            operation(id="none")
        assert caught.value.response["subscriptionId"] == "none"


@pytest.mark.parametrize("wrong", [{"term": {"duration": 7, "unit": "MONTHS"}}, {"licenseQuantity": 0}])
def test_subscriptions_that_cannot_be_had_are_refused(eks, refusal, wrong):
    call = {"name": "s", "term": TERM, **wrong}
    assert refusal(eks.create_eks_anywhere_subscription, **call).code == "InvalidParameterException"


def test_versions_of_clusters_are_listed_from_the_newest(eks):
    versions = eks.describe_cluster_versions(includeAll=True)["clusterVersions"]
    names = [version["clusterVersion"] for version in versions]
    assert names == sorted(names, reverse=True)
    default = eks.describe_cluster_versions(defaultOnly=True)["clusterVersions"]
    assert [version["clusterVersion"] for version in default] == ["1.33"]
    pages = eks.get_paginator("describe_cluster_versions").paginate(
        includeAll=True, PaginationConfig={"PageSize": 2}
    )
    paged = [version["clusterVersion"] for page in pages for version in page["clusterVersions"]]
    assert paged == names
    named = eks.describe_cluster_versions(clusterVersions=["1.31"])["clusterVersions"]
    assert [version["clusterVersion"] for version in named] == ["1.31"]
    for status in ("STANDARD_SUPPORT", "EXTENDED_SUPPORT", "UNSUPPORTED"):
        answered = eks.describe_cluster_versions(versionStatus=status)["clusterVersions"]
        assert answered == [version for version in versions if version["versionStatus"] == status]


def test_an_update_that_is_no_rollback_cannot_be_cancelled(eks, refusal):
    update = eks.update_cluster_version(name="my-cluster", version="1.34")["update"]
    refused = refusal(eks.cancel_update, name="my-cluster", updateId=update["id"])
    assert refused.code == "InvalidRequestException"
    refused = refusal(eks.cancel_update, name="my-cluster", updateId="none")
    assert refused.code == "ResourceNotFoundException"
