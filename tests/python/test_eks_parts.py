"""What else an EKS cluster can have: Fargate profiles, OIDC providers, encryption, insights."""

from datetime import UTC, datetime, timedelta

import pytest

ACCOUNT = "111122223333"
PROFILE = {"clusterName": "my-cluster", "fargateProfileName": "batch"}
POD_EXECUTION = {"podExecutionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/fargate"}
OIDC = {
    "identityProviderConfigName": "corporate",
    "issuerUrl": "https://issuer.example",
    "clientId": "kubernetes",
}
NAMED = {"type": "oidc", "name": "corporate"}
KEY = [{"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:us-west-2:111122223333:key/k"}}]


# --- Fargate profiles ----------------------------------------------------------------------------


@pytest.fixture
def create(eks):
    def call(**members):
        members = {**PROFILE, **POD_EXECUTION, "selectors": [{"namespace": "batch"}], **members}
        return eks.create_fargate_profile(**members)["fargateProfile"]

    return call


def test_a_fargate_profile_lives_from_creating_over_active_to_deleting(eks, create):
    created = create(tags={"team": "a"})
    assert created["status"] == "CREATING"
    assert created["fargateProfileArn"].startswith(
        f"arn:aws:eks:us-west-2:{ACCOUNT}:fargateprofile/my-cluster/batch/"
    )
    eks.get_waiter("fargate_profile_active").wait(**PROFILE, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    described = eks.describe_fargate_profile(**PROFILE)["fargateProfile"]
    assert described == {**created, "status": "ACTIVE"}
    assert eks.list_fargate_profiles(clusterName="my-cluster")["fargateProfileNames"] == ["batch"]
    assert eks.delete_fargate_profile(**PROFILE)["fargateProfile"]["status"] == "DELETING"
    eks.get_waiter("fargate_profile_deleted").wait(**PROFILE, WaiterConfig={"Delay": 1, "MaxAttempts": 2})


def test_fargate_profiles_are_refused_by_name_and_by_selector(eks, create, refusal):
    for selectors in ([], [{"labels": {"a": "b"}}]):
        refused = refusal(create, selectors=selectors)
        assert (refused.code, refused.message) == (
            "InvalidParameterException",
            "Fargate Profile must have at least one selector with at least one namespace value.",
        )
    create()
    refused = refusal(create)
    assert refused.code == "ResourceInUseException"
    assert refused.message == "A Fargate Profile already exists with this name in this cluster."
    assert refusal(create, clusterName="none").message == "No cluster found for name: none."
    assert refusal(eks.delete_cluster, name="my-cluster").code == "ResourceInUseException"
    eks.delete_fargate_profile(**PROFILE)
    refused = refusal(eks.describe_fargate_profile, **PROFILE)
    assert (refused.status, refused.message) == (404, "No Fargate Profile found with name: batch.")


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "../a", "ä", "💩"])
def test_a_fargate_profile_has_a_name_that_a_path_can_hold(create, refusal, name):
    refused = refusal(create, fargateProfileName=name)
    assert refused.code == "InvalidParameterException"
    assert refused.message.startswith("The Fargate profile name parameter contains invalid characters.")


def test_a_fargate_profile_selects_five_namespaces_by_names_that_they_can_have(create, refusal):
    for namespace in ("bad_ns", "-x", "Prod", "a" * 64):
        refused = refusal(create, selectors=[{"namespace": namespace}])
        assert (refused.code, refused.message) == (
            "InvalidParameterException",
            "The namespace provided is invalid.",
        )
    assert refusal(create, selectors=[{"namespace": ""}]).message.startswith("Fargate Profile must have")
    selectors = [{"namespace": namespace} for namespace in ("a", "prod-*", "*", "a?", "e")]
    refused = refusal(create, selectors=[*selectors, {"namespace": "f"}])
    assert refused.message == "Request contains more than 5 Selectors"
    assert create(selectors=selectors)["selectors"] == selectors


def test_a_request_token_makes_create_fargate_profile_idempotent(create, refusal):
    assert create(clientRequestToken="t") == create(clientRequestToken="t")
    assert refusal(create, clientRequestToken="t", subnets=["s"]).code == "InvalidParameterException"


# --- OIDC providers ------------------------------------------------------------------------------


