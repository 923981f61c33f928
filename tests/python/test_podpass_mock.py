"""The mock server in the Python process, as users of boto3 and pytest have it."""

import datetime
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import boto3
import podpass
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
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


def test_the_clock_is_held_set_and_released():
    new_year = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    with MockServer(clock=new_year) as mock:
        assert (mock.clock.now, mock.clock.held) == (new_year, True)
        assert repr(mock.clock) == "Clock(now='2026-01-01T00:00:00Z', held=True)"
        mock.clock.advance(datetime.timedelta(hours=6))
        boto3.client("sts", **mock.boto3_kwargs()).get_caller_identity()
        assert mock.requests()[-1].time == new_year + datetime.timedelta(hours=6)
        mock.clock.set(new_year - datetime.timedelta(days=1))
        mock.clock.release()
        assert not mock.clock.held and mock.clock.now < new_year
        mock.clock.hold()
        mock.reset()
        assert (mock.clock.now, mock.clock.held) == (new_year, True)


def test_the_ledger_is_filtered_counted_and_asserted(podpass_mock):
    iam = boto3.client("iam", **podpass_mock.boto3_kwargs())
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST_POLICY)
    for _ in range(2):
        with pytest.raises(iam.exceptions.NoSuchEntityException):
            iam.get_role(RoleName="absent")
    (created,) = podpass_mock.requests(operation="Create*", status=200, read_only=False)
    assert (created.sequence, created.resource) == (1, "arn:aws:iam::111122223333:role/r")
    assert (created.access_key_id, created.source, created.fault) == ("test", "http", None)
    refused = podpass_mock.requests(error_code="NoSuchEntity", status="4xx", after=1, limit=1)
    assert [call.sequence for call in refused] == [2]
    assert podpass_mock.requests(since=created.time, operation=None)[0] == created
    summary = podpass_mock.request_summary()
    assert (summary["total"], len(summary["counts"])) == (3, 2)
    assert podpass_mock.assert_requests(3) == 3
    assert podpass_mock.assert_requests(at_least=1, at_most=1, none_twice=True, operation="CreateRole") == 1
    with pytest.raises(AssertionError, match="expected 4 calls, got 3\n") as unmet:
        podpass_mock.assert_requests(4, none_twice=True)
    assert "made 2 times: iam GetRole on arn:aws:iam::111122223333:role/absent (calls 2, 3)" in str(unmet.value)
    with pytest.raises(TypeError, match="there is no filter `operatoin`"):
        podpass_mock.requests(operatoin="GetRole")
    with pytest.raises(podpass.Error, match="`status` is a status"):
        podpass_mock.requests(status="many")
    assert [event["eventName"] for event in podpass_mock.cloudtrail(status="2xx")["Records"]] == ["CreateRole"]
    podpass_mock.clear_requests()
    assert podpass_mock.requests() == [] and iam.get_role(RoleName="r")


def test_news_take_their_time():
    second = datetime.timedelta(seconds=1)
    new_year = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    with MockServer(clusters=["c"], clock=new_year, propagation={"iam-eks": 10 * second}) as mock:
        iam, eks = (boto3.client(service, **mock.boto3_kwargs()) for service in ("iam", "eks"))
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST_POLICY)["Role"]["Arn"]
        arguments = {"clusterName": "c", "namespace": "n", "serviceAccount": "s", "roleArn": role}
        with pytest.raises(eks.exceptions.InvalidParameterException, match="does not exist"):
            eks.create_pod_identity_association(**arguments)
        mock.advance(10 * second)
        eks.create_pod_identity_association(**arguments)
        assert mock.propagation["iam-eks"] == 10 * second and not mock.propagation["iam-sts"]
        mock.propagation = "aws"
        assert all(mock.propagation.values())
        with pytest.raises(podpass.Error, match="unknown propagation `iam-s3`"):
            mock.propagation = {"iam-s3": second}
        with pytest.raises(TypeError, match="`propagation` is"):
            mock.propagation = 3


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


