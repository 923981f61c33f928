"""EKS capabilities, as boto3 meets them."""

import pytest

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/capability"
ACK = {"clusterName": "my-cluster", "capabilityName": "my-ack"}
SOMEONE = {"id": "someone", "type": "SSO_USER"}
OTHERS = {"id": "others", "type": "SSO_GROUP"}


@pytest.fixture
def create(eks):
    needed = {**ACK, "type": "ACK", "roleArn": ROLE, "deletePropagationPolicy": "RETAIN"}
    return lambda **members: eks.create_capability(**{**needed, **members})["capability"]


@pytest.fixture
def described(eks):
    return lambda name="my-ack": eks.describe_capability(clusterName="my-cluster", capabilityName=name)[
        "capability"
    ]


def test_a_capability_lives_from_creating_over_active_to_deleting(eks, create, described):
    created = create(configuration={"ack": {"enableCrossNamespace": True}}, tags={"team": "a"})
    assert created["status"] == "CREATING"
    arn = f"arn:aws:eks:us-west-2:{ACCOUNT}:capability/my-cluster/ack/my-ack/"
    assert created["arn"].startswith(arn)
    assert created["configuration"] == {"ack": {"enableCrossNamespace": True}}
    assert described() == {**created, "status": "ACTIVE"}
    listed = eks.list_capabilities(clusterName="my-cluster")["capabilities"]
    assert [(one["capabilityName"], one["type"], one["status"]) for one in listed] == [
        ("my-ack", "ACK", "ACTIVE")
    ]
    assert eks.delete_capability(**ACK)["capability"]["status"] == "DELETING"
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_capability(**ACK)
    assert eks.list_capabilities(clusterName="my-cluster")["capabilities"] == []


def test_a_cluster_has_one_capability_of_each_type(create, refusal):
    create()
    assert refusal(create, capabilityName="other").code == "ResourceInUseException"
    assert refusal(create, type="KRO").code == "ResourceInUseException"
    create(capabilityName="other", type="KRO")


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "ä"])
def test_a_capability_has_a_name_that_a_path_can_hold(create, refusal, name):
    refused = refusal(create, capabilityName=name)
    assert refused.code == "InvalidParameterException"
    assert refused.message.startswith("The parameter capabilityName contains invalid characters.")


def test_a_request_token_makes_create_capability_idempotent(create, refusal):
    assert create(clientRequestToken="t") == create(clientRequestToken="t")
    assert refusal(create, clientRequestToken="t", type="KRO").code == "InvalidParameterException"


def test_lists_of_capabilities_have_pages(eks, create):
    for kind in ("ACK", "ARGOCD", "KRO"):
        create(capabilityName=kind.lower(), type=kind)
    pages = eks.get_paginator("list_capabilities").paginate(
        clusterName="my-cluster", PaginationConfig={"PageSize": 2}
    )
    assert [[one["capabilityName"] for one in page["capabilities"]] for page in pages] == [
        ["ack", "argocd"],
        ["kro"],
    ]


def test_roles_in_argo_cd_are_given_and_taken_one_by_one(eks, create, described):
    argo = {"clusterName": "my-cluster", "capabilityName": "argo"}
    idc = {"idcInstanceArn": "arn:aws:sso:::instance/i"}
    mapping = [{"role": "ADMIN", "identities": [SOMEONE]}]
    create(
        capabilityName="argo",
        type="ARGOCD",
        configuration={"argoCd": {"awsIdc": idc, "rbacRoleMappings": mapping}},
    )

    def change(**mappings):
        configuration = {"argoCd": {"rbacRoleMappings": mappings}}
        return eks.update_capability(**argo, configuration=configuration)["update"]

    def mappings():
        return described("argo")["configuration"]["argoCd"]["rbacRoleMappings"]

    update = change(addOrUpdateRoleMappings=[{"role": "ADMIN", "identities": [SOMEONE, OTHERS]}])
    assert update["type"] == "CapabilityUpdate"
    assert [param["type"] for param in update["params"]] == ["RoleMappingsToAddOrUpdate"]
    assert mappings() == [{"role": "ADMIN", "identities": [SOMEONE, OTHERS]}]
    change(removeRoleMappings=[{"role": "ADMIN", "identities": [SOMEONE]}])
    assert mappings() == [{"role": "ADMIN", "identities": [OTHERS]}]
    change(removeRoleMappings=[{"role": "ADMIN", "identities": [OTHERS]}])
    assert mappings() == []
    assert described("argo")["configuration"]["argoCd"]["awsIdc"] == idc
    of_argo = {"name": "my-cluster", "capabilityName": "argo"}
    assert update["id"] in eks.list_updates(**of_argo)["updateIds"]
    assert eks.describe_update(**of_argo, updateId=update["id"])["update"]["status"] == "Successful"


def test_a_capability_is_tagged_by_its_arn(eks, create, described):
    arn = create()["arn"]
    eks.tag_resource(resourceArn=arn, tags={"stage": "dev"})
    assert described()["tags"] == eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "dev"}
