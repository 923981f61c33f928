"""The Python package against its own mock."""

import asyncio
import copy
import datetime
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time

import boto3
import podpass
import pytest
from podpass.mock import MockServer

MANIFEST = """\
clusters:
  - clusterName: my-cluster
    region: us-west-2
    associations:
      - namespace: default
        serviceAccount: my-service-account
        createServiceAccount: true
        role:
          name: my-role
          policies:
            - name: my-policy
              document:
                Version: "2012-10-17"
                Statement: [{ Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket" }]
"""
SUBJECT = "my-cluster/default/my-service-account"
CREATIONS = ["createPolicy", "createRole", "attachPolicy", "createServiceAccount", "createAssociation"]


@pytest.fixture
def manifest():
    return podpass.Manifest.from_str(MANIFEST)


@pytest.fixture
def session(podpass_mock):
    return podpass_mock.session()


@pytest.fixture
def silent_session():
    """A session with an endpoint that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        yield podpass.Session(
            region="us-west-2",
            endpoint_url=f"http://127.0.0.1:{port}",
            access_key_id="test",
            secret_access_key="test",
        )


def actions(steps):
    return [step.action for step in steps]


# The workflow


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


TRUST_POLICY = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]}"""


# Progress


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


# Manifests


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


# Errors


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


# Sessions


def test_session_is_a_value_that_keeps_its_secrets():
    def session(secret):
        return podpass.Session(access_key_id="id", secret_access_key=secret, session_token="token")

    assert session("key 1") == session("key 1") != session("key 2")
    assert hash(session("key 1")) == hash(session("key 1"))
    assert "key 1" not in repr(session("key 1")) and "token" not in repr(session("key 1"))
    with pytest.raises(AttributeError):
        session("key 1").region = "us-west-2"


# Waiting


def test_ctrl_c_ends_the_waiting(manifest, silent_session):
    threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        podpass.plan(manifest, session=silent_session)
    assert time.monotonic() - started < 5


def test_other_threads_run_while_podpass_waits(manifest, silent_session):
    ticks = []

    def tick():
        for _ in range(20):
            ticks.append(None)
            time.sleep(0.01)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=tick).start()
    with pytest.raises(KeyboardInterrupt):
        podpass.plan(manifest, session=silent_session)
    assert len(ticks) == 20


