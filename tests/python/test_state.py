"""State that is kept in a file, exported, and imported elsewhere."""

import json
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import time
import urllib.error

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import Mock, free_port, start

import test_model
from service_model import watch

NAMESPACE = "/k8s/my-cluster/api/v1/namespaces/default"


def state_of(mock) -> dict:
    return mock.control("GET", "state")


class Same:
    """Holds, after every call of a client, the state against what a second server makes of it."""

    def __init__(self, mock, other):
        self.mock, self.other, self.calls = mock, other, 0

    def look_after(self, client):
        client.meta.events.register("after-call.*", lambda **_: self.check())

    def check(self):
        self.calls += 1
        exported = state_of(self.mock)
        self.other.control("PUT", "state", body=exported)
        imported = state_of(self.other)
        # An authority's further certificates are good under its key only.
        assert without_certificates(imported) == without_certificates(exported), "an import is another state"


def without_certificates(state: dict) -> dict:
    for place, rows in state["rows"].items():
        if place.endswith("/certificate-authorities"):
            for row in rows:
                row["certificate"] = row["certificate"] is not None
    return state


def drives():
    """Everything that the walk over the service models calls, by the names of its clients."""
    for name, drive in vars(test_model).items():
        if name.startswith("drive_"):
            code = drive.__code__
            yield name, drive, code.co_varnames[: code.co_argcount]


def test_every_state_of_the_walk_over_all_operations_survives_an_import_and_kill_9(
    mock_binary, make_mock, tmp_path
):
    file = tmp_path / "state.db"
    process, mock = start(mock_binary, "--cluster", "my-cluster", "--state", str(file))
    same = Same(mock, make_mock())
    answered: set = set()
    given = {"mock": mock, "answered": answered}
    for service in ("iam", "sts", "eks", "eks-auth"):
        client = mock.client(service)
        watch(client, answered)
        same.look_after(client)
        given[service.replace("-", "_")] = client
    for name, drive, parameters in drives():
        drive(*(given[parameter] for parameter in parameters))
    assert same.calls > 150
    before = state_of(mock)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    process, mock = start(mock_binary, "--cluster", "my-cluster", "--state", str(file))
    assert state_of(mock) == before
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture
def keep(mock_binary, tmp_path):
    """Starts servers at one address and with one state file, one after another."""
    port, file, running = free_port(), tmp_path / "state.db", []

    def restart(*arguments: str, kill: bool = True):
        stop(kill)
        process, mock = start(
            mock_binary,
            "--cluster",
            "my-cluster",
            "--state",
            str(file),
            *arguments,
            listen=f"127.0.0.1:{port}",
        )
        running.append(process)
        mock.file = file
        return mock

    def stop(kill: bool = False):
        while running:
            process = running.pop()
            process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            status = process.wait(timeout=10)
            assert kill or status == 0

    yield restart
    stop()


