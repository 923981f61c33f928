"""Rotating the certificate authority of a cluster, as boto3 meets it, and as who connects does."""

import base64
import ssl
import time
import urllib.request

import pytest

CLUSTER = {"clusterName": "my-cluster"}


@pytest.fixture
def first(eks):
    """The id of the authority that the cluster was created with."""
    [authority] = eks.list_certificate_authorities(**CLUSTER)["certificateAuthorities"]
    return authority["id"]


def describe(eks, authority: str) -> dict:
    answer = eks.describe_certificate_authority(**CLUSTER, certificateAuthorityId=authority)
    return answer["certificateAuthority"]


def create(eks, **arguments) -> str:
    return eks.create_certificate_authority(**CLUSTER, **arguments)["certificateAuthority"]["id"]


def activate(eks, authority: str, **arguments) -> dict:
    return eks.activate_certificate_authority(
        **CLUSTER, certificateAuthorityId=authority, **arguments
    )


def delete(eks, authority: str) -> dict:
    return eks.delete_certificate_authority(**CLUSTER, certificateAuthorityId=authority)


def trusted(eks) -> list[str]:
    """The certificates of the cluster's trust bundle."""
    data = eks.describe_cluster(name="my-cluster")["cluster"]["certificateAuthority"]["data"]
    bundle = base64.b64decode(data, validate=True).decode()
    end = "-----END CERTIFICATE-----\n"
    return [certificate + end for certificate in bundle.split(end) if certificate]


def statuses(eks) -> dict:
    listed = eks.list_certificate_authorities(**CLUSTER)["certificateAuthorities"]
    return {one["id"]: (one["signingStatus"], one["distributionStatus"]) for one in listed}


def test_a_cluster_begins_with_one_authority_of_eks_own(eks, first):
    authority = describe(eks, first)
    assert authority["createdBy"] == authority["activatedBy"] == "EKS"
    assert (authority["signingStatus"], authority["distributionStatus"]) == ("IN_USE", "COMPLETE")
    assert authority["createdAt"] == authority["activatedAt"]
    assert authority["rollbackAvailable"] is False
    years = (authority["validity"]["notAfter"] - authority["validity"]["notBefore"]).days / 365.25
    assert round(years) == 10
    assert [base64.b64decode(authority["data"]).decode()] == trusted(eks)
    ssl.create_default_context(cadata=trusted(eks)[0])


def test_a_rotation_goes_from_one_authority_over_two_to_the_other(eks, first):
    created = eks.create_certificate_authority(**CLUSTER)
    second = created["certificateAuthority"]
    assert (second["createdBy"], second["signingStatus"]) == ("CUSTOMER", "NOT_USED")
    assert second["distributionStatus"] == "IN_PROGRESS"
    assert "activatedAt" not in second
    update = created["update"]
    assert (update["type"], update["status"]) == ("CertificateAuthorityUpdate", "InProgress")
    assert {"type": "CertificateAuthorityId", "value": second["id"]} in update["params"]
    described = eks.describe_update(name="my-cluster", updateId=update["id"])["update"]
    assert described == {**update, "status": "Successful"}
    assert len(set(trusted(eks))) == 2

    activated = activate(eks, second["id"])["certificateAuthority"]
    assert activated["signingStatus"] == "ACTIVATING"
    assert activated["activatedBy"] == "CUSTOMER"
    assert statuses(eks) == {
        first: ("NOT_USED", "COMPLETE"),
        second["id"]: ("IN_USE", "COMPLETE"),
    }
    assert describe(eks, first)["rollbackAvailable"] is True

    going = delete(eks, first)["certificateAuthority"]
    assert (going["id"], going["distributionStatus"]) == (first, "DELETING")
    assert list(statuses(eks)) == [second["id"]]
    assert [base64.b64decode(describe(eks, second["id"])["data"]).decode()] == trusted(eks)


def test_an_activation_can_be_taken_back(eks, first):
    second = create(eks)
    activate(eks, second)
    activate(eks, first)
    assert statuses(eks)[first][0] == "IN_USE"
    assert describe(eks, second)["rollbackAvailable"] is True
    delete(eks, second)
    assert list(statuses(eks)) == [first]


def test_what_does_not_fit_a_rotation_is_refused(eks, refusal, first):
    refused = refusal(eks.list_certificate_authorities, clusterName="none")
    assert (refused.code, refused.message) == (
        "ResourceNotFoundException",
        "No cluster found for name: none.",
    )
    for operation in (activate, delete, describe):
        assert refusal(operation, eks=eks, authority="none").code == "ResourceNotFoundException"
    assert refusal(activate, eks=eks, authority=first).code == "InvalidParameterException"
    assert refusal(delete, eks=eks, authority=first).code == "ResourceInUseException"
    second = create(eks)
    refused = refusal(create, eks=eks)
    assert (refused.code, refused.status) == ("ResourceLimitExceededException", 400)
    activate(eks, second)
    assert refusal(delete, eks=eks, authority=second).code == "ResourceInUseException"


def test_request_tokens_make_rotations_idempotent(eks, refusal, first):
    token = {"clientRequestToken": "t"}
    made = eks.create_certificate_authority(**CLUSTER, **token)
    again = eks.create_certificate_authority(**CLUSTER, **token)
    assert made["update"] == again["update"]
    assert made["certificateAuthority"] == again["certificateAuthority"]
    second = made["certificateAuthority"]["id"]
    refused = refusal(activate, eks=eks, authority=second, **token)
    assert refused.code == "InvalidParameterException"
    activate(eks, second, clientRequestToken="u")
    activate(eks, second, clientRequestToken="u")


def test_pages_of_authorities(eks, first):
    second = create(eks)
    pages = eks.get_paginator("list_certificate_authorities").paginate(
        **CLUSTER, PaginationConfig={"PageSize": 1}
    )
    listed = [[one["id"] for one in page["certificateAuthorities"]] for page in pages]
    assert sorted(listed) == sorted([[first], [second]])


def test_a_rotation_takes_its_time(make_mock, refusal):
    eks = make_mock("--cluster=my-cluster", "--eks-delay=update=400ms").client("eks")
    [first] = statuses(eks)
    second = create(eks)
    assert statuses(eks)[second] == ("NOT_USED", "IN_PROGRESS")
    assert eks.describe_cluster(name="my-cluster")["cluster"]["status"] == "UPDATING"
    assert refusal(activate, eks=eks, authority=second).code == "InvalidParameterException"
    assert refusal(delete, eks=eks, authority=second).code == "ResourceInUseException"
    time.sleep(0.5)
    activate(eks, second)
    assert (statuses(eks)[first][0], statuses(eks)[second][0]) == ("IN_USE", "ACTIVATING")
    time.sleep(0.5)
    assert (statuses(eks)[first][0], statuses(eks)[second][0]) == ("NOT_USED", "IN_USE")


def test_whoever_trusts_any_authority_of_a_cluster_reaches_it(make_mock):
    eks = make_mock("--cluster=my-cluster", "--tls-listen=127.0.0.1:0").client("eks")
    endpoint = eks.describe_cluster(name="my-cluster")["cluster"]["endpoint"]

    def reaches(certificates: str) -> bool:
        context = ssl.create_default_context(cadata=certificates)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{endpoint}/version", context=context, timeout=10)
        return refused.value.code == 401

    [first] = statuses(eks)
    [old] = trusted(eks)
    activate(eks, create(eks))
    assert reaches("".join(trusted(eks)))
    delete(eks, first)
    [new] = trusted(eks)
    assert new != old
    assert reaches(new)
    assert reaches(old)