def test_forked_child_gets_an_error_and_no_endless_wait():
    program = (
        "import os, podpass\n"
        "from podpass.mock import MockServer\n"
        "with MockServer():\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        try:\n"
        "            MockServer().start()\n"
        "        except RuntimeError as error:\n"
        "            os._exit(7 if 'spawn' in str(error) else 1)\n"
        "        os._exit(2)\n"
        "    _, status = os.waitpid(child, 0)\n"
        "    raise SystemExit(os.waitstatus_to_exitcode(status))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], timeout=60)
    assert done.returncode == 7


# asyncio


def test_verbs_can_be_awaited(manifest, session):
    async def workflow():
        events = []
        plan = await podpass.aio.plan(manifest, session=session)
        await podpass.aio.apply(plan, session=session, on_progress=events.append)
        report = await podpass.aio.verify(manifest, session=session)
        removed = await podpass.aio.destroy(manifest, session=session)
        return plan, events, report, removed

    plan, events, report, removed = asyncio.run(workflow())
    assert len(events) == 2 * len(plan.steps)
    assert report.ok
    assert len(removed.done) == 5


def test_errors_are_raised_where_the_verb_is_awaited(manifest):
    async def plan():
        await podpass.aio.plan(podpass.Manifest.from_str("clusters: [{clusterName: other}]"))

    with MockServer() as mock, mock.environ(), pytest.raises(podpass.PlanConflictError):
        asyncio.run(plan())


def test_cancelling_ends_the_awaited_work(manifest, silent_session):
    async def impatient():
        await asyncio.wait_for(podpass.aio.plan(manifest, session=silent_session), 0.2)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(impatient())


# The mock


def test_boto3_reaches_the_mock_and_the_ledger_tells_it(podpass_mock):
    sts = boto3.client("sts", **podpass_mock.boto3_kwargs())
    assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::111122223333:user/admin"
    request = podpass_mock.requests()[-1]
    assert (request.service, request.operation, request.status) == ("sts", "GetCallerIdentity", 200)
    podpass_mock.reset()
    assert podpass_mock.requests() == []


def test_environ_leads_to_the_mock_and_is_restored(podpass_mock, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", "https://iam.example")
    before = dict(os.environ)
    with podpass_mock.environ() as env:
        assert os.environ["AWS_ENDPOINT_URL"] == podpass_mock.uri == env["AWS_ENDPOINT_URL"]
        assert "AWS_PROFILE" not in os.environ and "AWS_ENDPOINT_URL_IAM" not in os.environ
    assert dict(os.environ) == before


def test_kubeconfigs_are_for_their_owner_only_and_know_later_clusters(podpass_mock, tmp_path):
    eks = boto3.client("eks", **podpass_mock.boto3_kwargs())
    role = boto3.client("iam", **podpass_mock.boto3_kwargs()).create_role(
        RoleName="cluster-role", AssumeRolePolicyDocument=TRUST_POLICY
    )
    eks.create_cluster(
        name="later", roleArn=role["Role"]["Arn"], resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]}
    )
    file = tmp_path / "kubeconfig"
    podpass_mock.kubeconfig(file)
    for path in (file, podpass_mock.env["KUBECONFIG"]):
        assert os.stat(path).st_mode & 0o777 == 0o600
        with open(path) as text:
            assert "/k8s/later" in text.read()


def test_clock_of_the_mock_can_be_moved(podpass_mock):
    with MockServer() as mock:
        sts = boto3.client("sts", **mock.boto3_kwargs())
        sts.get_caller_identity()
        mock.advance(datetime.timedelta(hours=6))
        sts.get_caller_identity()
        first, second = mock.requests()
    assert datetime.timedelta(hours=6) <= second.time - first.time < datetime.timedelta(hours=7)


def test_same_seed_makes_the_same_ids():
    def role_id():
        with MockServer(seed=7) as mock:
            iam = boto3.client("iam", **mock.boto3_kwargs())
            return iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST_POLICY)["Role"]["RoleId"]

    assert role_id() == role_id()


def test_mock_runs_between_start_and_stop():
    mock = MockServer()
    assert repr(mock) == "MockServer(stopped)"
    with pytest.raises(podpass.Error, match="does not run") as caught:
        mock.session()
    assert "start()" in caught.value.hint
    mock.start()
    kubeconfig = mock.env["KUBECONFIG"]
    with pytest.raises(podpass.Error, match="runs already"):
        mock.start()
    mock.stop()
    mock.stop()
    assert not os.path.exists(kubeconfig)


def test_port_in_use_is_an_error_with_a_way_out():
    with MockServer() as mock:
        port = int(mock.uri.rsplit(":", 1)[1])
        with pytest.raises(podpass.Error, match="in use") as caught:
            MockServer(port=port).start()
    assert "take a free one" in caught.value.hint


def test_pytest_fixtures_start_one_server_and_reset_it(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "@pytest.fixture(scope='session')\n"
        "def podpass_mock_settings():\n"
        "    return {'clusters': ['blue'], 'region': 'eu-central-1'}\n"
    )
    (tmp_path / "test_mine.py").write_text(
        "import boto3, pytest\n"
        "uris = set()\n"
        "@pytest.mark.parametrize('time', [1, 2])\n"
        "def test_mine(podpass_mock, time):\n"
        "    eks = boto3.client('eks')\n"
        "    assert podpass_mock.requests() == []\n"
        "    assert eks.list_clusters()['clusters'] == ['blue']\n"
        "    uris.add(podpass_mock.uri)\n"
        "    assert len(uris) == 1\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