def kubernetes(mock, method: str, path: str, body: dict | None = None):
    import urllib.request

    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(mock.uri + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def pod(mock) -> str:
    """Creates a pod with an association, and answers its token for EKS Auth."""
    trust = test_model.TRUST
    role = mock.client("iam").create_role(RoleName="pods", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    mock.client("eks").create_pod_identity_association(
        clusterName="my-cluster", namespace="default", serviceAccount="default", roleArn=role
    )
    spec = {"containers": [{"name": "main", "image": "app"}]}
    made = kubernetes(mock, "POST", f"{NAMESPACE}/pods", {"metadata": {"name": "web"}, "spec": spec})
    bound = {"apiVersion": "v1", "kind": "Pod", "name": "web", "uid": made["metadata"]["uid"]}
    asked = {"spec": {"audiences": ["pods.eks.amazonaws.com"], "boundObjectRef": bound}}
    token = kubernetes(mock, "POST", f"{NAMESPACE}/serviceaccounts/default/token", asked)
    return token["status"]["token"]


def exchange(mock, token: str) -> dict:
    client = mock.client("eks-auth")
    return client.assume_role_for_pod_identity(clusterName="my-cluster", token=token)["credentials"]


def keys(credentials: dict) -> dict:
    return {name[0].upper() + name[1:]: value for name, value in credentials.items()}


def test_tokens_and_credentials_of_before_a_crash_are_good_after_it(keep):
    mock = keep()
    token = pod(mock)
    credentials = exchange(mock, token)
    caller = mock.client("sts", credentials=keys(credentials)).get_caller_identity()["Arn"]
    mock = keep()
    assert mock.client("sts", credentials=keys(credentials)).get_caller_identity()["Arn"] == caller
    assert exchange(mock, token)["accessKeyId"].startswith("ASIA")


def test_a_watch_from_before_a_restart_is_told_that_it_lags(keep):
    mock = keep()
    version = kubernetes(mock, "GET", f"{NAMESPACE}/pods")["metadata"]["resourceVersion"]
    kubernetes(mock, "POST", f"{NAMESPACE}/serviceaccounts", {"metadata": {"name": "late"}})
    mock = keep()
    now = kubernetes(mock, "GET", f"{NAMESPACE}/serviceaccounts")
    assert {item["metadata"]["name"] for item in now["items"]} == {"default", "late"}
    assert int(now["metadata"]["resourceVersion"]) > int(version)
    event = kubernetes(mock, "GET", f"{NAMESPACE}/pods?watch=1&resourceVersion={version}")
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)


def test_what_controllers_had_yet_to_do_they_do_after_a_restart(keep):
    mock = keep()
    kubernetes(mock, "POST", "/k8s/my-cluster/api/v1/namespaces", {"metadata": {"name": "gone"}})
    spec = {"containers": [{"name": "main", "image": "app"}]}
    kubernetes(mock, "POST", f"{NAMESPACE}/pods", {"metadata": {"name": "web"}, "spec": spec})
    kubernetes(mock, "DELETE", "/k8s/my-cluster/api/v1/namespaces/gone")
    mock = keep()
    for _ in range(100):
        namespaces = kubernetes(mock, "GET", "/k8s/my-cluster/api/v1/namespaces")["items"]
        phase = kubernetes(mock, "GET", f"{NAMESPACE}/pods/web")["status"]["phase"]
        if phase == "Running" and "gone" not in {item["metadata"]["name"] for item in namespaces}:
            return
        time.sleep(0.02)
    pytest.fail(f"the pod is {phase}, and the namespaces are {namespaces}")


def test_kubectl_trusts_a_kubeconfig_of_before_a_restart(keep, tmp_path):
    kubeconfig, port = tmp_path / "kubeconfig", free_port()
    arguments = ("--tls-listen", f"127.0.0.1:{port}", "--kubeconfig", str(kubeconfig))
    keep(*arguments)
    before = kubeconfig.read_text()
    mock = keep(*arguments)
    after = kubeconfig.read_text()

    assert before == after
    described = mock.client("eks").describe_cluster(name="my-cluster")["cluster"]
    assert described["certificateAuthority"]["data"] in before


def test_a_seeded_server_goes_on_with_its_ids_after_a_restart(keep, make_mock):
    def group(mock, name):
        return mock.client("iam").create_group(GroupName=name)["Group"]["GroupId"]

    at_once = make_mock("--cluster", "my-cluster", "--seed", "7")
    expected = [group(at_once, name) for name in "abc"]
    assert [group(keep("--seed", "7"), name) for name in "abc"] == expected
    assert group(keep("--seed", "8"), "d") not in expected


def test_a_cluster_that_was_made_anew_has_nothing_of_the_one_before(keep):
    mock = keep()
    eks = mock.client("eks")
    pod(mock)
    associations = eks.list_pod_identity_associations(clusterName="my-cluster")["associations"]
    eks.delete_pod_identity_association(
        clusterName="my-cluster", associationId=associations[0]["associationId"]
    )
    eks.delete_cluster(name="my-cluster")
    mock = keep()
    assert [pod["metadata"]["name"] for pod in kubernetes(mock, "GET", f"{NAMESPACE}/pods")["items"]] == []
    with sqlite_of(mock.file, keep) as database:
        uids = {place.split("/")[1] for (place,) in database.execute("SELECT place FROM rows") if "/" in place}
    assert len([uid for uid in uids if "-" in uid]) == 1, "the rows of the old cluster are gone"


def sqlite_of(file, keep):
    """The file as a database, after a graceful stop."""
    keep(kill=True)
    keep(kill=False)
    return sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)


