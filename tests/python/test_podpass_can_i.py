"""`podpass.can_i`: whether the pods of a service account may do something."""

import asyncio
import json
import os

import podpass
import pytest
from podpass.policy import PolicyDocument

OBJECT = "arn:aws:s3:::my-bucket/key"
BUCKET = "arn:aws:s3:::my-bucket"


@pytest.fixture
def ask(manifest, session):
    """Asks about the manifest's service account, once everything is as the manifest says."""
    podpass.apply(podpass.plan(manifest, session=session), session=session)

    def ask(resource, service_account="my-service-account", **arguments):
        return podpass.can_i(
            "s3:GetObject",
            resource,
            cluster="my-cluster",
            service_account=service_account,
            session=session,
            **arguments,
        )

    return ask


def test_pods_may_do_what_the_policy_allows(ask):
    access = ask(BUCKET)
    assert access and access.allowed and access.reasons == ()
    assert [step.stage for step in access.steps] == ["assume-role", "act"]
    assert {step.role for step in access.steps} == {"arn:aws:iam::111122223333:role/my-role"}
    assert access.decision == access.steps[-1].decision and access.decision.is_allowed
    assert access.decision.matched[0].policy == "arn:aws:iam::111122223333:policy/my-policy"


def test_bucket_without_its_objects_is_explained_with_a_remedy(ask):
    access = ask(OBJECT)
    assert not access and access.decision.outcome == "ImplicitDeny"
    match access.reasons:
        case (podpass.AccessReason("policy", message, remedy),):
            assert message.endswith(f"is about `{BUCKET}`, not `{OBJECT}`")
            assert remedy == f"name what is inside it as well: `{BUCKET}/*`"
        case other:
            pytest.fail(f"{other}")
    assert json.loads(json.dumps(access.to_dict()))["allowed"] is False


def test_service_account_without_an_association_gets_nothing(ask):
    access = ask(BUCKET, service_account="other")
    assert not access and access.steps == () and access.decision is None
    (reason,) = access.reasons
    assert reason.kind == "association-missing" and "create-pod-identity-association" in reason.remedy
    assert ask(BUCKET, namespace="elsewhere").reasons[0].kind == "association-missing"


def test_unknown_cluster_is_a_no(session):
    access = podpass.can_i("s3:GetObject", BUCKET, cluster="none", service_account="a", session=session)
    assert [reason.kind for reason in access.reasons] == ["cluster-missing"]


def test_policy_of_the_resource_and_context_take_part(ask):
    deny = PolicyDocument.from_dict(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
            },
        }
    )
    inside = ask(BUCKET, resource_policy=deny, context={"aws:SourceIp": "192.0.2.1"})
    assert inside.allowed
    outside = ask(BUCKET, resource_policy=deny, context={"aws:SourceIp": "198.51.100.1"})
    assert (outside.decision.outcome, outside.decision.layer) == ("ExplicitDeny", "resource")


def test_awaited_answer_is_the_same(ask, session):
    awaited = asyncio.run(
        podpass.aio.can_i(
            "s3:GetObject",
            OBJECT,
            cluster="my-cluster",
            service_account="my-service-account",
            session=session,
        )
    )
    assert awaited == ask(OBJECT)


def test_wrong_names_and_an_unknown_region_are_errors(podpass_mock, monkeypatch):
    with pytest.raises(podpass.Error, match="-x"):
        podpass.can_i("s3:GetObject", BUCKET, cluster="-x", service_account="a")
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    with pytest.raises(podpass.Error, match="in which region") as caught:
        podpass.can_i("s3:GetObject", BUCKET, cluster="my-cluster", service_account="a")
    assert "AWS_REGION" in caught.value.hint