def test_tls_the_agent_and_its_metrics_have_ports_of_their_own():
    settings = {"tls_port": 0, "agent_port": 0, "agent_metrics_port": 0, "agent_rate": 0}
    with MockServer(clusters=["my-cluster"], **settings) as mock:
        uris = {mock.uri, mock.tls_uri, mock.agent_metrics_uri, mock.credentials_uri}
        assert len(uris) == 4 and mock.tls_uri.startswith("https://127.0.0.1:")
        with open(mock.env["KUBECONFIG"]) as kubeconfig:
            assert f"{mock.tls_uri}/k8s/my-cluster" in kubeconfig.read()
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(mock.credentials_uri)
        assert refused.value.read() == b"Service account token cannot be empty\n"
        with urllib.request.urlopen(f"{mock.agent_metrics_uri}/metrics") as metrics:
            assert 'pod_identity_http_response{code="400"} 1' in metrics.read().decode()
    with MockServer() as mock:
        assert (mock.tls_uri, mock.agent_metrics_uri) == (None, None)


def test_the_agent_takes_as_many_requests_as_it_is_told():
    def statuses(mock) -> set[int]:
        def ask(_) -> int:
            try:
                urllib.request.urlopen(mock.credentials_uri)
            except urllib.error.HTTPError as refused:
                return refused.code

        return set(map(ask, range(20)))

    with MockServer(agent_rate=2) as mock:
        assert statuses(mock) == {400, 429}
    with MockServer(agent_rate=0) as mock:
        assert statuses(mock) == {400}


def test_whether_somebody_may_do_something_is_decided_on_request(podpass_mock):
    iam, sts = (boto3.client(service, **podpass_mock.boto3_kwargs()) for service in ("iam", "sts"))
    trust = TRUST_POLICY.replace('"Service": "pods.eks.amazonaws.com"', '"AWS": "111122223333"')
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document)
    begun = sts.assume_role(RoleArn=role, RoleSessionName="me", Tags=[{"Key": "team", "Value": "a"}])
    for principal in (begun["AssumedRoleUser"]["Arn"], begun["Credentials"]["AccessKeyId"]):
        assert podpass_mock.authorize(principal, "s3:GetObject", "arn:aws:s3:::a/x").is_allowed
        assert not podpass_mock.authorize(principal, "s3:GetObject", "arn:aws:s3:::b/x").is_allowed
    # A role alone has no session tags, but they can be given.
    decision = podpass_mock.authorize(role, "s3:GetObject", "arn:aws:s3:::a/x")
    assert (decision.outcome, decision.layer) == ("ImplicitDeny", "identity")
    tags = {"aws:PrincipalTag/team": "a"}
    assert podpass_mock.authorize(role, "s3:GetObject", "arn:aws:s3:::a/x", context=tags).is_allowed
    nobody = "arn:aws:iam::111122223333:user/nobody"
    with pytest.raises(podpass.Error, match=f"no user, role or session has the ARN `{nobody}`"):
        podpass_mock.authorize(nobody, "s3:GetObject")
    with pytest.raises(podpass.Error, match="is of another partition than the region `cn-north-1`"):
        podpass_mock.authorize(role, "s3:GetObject", region="cn-north-1")
def test_a_mock_that_enforces_lets_callers_do_what_they_may():
    with MockServer(auth="enforce", clusters=["my-cluster"]) as mock:
        admin = boto3.client("iam", **mock.boto3_kwargs())
        admin.create_user(UserName="alice")
        key = admin.create_access_key(UserName="alice")["AccessKey"]
        keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        alice = boto3.client("eks", **{**mock.boto3_kwargs(), **keys})
        with pytest.raises(alice.exceptions.ClientError, match="eks:ListClusters on resource") as caught:
            alice.list_clusters()
        assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
        request = mock.requests()[-1]
        assert (request.caller, request.decision) == ("arn:aws:iam::111122223333:user/alice", "denied")
        assert request.reason == caught.value.response["Error"]["Message"]
        assert {request.decision for request in mock.requests()[:-1]} == {"allowed"}


def test_a_mock_that_simulates_tells_what_would_be_refused():
    with MockServer(auth="simulate") as mock:
        wrong = {**mock.boto3_kwargs(), "aws_secret_access_key": "wrong"}
        assert boto3.client("iam", **wrong).list_roles()["Roles"] == []
        [request] = mock.requests()
        assert request.decision == "denied" and request.reason.startswith("The request signature we calculated")
    with MockServer() as mock:
        boto3.client("iam", **mock.boto3_kwargs()).list_roles()
        assert [(request.decision, request.reason) for request in mock.requests()] == [(None, None)]