def test_a_graceful_stop_leaves_one_file_that_only_its_owner_reads(mock_binary, tmp_path):
    file = tmp_path / "state.db"
    process, mock = start(mock_binary, "--state", str(file))
    mock.client("iam").create_group(GroupName="kept")
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600, 0o600]
    process.terminate()
    assert process.wait(timeout=10) == 0
    assert list(tmp_path.iterdir()) == [file]
    process, mock = start(mock_binary, "--state", str(file))
    assert [group["GroupName"] for group in mock.client("iam").list_groups()["Groups"]] == ["kept"]
    process.terminate()
    assert process.wait(timeout=10) == 0


def test_a_reset_is_kept_too(keep):
    mock = keep()
    mock.client("iam").create_group(GroupName="a")
    mock.reset()
    mock.client("iam").create_group(GroupName="b")
    mock = keep()
    assert [group["GroupName"] for group in mock.client("iam").list_groups()["Groups"]] == ["b"]
    assert mock.client("eks").list_clusters()["clusters"] == ["my-cluster"]


def test_an_import_is_kept_too(keep, make_mock):
    other = make_mock()
    other.client("iam").create_group(GroupName="imported")
    mock = keep()
    mock.client("iam").create_group(GroupName="a")
    mock.control("PUT", "state", body=state_of(other))
    mock = keep()
    assert [group["GroupName"] for group in mock.client("iam").list_groups()["Groups"]] == ["imported"]


def test_clusters_that_are_kept_win_and_those_that_are_missing_are_made(keep):
    mock = keep()
    mock.client("eks").tag_resource(
        resourceArn="arn:aws:eks:us-west-2:111122223333:cluster/my-cluster", tags={"a": "b"}
    )
    mock = keep("--cluster", "another")
    eks = mock.client("eks")
    assert eks.list_clusters()["clusters"] == ["another", "my-cluster"]
    assert eks.describe_cluster(name="my-cluster")["cluster"]["tags"] == {"a": "b"}


def refused(mock_binary, *arguments: str) -> str:
    """What a server says that does not start."""
    process = subprocess.run(
        [str(mock_binary), "--listen", "127.0.0.1:0", *arguments], capture_output=True, text=True, timeout=30
    )
    assert process.returncode == 1
    return process.stderr


def foreign(file):
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE notes (text)")
    database.close()


def newer(file):
    database = sqlite3.connect(file)
    database.execute(f"PRAGMA application_id = {0x70647073}")
    database.execute("PRAGMA user_version = 2")
    database.close()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda file: file.write_bytes(b""), "is no state file"),
        (lambda file: file.write_bytes(os.urandom(10_000)), "is no state file"),
        (foreign, "is a database of another program"),
        (newer, "is of version 2 of state files, and this server knows version 1"),
    ],
)
def test_a_file_that_is_no_state_file_is_refused_and_left_as_it_is(mock_binary, tmp_path, make, message):
    file = tmp_path / "state.db"
    make(file)
    before = file.read_bytes()
    assert message in refused(mock_binary, "--state", str(file))
    assert [path.name for path in tmp_path.iterdir()] == ["state.db"]
    assert file.read_bytes() == before


