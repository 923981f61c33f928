"""The verbs of the Python package, against its own mock."""

import os

import boto3
import podpass
import pytest
from workflow import CREATIONS, MANIFEST, SUBJECT, TRUST_POLICY, actions


def test_workflow_ends_with_nothing_left_to_do(manifest, session):
    plan = podpass.plan(manifest, session=session)
    assert actions(plan.steps) == CREATIONS
    assert plan.totals == {"create": 5, "change": 0, "delete": 0}
    assert "+ create role `my-role`" in str(plan).splitlines()

    applied = podpass.apply(plan, session=session)
    assert sorted(actions(applied.done)) == sorted(CREATIONS)
    assert list(applied.associations) == [SUBJECT]

    report = podpass.verify(manifest, session=session)
    assert report.ok
    match report.findings:
        case (podpass.Finding("resource-never-matches", "warning", subject),):
            assert subject == "arn:aws:iam::111122223333:policy/my-policy"
        case other:
            pytest.fail(f"{other}")

    again = podpass.plan(manifest, session=session)
    assert again.is_empty and not again and len(again) == 0


def test_destroy_removes_what_its_plan_shows(manifest, session):
    podpass.apply(podpass.plan(manifest, session=session), session=session)
    shown = podpass.plan(manifest, session=session, destroy=True)
    assert shown.totals == {"create": 0, "change": 0, "delete": 5}
    removed = podpass.destroy(manifest, session=session)
    assert sorted(actions(removed.done)) == sorted(actions(shown.steps))
    assert actions(podpass.plan(manifest, session=session).steps) == CREATIONS


def test_report_of_what_is_missing_is_not_ok(manifest, session):
    report = podpass.verify(manifest, session=session)
    assert not report.ok
    assert {finding.code for finding in report.findings} >= {"role-missing", "association-missing"}
    assert report.to_dict()["findings"][0]["code"] == report.findings[0].code


def test_plan_survives_a_round_trip_through_plain_values(manifest, session):
    plan = podpass.plan(manifest, session=session)
    assert podpass.Plan.from_dict(plan.to_dict()) == plan
    with pytest.raises(ValueError, match="not a plan"):
        podpass.Plan.from_dict({"steps": [{"action": "dance"}]})


def test_without_a_session_the_environment_says_where_to_go(manifest, podpass_mock):
    podpass.apply(podpass.plan(manifest))
    assert podpass.verify(manifest).ok
    assert boto3.client("iam").get_role(RoleName="my-role")["Role"]["Path"] == "/"


def test_existing_role_is_left_alone_unless_adopted(manifest, session, podpass_mock):
    boto3.client("iam", **podpass_mock.boto3_kwargs()).create_role(
        RoleName="my-role", AssumeRolePolicyDocument=TRUST_POLICY
    )
    with pytest.raises(podpass.PlanConflictError) as caught:
        podpass.plan(manifest, session=session)
    (conflict,) = caught.value.conflicts
    assert conflict.to_dict()["conflict"] == "roleNotOwned"
    assert caught.value.hint == conflict.remedy
    assert podpass.plan(manifest, session=session, adopt=True)


def test_every_step_is_started_and_finished(manifest, session):
    events = []
    podpass.apply(podpass.plan(manifest, session=session), session=session, on_progress=events.append)
    for kind in ("started", "finished"):
        assert sorted(event.index for event in events if event.kind == kind) == [0, 1, 2, 3, 4]
    assert {event.reason for event in events} == {None}


def test_exception_of_on_progress_ends_the_work(manifest, session):
    def refuse(event):
        raise LookupError(event.step.action)

    plan = podpass.plan(manifest, session=session)
    with pytest.raises(LookupError, match="create"):
        podpass.apply(plan, session=session, on_progress=refuse)
    assert len(podpass.plan(manifest, session=session)) > 0


def test_podpass_refuses_to_wait_inside_on_progress(manifest, session):
    plan = podpass.plan(manifest, session=session)
    with pytest.raises(RuntimeError, match="inside `on_progress`"):
        podpass.apply(
            plan,
            session=session,
            on_progress=lambda event: podpass.plan(manifest, session=session),
        )


def test_manifest_error_tells_every_problem_with_its_place(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("clusters:\n  - clusterName: -x\n    region: nowhere\n")
    with pytest.raises(podpass.ManifestError) as caught:
        podpass.Manifest.from_file(file)
    error = caught.value
    assert (error.line, error.column) == (2, 18)
    assert [problem.line for problem in error.problems] == [2, 3]
    assert [line.split(": ")[0] for line in str(error).splitlines()] == [f"{file}:2:18", f"{file}:3:13"]
    assert isinstance(error, ValueError)


def test_manifest_is_the_same_from_text_file_and_values(tmp_path):
    values = {"clusters": [{"clusterName": "my-cluster", "associations": []}]}
    text = "clusters: [{clusterName: my-cluster, associations: []}]"
    assert podpass.Manifest.from_dict(values).clusters == ("my-cluster",)
    assert podpass.Manifest.from_str(text).clusters == ("my-cluster",)
    assert podpass.Manifest.from_str(text) == podpass.Manifest.from_str(text)
    assert podpass.Manifest.from_str(text) != podpass.Manifest.from_str(MANIFEST)


def test_unreadable_file_is_an_os_error_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        podpass.Manifest.from_file(tmp_path / "none.yaml")
    assert caught.value.filename == str(tmp_path / "none.yaml")


def test_schema_documents_every_key_of_a_cluster():
    schema = podpass.Manifest.json_schema()
    assert "clusters" in schema["properties"]


def test_cluster_without_a_region_is_told_with_its_place_in_the_manifest(podpass_mock, monkeypatch):
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    manifest = podpass.Manifest.from_str("clusters:\n  - clusterName: my-cluster\n")
    with pytest.raises(podpass.ManifestError, match="has no region") as caught:
        podpass.plan(manifest)
    assert caught.value.line == 2


def test_session_is_a_value_that_keeps_its_secrets():
    def session(secret):
        return podpass.Session(access_key_id="id", secret_access_key=secret, session_token="token")

    assert session("key 1") == session("key 1") != session("key 2")
    assert hash(session("key 1")) == hash(session("key 1"))
    assert "key 1" not in repr(session("key 1")) and "token" not in repr(session("key 1"))
    with pytest.raises(AttributeError):
        session("key 1").region = "us-west-2"