def test_an_oidc_provider_is_associated_described_and_disassociated(eks, refusal):
    update = eks.associate_identity_provider_config(
        clusterName="my-cluster", oidc=OIDC, tags={"team": "a"}
    )["update"]
    assert (update["type"], update["status"]) == ("AssociateIdentityProviderConfig", "InProgress")
    named = {"clusterName": "my-cluster", "identityProviderConfig": NAMED}
    described = eks.describe_identity_provider_config(**named)["identityProviderConfig"]["oidc"]
    assert {key: described[key] for key in OIDC} == OIDC
    assert (described["status"], described["tags"]) == ("ACTIVE", {"team": "a"})
    arn = described["identityProviderConfigArn"]
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "a"}

    listed = eks.list_identity_provider_configs(clusterName="my-cluster")
    assert listed["identityProviderConfigs"] == [NAMED]
    another = {**OIDC, "identityProviderConfigName": "another"}
    refused = refusal(eks.associate_identity_provider_config, clusterName="my-cluster", oidc=another)
    assert (refused.code, refused.status) == ("ResourceInUseException", 409)

    eks.disassociate_identity_provider_config(**named)
    for operation in (
        eks.describe_identity_provider_config,
        eks.disassociate_identity_provider_config,
    ):
        refused = refusal(operation, **named)
        assert (refused.status, refused.message) == (
            404,
            f"No config found for cluster: my-cluster, config type: oidc, config name: {NAMED['name']}",
        )


def test_a_cluster_does_not_know_users_by_its_own_issuer(eks, refusal):
    issuer = eks.describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]
    oidc = {**OIDC, "issuerUrl": issuer}
    refused = refusal(eks.associate_identity_provider_config, clusterName="my-cluster", oidc=oidc)
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        "Incorrect Identity Provider URL configuration. The Identity Provider URL cannot be same as "
        "OpenID Connect (OIDC) issuer URL",
    )


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"identityProviderConfigName": ""}, "The parameter identityProviderConfigName should not be empty."),
        ({"clientId": ""}, "The parameter clientId should not be empty."),
        ({"issuerUrl": ""}, "IssuerURL must use https:// scheme."),
        ({"issuerUrl": "http://issuer.example"}, "IssuerURL must use https:// scheme."),
        *(
            (
                {"issuerUrl": url},
                "IssuerURL must be the URL of a host, with neither query parameters nor a fragment.",
            )
            for url in ("https://", "https://a b", "https://issuer.example?a=b", "https://issuer.example/#a")
        ),
        ({"usernamePrefix": "system:"}, "The prefix system: is reserved for Kubernetes system use"),
        ({"groupsPrefix": "system:"}, "The prefix system: is reserved for Kubernetes system use"),
    ],
)
def test_an_oidc_provider_that_cannot_be_asked_is_refused(eks, refusal, members, message):
    oidc = {**OIDC, **members}
    refused = refusal(eks.associate_identity_provider_config, clusterName="my-cluster", oidc=oidc)
    assert (refused.code, refused.message) == ("InvalidParameterException", message)
    refused = refusal(eks.associate_identity_provider_config, clusterName="none", oidc=oidc)
    assert refused.code == "ResourceNotFoundException"


# --- encryption and insights -----------------------------------------------------------------------


def test_encryption_is_enabled_once(eks, refusal):
    asked = {"clusterName": "my-cluster", "encryptionConfig": KEY}
    other = [{**KEY[0], "resources": ["configmaps"]}]
    refused = refusal(eks.associate_encryption_config, clusterName="my-cluster", encryptionConfig=other)
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        "Invalid k8s resource for encryption",
    )
    assert eks.associate_encryption_config(**asked)["update"]["type"] == "AssociateEncryptionConfig"
    assert eks.describe_cluster(name="my-cluster")["cluster"]["encryptionConfig"] == KEY
    assert refusal(eks.associate_encryption_config, **asked).code == "InvalidRequestException"


def test_insights_are_refreshed_and_there_are_none(eks, refusal):
    assert eks.start_insights_refresh(clusterName="my-cluster")["status"] == "IN_PROGRESS"
    refresh = eks.describe_insights_refresh(clusterName="my-cluster")
    assert refresh["status"] == "COMPLETED"
    assert datetime.now(UTC) - refresh["endedAt"] < timedelta(minutes=1)
    assert eks.list_insights(clusterName="my-cluster")["insights"] == []
    assert refusal(eks.describe_insight, clusterName="my-cluster", id="none").status == 404
    assert refusal(eks.list_insights, clusterName="none").message == "No cluster found for name: none."
