"""What podpass itself makes of throttling, lost answers and errors: it copes, or can be run again."""

import podpass
import pytest
from podpass.mock import Fault, MockServer
from workflow import MANIFEST

WRITES = [
    "CreatePolicy",
    "CreateRole",
    "AttachRolePolicy",
    "CreatePodIdentityAssociation",
]


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
def test_apply_goes_on_or_again_when_an_answer_is_lost(mock, manifest, operation):
    mock.add_faults(Fault.on(operation).nth(1).drop_after())
    try:
        apply(mock, manifest)
    except podpass.ApplyError:
        # What was made is known by its tag: the second run finds it and makes the rest.
        apply(mock, manifest)
    assert is_done(mock, manifest)
    assert mock.faults()[0].fired == 1


@pytest.mark.parametrize("operation", [*WRITES, "patch serviceaccounts"])
def test_apply_goes_on_when_a_request_is_lost(mock, manifest, operation):
    mock.add_faults(Fault.on(operation).nth(1).drop_before())
    try:
        apply(mock, manifest)
    except podpass.ApplyError:
        apply(mock, manifest)
    assert is_done(mock, manifest)


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