def test_the_administrator_can_have_another_key():
    with MockServer(auth="enforce", admin_key=("AKIAADMIN", "s3cret")) as mock:
        kwargs = mock.boto3_kwargs()
        assert (kwargs["aws_access_key_id"], kwargs["aws_secret_access_key"]) == ("AKIAADMIN", "s3cret")
        assert boto3.client("sts", **kwargs).get_caller_identity()["Arn"].endswith(":user/admin")


def test_an_unknown_mode_of_authorization_is_refused():
    with pytest.raises(podpass.Error, match="`strict` is not a mode of authorization: off, simulate and enforce are"):
        MockServer(auth="strict")


def replay(mock, service: str, method: str, path: str, body: str = ""):
    """A request that can be sent again and again, as one who has listened would."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    request = AWSRequest(method, mock.uri + path, headers=headers, data=body)
    SigV4Auth(Credentials("test", "test"), service, "us-west-2").add_auth(request)

    def send() -> tuple[int, str]:
        sent = urllib.request.Request(
            request.url, method=method, data=body.encode() or None, headers=dict(request.headers.items())
        )
        try:
            with urllib.request.urlopen(sent, timeout=10) as response:
                return response.status, ""
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return send


def test_a_request_that_is_replayed_has_expired_once_the_clock_says_so():
    with MockServer(auth="enforce", clusters=["my-cluster"]) as mock:
        senders = {
            "SignatureDoesNotMatch": replay(mock, "iam", "POST", "/", "Action=ListUsers&Version=2010-05-08"),
            "Signature expired: ": replay(mock, "eks", "GET", "/clusters/my-cluster"),
        }
        for send in senders.values():
            assert [send()[0], send()[0]] == [200, 200]
        mock.advance(datetime.timedelta(minutes=6))
        for text, send in senders.items():
            status, body = send()
            assert status == 403 and text in body
        # What is signed now is good: the clocks of clients do not move with the server's.
        boto3.client("iam", **mock.boto3_kwargs()).list_users()


def test_a_session_ends_when_the_clock_says_so():
    with MockServer(auth="enforce", clusters=["my-cluster"]) as mock:
        given = boto3.client("sts", **mock.boto3_kwargs()).get_session_token(DurationSeconds=900)["Credentials"]
        kwargs = {
            **mock.boto3_kwargs(),
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        sts, eks = boto3.client("sts", **kwargs), boto3.client("eks", **kwargs)
        sts.get_caller_identity()
        eks.list_clusters()
        mock.advance(datetime.timedelta(minutes=15))
        text = "The security token included in the request is expired"
        for call, code in ((sts.get_caller_identity, "ExpiredToken"), (eks.list_clusters, "ExpiredTokenException")):
            with pytest.raises(sts.exceptions.ClientError, match=text) as caught:
                call()
            assert caught.value.response["Error"]["Code"] == code
            assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def group_names(mock) -> list[str]:
    groups = boto3.client("iam", **mock.boto3_kwargs()).list_groups()["Groups"]
    return [group["GroupName"] for group in groups]


def test_state_is_exported_imported_loaded_and_kept(tmp_path):
    prepared, kept = tmp_path / "prepared.json", tmp_path / "state.db"
    with MockServer(clusters=["my-cluster"], state=kept) as mock:
        boto3.client("iam", **mock.boto3_kwargs()).create_group(GroupName="developers")
        exported = mock.export_state()
        prepared.write_text(exported)
    for settings in ({"state": kept}, {"load": prepared}):
        with MockServer(**settings) as mock:
            assert mock.export_state() == exported
            assert group_names(mock) == ["developers"]
    with MockServer() as mock:
        mock.import_state(exported)
        assert group_names(mock) == ["developers"]
        with pytest.raises(podpass.Error, match="`nowhere`: nothing lies in such a place"):
            mock.import_state('{"podpassState": 1, "rows": {"nowhere": []}}')
        assert mock.export_state() == exported


def test_a_file_that_is_no_state_file_starts_no_server(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("hello")
    with pytest.raises(podpass.Error, match="is no state file"):
        MockServer(state=notes).start()
    assert notes.read_text() == "hello"
