"""The errors of the Python package: where they stand in the tree, and what they tell."""

import copy
import pickle

import podpass
import pytest
from podpass.mock import MockServer
from workflow import MANIFEST, actions


def test_failed_step_tells_what_was_done_and_what_is_left(manifest):
    with MockServer(clusters=["my-cluster"], quotas={"RolesPerAccount": 0}) as mock:
        plan = podpass.plan(manifest, session=mock.session())
        with pytest.raises(podpass.ApplyError) as caught:
            podpass.apply(plan, session=mock.session())
    error = caught.value
    assert actions(error.failed) == ["createRole"]
    assert set(actions(error.left)) == {"attachPolicy", "createAssociation"}
    assert set(actions(error.done)) == {"createPolicy", "createServiceAccount"}
    cause = error.__cause__
    assert isinstance(cause, podpass.LimitExceededError)
    assert (cause.service, cause.operation) == ("IAM", "CreateRole")
    assert (cause.code, cause.status) == ("LimitExceeded", 409)
    assert cause.request_id
    assert error.errors == (cause,)


def test_no_answer_is_an_unreachable_error(manifest):
    session = podpass.Session(
        region="us-west-2",
        endpoint_url="http://127.0.0.1:1",
        access_key_id="test",
        secret_access_key="test",
    )
    with pytest.raises(podpass.UnreachableError) as caught:
        podpass.plan(manifest, session=session)
    assert (caught.value.code, caught.value.status) == (None, None)


def test_cluster_without_a_context_is_a_kubernetes_error(manifest, session, tmp_path):
    empty = tmp_path / "kubeconfig"
    empty.write_text("apiVersion: v1\nkind: Config\n")
    lost = podpass.Session(
        region="us-west-2",
        endpoint_url=session.endpoint_url,
        access_key_id="test",
        secret_access_key="test",
        kubeconfig=empty,
    )
    with pytest.raises(podpass.KubernetesError):
        podpass.plan(manifest, session=lost)


def test_errors_survive_pickling_and_copying():
    error = podpass.NotFoundError("gone", "look elsewhere", "IAM", "GetRole", "NoSuchEntity", 404, "r1")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is podpass.NotFoundError
        assert (str(other), other.hint, other.code) == ("gone", "look elsewhere", "NoSuchEntity")


def test_wrong_settings_are_podpass_errors():
    with pytest.raises(podpass.Error, match="given together"):
        podpass.Session(access_key_id="test")
    with pytest.raises(podpass.Error, match="twelve digits"):
        MockServer(account="12")
    with pytest.raises(podpass.Error, match="unknown quota `Nope`"):
        MockServer(quotas={"Nope": 1})
    manifest = podpass.Manifest.from_str(MANIFEST)
    with pytest.raises(podpass.Error, match="`nowhere` is not an AWS region"):
        podpass.plan(manifest, session=podpass.Session(region="nowhere"))
