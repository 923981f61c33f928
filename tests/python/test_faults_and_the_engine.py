"""What podpass itself makes of throttling, lost answers and errors: it copes, or can be run again."""

import json

import boto3
import podpass
import pytest
from podpass.mock import Fault, MockServer

WRITES = ["CreatePolicy", "CreateRole", "AttachRolePolicy", "CreatePodIdentityAssociation"]


@pytest.fixture
def mock():
    with MockServer(clusters=["my-cluster"], seed=1) as mock:
        yield mock


def apply(mock, manifest):
    session = mock.session()
    return podpass.apply(podpass.plan(manifest, session=session), session=session)


def is_done(mock, manifest) -> bool:
    session = mock.session()
    return not podpass.plan(manifest, session=session).steps and podpass.verify(manifest, session=session).ok


@pytest.mark.parametrize("operation", [*WRITES, "patch serviceaccounts"])
@pytest.mark.parametrize("lost", [Fault.drop_before, Fault.drop_after])
def test_apply_goes_on_when_a_request_or_its_answer_is_lost(mock, manifest, operation, lost):
    mock.add_faults(lost(Fault.on(operation).nth(1)))
    apply(mock, manifest)
    assert is_done(mock, manifest)
    assert mock.faults()[0].fired == 1


def test_apply_goes_on_when_the_answer_to_a_policys_fifth_version_is_lost(mock, manifest):
    apply(mock, manifest)
    iam = boto3.client("iam", **mock.boto3_kwargs())
    for action in ("s3:Get*", "s3:Put*", "s3:List*", "s3:*"):
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        iam.create_policy_version(
            PolicyArn="arn:aws:iam::111122223333:policy/my-policy",
            PolicyDocument=json.dumps(document),
            SetAsDefault=True,
        )
    mock.add_faults(Fault.on("CreatePolicyVersion").nth(1).drop_after())
    apply(mock, manifest)
    assert is_done(mock, manifest)
    # The SDK's second attempt finds no room: the first one took it.
    assert [call.status for call in mock.requests(operation="CreatePolicyVersion")][-2:] == [200, 409]


@pytest.mark.parametrize("fault", ["Throttling", "ServiceUnavailable", 503, "garbage"])
def test_apply_gets_through_what_passes(mock, manifest, fault):
    trouble = Fault.on("*").every(5)
    if fault == "garbage":
        trouble = Fault.on("*").first(1).garbage()
    elif isinstance(fault, int):
        trouble = trouble.status(fault)
    else:
        trouble = trouble.answer(fault)
    mock.add_faults(trouble.service("iam"), trouble.service("eks"))
    for _ in range(3):
        try:
            apply(mock, manifest)
            break
        except podpass.Error:
            continue
    mock.clear_faults()
    assert is_done(mock, manifest)


def test_apply_gets_through_throttling(mock, manifest):
    mock.throttle = {"iam-read": (5, 2), "iam-write": (5, 1), "eks-read": (5, 1), "eks-write": (5, 1)}
    apply(mock, manifest)
    throttled = [request for request in mock.requests() if request.error_code in ("Throttling", "ThrottlingException")]
    assert throttled
    mock.throttle = {}
    assert is_done(mock, manifest)


def test_destroy_goes_on_or_again_when_an_answer_is_lost(mock, manifest):
    apply(mock, manifest)
    mock.add_faults(Fault.on("Delete*").every(2).times(2).drop_after())
    session = mock.session()
    for _ in range(4):
        try:
            podpass.destroy(manifest, session=session)
            break
        except podpass.Error:
            continue
    assert mock.requests(operation="DeleteRole")
    mock.clear_faults()
    assert {step.action for step in podpass.plan(manifest, session=session).steps} >= {"createRole"}
