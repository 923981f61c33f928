"""The mock server in the Python process, as users of boto3 and pytest have it."""

import datetime
import os
import subprocess
import sys

import boto3
import podpass
import pytest
from podpass.mock import MockServer
from workflow import TRUST_POLICY


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


def test_the_issuer_of_a_cluster_signs_with_a_new_key_on_request(podpass_mock):
    assert podpass_mock.credentials_uri == f"{podpass_mock.uri}/v1/credentials"
    first, second = (podpass_mock.rotate_issuer_key("my-cluster") for _ in range(2))
    assert first != second
    with pytest.raises(podpass.errors.Error, match="no cluster has the name `nowhere`"):
        podpass_mock.rotate_issuer_key("nowhere")