def test_a_state_file_that_is_cut_off_is_refused_and_left_as_it_is(mock_binary, tmp_path):
    file = tmp_path / "state.db"
    process, _ = start(mock_binary, "--state", str(file), "--cluster", "my-cluster")
    process.terminate()
    process.wait(timeout=10)
    whole = file.read_bytes()
    for length in (50, 4096, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert "is no state file" in (said := refused(mock_binary, "--state", str(file))) or "is damaged" in said
        assert [path.name for path in tmp_path.iterdir()] == ["state.db"]
        assert file.read_bytes() == whole[:length]


def test_two_servers_do_not_share_a_file(keep, mock_binary):
    mock = keep()
    said = refused(mock_binary, "--state", str(mock.file))
    assert "error: another server keeps its state in" in said
    assert "help: stop that server" in said


def test_a_server_begins_with_an_export(mock_binary, make_mock, tmp_path):
    prepared, state = tmp_path / "prepared.json", tmp_path / "state.db"
    mock = make_mock("--cluster", "my-cluster")
    token = pod(mock)
    prepared.write_text(json.dumps(state_of(mock)))
    begun = make_mock("--load", str(prepared))
    assert exchange(begun, token)["accessKeyId"].startswith("ASIA")
    kept = make_mock("--load", str(prepared), "--state", str(state), "--cluster", "more")
    assert kept.client("eks").list_clusters()["clusters"] == ["more", "my-cluster"]


def test_an_export_is_not_loaded_over_state_that_is_kept(keep, mock_binary, tmp_path):
    prepared = tmp_path / "prepared.json"
    mock = keep()
    prepared.write_text(json.dumps(state_of(mock)))
    file = mock.file
    keep(kill=False)
    copy = tmp_path / "copy.db"
    process, _ = start(mock_binary, "--state", str(copy))
    process.terminate()
    process.wait(timeout=10)
    assert file != copy
    said = refused(mock_binary, "--state", str(copy), "--load", str(prepared))
    assert "holds state already: none is loaded into it" in said


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "this is no exported state"),
        ('{"podpassState": 2, "rows": {}}', "this is version 2 of exported state"),
        ('{"podpassState": 1, "rows": {"a": []}}', "`a`: nothing lies in such a place"),
    ],
)
def test_an_export_that_cannot_be_read_is_named(mock_binary, tmp_path, text, message):
    file = tmp_path / "prepared.json"
    file.write_text(text)
    said = refused(mock_binary, "--load", str(file))
    assert f"error: cannot load the state in `{file}`: {message}" in said


def test_an_import_with_anything_wrong_changes_nothing(mock):
    mock.client("iam").create_group(GroupName="a")
    before = state_of(mock)
    wrong = json.loads(json.dumps(before))
    wrong["rows"]["iam/111122223333/aws/groups"][0]["colour"] = "red"
    with pytest.raises(urllib.error.HTTPError) as refused:
        mock.control("PUT", "state", body=wrong)
    assert refused.value.code == 400
    message = json.loads(refused.value.read())["message"]
    assert message.startswith("`iam/111122223333/aws/groups`, row 1: unknown field `colour`, expected one of")
    assert state_of(mock) == before


def test_a_moved_clock_stays_moved(keep):
    mock = keep()
    before = mock.control("POST", "clock", body={"advance": "48h"})["now"]
    mock = keep()
    assert mock.control("GET", "clock")["now"] > before
    held = mock.control("POST", "clock", body={"hold": True})
    mock = keep()
    assert mock.control("GET", "clock") == held


def test_when_the_disk_is_full_nothing_is_acknowledged_any_more(mock_binary, tmp_path):
    file = tmp_path / "state.db"

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    process = subprocess.Popen(
        [str(mock_binary), "--listen", "127.0.0.1:0", "--state", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    )
    uri = process.stdout.readline().split()[-1]
    mock = Mock(uri=uri, env={"AWS_REGION": "us-west-2"})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    once = Config(retries={"total_max_attempts": 1})
    iam = boto3.client("iam", endpoint_url=uri, region_name="us-west-2", config=once, **keys)
    acknowledged = []
    with pytest.raises(ClientError) as refused:
        for number in range(1_000):
            iam.create_group(GroupName=f"group-{number}")
            acknowledged.append(f"group-{number}")
    assert refused.value.response["Error"]["Code"] == "ServiceFailure"
    assert "the state can no longer be kept" in str(refused.value)
    assert acknowledged
    with pytest.raises(urllib.error.HTTPError) as refused:
        state_of(mock)
    assert refused.value.read().startswith(b"the state can no longer be kept: ")
    process.terminate()
    assert "the state can no longer be kept" in process.communicate(timeout=10)[1]
    process, mock = start(mock_binary, "--state", str(file))
    groups = mock.client("iam").get_paginator("list_groups").paginate()
    assert {group["GroupName"] for page in groups for group in page["Groups"]} == set(acknowledged)
    process.terminate()
    assert process.wait(timeout=10) == 0
