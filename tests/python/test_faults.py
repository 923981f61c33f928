"""Faults by script: what stock clients see of each kind, their own retries included."""

import http.client
import subprocess
import time

import boto3
import botocore.exceptions as errors
import pytest
from botocore.config import Config
from botocore.parsers import ResponseParserError

from faulty import TRUST, calls, fault, refused, script, statuses, stock
from pods import Pod, send

ROLE = {"RoleName": "web", "AssumeRolePolicyDocument": TRUST}
CLUSTER = "my-cluster"


def exists(mock, role: str = "web") -> bool:
    return role in [role["RoleName"] for role in mock.client("iam").list_roles()["Roles"]]


def code_of(call, **arguments) -> tuple[str, int]:
    with pytest.raises(errors.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_throttled_calls_are_retried_until_they_succeed(mock):
    (id,) = script(mock, fault("CreateRole", {"error": {"code": "Throttling"}}, {"first": 2}))
    made = stock(mock, "iam").create_role(**ROLE)
    assert made["ResponseMetadata"]["RetryAttempts"] == 2
    assert statuses(mock, "CreateRole") == [400, 400, 200]
    assert [call["fault"] for call in calls(mock, "CreateRole")] == [id, id, None]
    (report,) = mock.control("GET", "faults")["faults"]
    assert (report["matched"], report["fired"]) == (3, 2)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code", "status", "message"),
    [
        ("iam", "GetRole", {"RoleName": "x"}, "AccessDenied", 403, None),
        ("iam", "GetRole", {"RoleName": "x"}, "Throttling", 400, "Rate exceeded"),
        ("iam", "GetRole", {"RoleName": "x"}, "MadeUp.Code", 400, None),
        ("sts", "GetCallerIdentity", {}, "ServiceUnavailable", 503, None),
        ("eks", "DescribeCluster", {"name": "x"}, "ThrottlingException", 429, "Rate exceeded"),
        ("eks", "DescribeCluster", {"name": "x"}, "ServerException", 500, None),
        ("eks", "DescribeCluster", {"name": "x"}, "ResourceNotFoundException", 404, None),
    ],
)
def test_errors_come_in_the_form_of_their_service(mock, service, operation, arguments, code, status, message):
    script(mock, fault(operation, {"error": {"code": code}}))
    client = stock(mock, service, attempts=1)
    method = {"GetRole": "get_role", "GetCallerIdentity": "get_caller_identity"}.get(operation, "describe_cluster")
    with pytest.raises(errors.ClientError) as caught:
        getattr(client, method)(**arguments)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert message in (None, response["Error"]["Message"])
    assert response["ResponseMetadata"]["RequestId"] == calls(mock, operation)[0]["requestId"]
    assert calls(mock, operation)[0]["errorCode"] == code


def test_status_and_message_of_an_error_can_be_given(mock):
    error = {"code": "ServiceFailure", "message": "out of <order> & more", "status": 507}
    script(mock, fault("GetRole", {"error": error}), fault("ListClusters", {"error": error}))
    for call in (stock(mock, "iam", 1).get_role, stock(mock, "eks", 1).list_clusters):
        with pytest.raises(errors.ClientError) as caught:
            call(**({"RoleName": "x"} if call.__name__ == "get_role" else {}))
        assert caught.value.response["Error"]["Message"] == error["message"]
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 507


def test_bare_status_is_that_of_no_service_and_retried(mock):
    script(mock, fault("*", {"status": 503}, {"nth": [1, 3]}))
    assert code_of(stock(mock, "iam", 1).list_roles) == ("503", 503)
    assert stock(mock, "iam").list_roles()["ResponseMetadata"]["RetryAttempts"] == 0
    made = stock(mock, "eks").list_clusters()
    assert made["ResponseMetadata"]["RetryAttempts"] == 1


def test_delayed_call_is_done_later(mock):
    script(mock, fault("CreateRole", {"delay": "400ms"}))
    began = time.monotonic()
    stock(mock, "iam").create_role(**ROLE)
    assert 0.4 <= time.monotonic() - began < 5
    assert statuses(mock, "CreateRole") == [200]


def test_delay_takes_its_time_out_of_a_range(mock):
    script(mock, fault("ListRoles", {"delay": {"min": "100ms", "max": "200ms"}}))
    began = time.monotonic()
    stock(mock, "iam").list_roles()
    assert 0.1 <= time.monotonic() - began < 5


def test_call_is_done_though_its_client_has_given_up(mock):
    script(mock, fault("CreateRole", {"delay": "1s"}))
    with pytest.raises(errors.ReadTimeoutError):
        stock(mock, "iam", 1, read_timeout=0.3).create_role(**ROLE)
    assert not exists(mock)
    deadline = time.monotonic() + 10
    while not exists(mock):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_answer_that_comes_too_late_makes_the_retry_fail(mock):
    script(mock, fault("CreateRole", {"delayAnswer": "2s"}, {"nth": 1}))
    assert code_of(stock(mock, "iam", read_timeout=0.3).create_role, **ROLE) == ("EntityAlreadyExists", 409)
    assert statuses(mock, "CreateRole") == [200, 409]


def test_delay_and_error_go_together(mock):
    script(mock, fault("ListRoles", {"delay": "300ms", "error": {"code": "ServiceUnavailable"}}))
    began = time.monotonic()
    assert code_of(stock(mock, "iam", 1).list_roles) == ("ServiceUnavailable", 503)
    assert time.monotonic() - began >= 0.3


def test_connection_dropped_before_the_call_leaves_nothing(mock):
    (id,) = script(mock, fault("CreateRole", {"drop": "before"}, {"nth": 1}))
    with pytest.raises(errors.ConnectionClosedError):
        stock(mock, "iam", 1).create_role(**ROLE)
    assert not exists(mock)
    lost = calls(mock, "CreateRole")[0]
    assert (lost["status"], lost["errorCode"], lost["fault"]) == (0, None, id)


def test_connection_dropped_before_the_call_is_retried_with_success(mock):
    script(mock, fault("CreateRole", {"drop": "before"}, {"nth": 1}))
    assert stock(mock, "iam").create_role(**ROLE)["ResponseMetadata"]["RetryAttempts"] == 1
    assert statuses(mock, "CreateRole") == [0, 200]


def test_connection_dropped_after_the_call_makes_the_retry_meet_what_was_made(mock):
    script(mock, fault("CreateRole", {"drop": "after"}, {"nth": 1}))
    assert code_of(stock(mock, "iam").create_role, **ROLE) == ("EntityAlreadyExists", 409)
    assert statuses(mock, "CreateRole") == [200, 409]
    assert exists(mock)


def test_request_token_makes_the_retry_of_a_lost_answer_succeed(mock, pod_role):
    script(mock, fault("CreatePodIdentityAssociation", {"drop": "after"}, {"nth": 1}))
    made = stock(mock, "eks").create_pod_identity_association(
        clusterName=CLUSTER, namespace="default", serviceAccount="web", roleArn=pod_role
    )
    # The SDK makes one token for all attempts, by which EKS knows them for the same.
    assert statuses(mock, "CreatePodIdentityAssociation") == [200, 200]
    found = mock.client("eks").list_pod_identity_associations(clusterName=CLUSTER)["associations"]
    assert [one["associationId"] for one in found] == [made["association"]["associationId"]]


def test_truncated_xml_cannot_be_parsed(mock):
    script(mock, fault("ListRoles", {"truncate": 7}, {"nth": 1}))
    iam = stock(mock, "iam", 1)
    with pytest.raises(ResponseParserError):
        iam.list_roles()
    assert iam.list_roles()["Roles"] == []
    assert statuses(mock, "ListRoles") == [200, 200]


def test_truncated_json_is_an_answer_without_members(mock):
    script(mock, fault("ListClusters", {"truncate": 7}, {"nth": 1}))
    eks = stock(mock, "eks")
    # The SDK counts no bytes, and takes what it cannot read for nothing: programs have to look.
    assert "clusters" not in eks.list_clusters()
    assert eks.list_clusters()["clusters"] == [CLUSTER]


def test_truncated_answer_announces_its_whole_length(mock):
    script(mock, fault("list serviceaccounts", {"truncate": 7}))
    with pytest.raises(http.client.IncompleteRead) as caught:
        send(f"{mock.uri}/k8s/{CLUSTER}/api/v1/namespaces/default/serviceaccounts")
    assert len(caught.value.partial) == 7
    assert caught.value.expected > 100


@pytest.mark.parametrize("service", ["iam", "eks"])
def test_garbage_cannot_be_parsed(mock, service):
    listing = {"iam": "ListRoles", "eks": "ListClusters"}[service]
    script(mock, fault(listing, {"garbage": True}, {"nth": 1}))
    client = stock(mock, service, 1)
    call = client.list_roles if service == "iam" else client.list_clusters
    with pytest.raises((ResponseParserError, ValueError)):
        call()
    call()


def test_fault_meets_only_the_calls_that_it_matches(mock, pod_role):
    denied = {"error": {"code": "AccessDenied"}}
    script(
        mock,
        fault("GetRole", denied, resource="arn:aws:iam::*:role/spared-not"),
        fault("DeleteRole", denied, resource="web-*"),
        fault("List*", denied, service="iam", account="222222222222"),
        fault("ListClusters", denied, region="eu-west-1"),
        fault("GetCallerIdentity", denied, caller="*:user/admin"),
    )
    iam = stock(mock, "iam", 1)
    for name in ("spared", "spared-not", "web-1"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.get_role(RoleName="spared")
    assert code_of(iam.get_role, RoleName="spared-not") == ("AccessDenied", 403)
    assert code_of(iam.delete_role, RoleName="web-1") == ("AccessDenied", 403)
    iam.delete_role(RoleName="spared")
    iam.list_roles()
    assert code_of(stock(mock, "iam", 1, account="222222222222").list_roles) == ("AccessDenied", 403)
    stock(mock, "eks", 1).list_clusters()
    assert code_of(mock_in(mock, "eu-west-1").list_clusters) == ("AccessDenied", 403)
    assert code_of(stock(mock, "sts", 1).get_caller_identity) == ("AccessDenied", 403)


def mock_in(mock, region: str):
    return boto3.client(
        "eks",
        endpoint_url=mock.uri,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_association_is_matched_by_cluster_and_by_service_account(mock, pod_role):
    conflict = {"error": {"code": "ResourceInUseException"}}
    operation = "CreatePodIdentityAssociation"
    script(mock, fault(operation, conflict, resource="default/web"))
    eks = stock(mock, "eks", 1)

    def associate(account: str):
        return eks.create_pod_identity_association(
            clusterName=CLUSTER, namespace="default", serviceAccount=account, roleArn=pod_role
        )

    with pytest.raises(eks.exceptions.ResourceInUseException):
        associate("web")
    associate("other")
    script(mock, fault(operation, conflict, resource=CLUSTER))
    with pytest.raises(eks.exceptions.ResourceInUseException):
        associate("third")


def test_invalid_and_foreign_calls_meet_no_fault(make_mock):
    mock = make_mock("--auth", "enforce")
    script(mock, fault("*", {"error": {"code": "Throttling"}}))
    wrong = boto3.client(
        "iam",
        endpoint_url=mock.uri,
        region_name="us-west-2",
        aws_access_key_id="test",
        aws_secret_access_key="wrong",
        config=Config(retries={"total_max_attempts": 1}),
    )
    assert code_of(wrong.list_roles) == ("SignatureDoesNotMatch", 403)
    (report,) = mock.control("GET", "faults")["faults"]
    assert report["matched"] == 0


def test_first_fault_that_is_due_is_met_and_all_count(mock):
    script(
        mock,
        {"id": "second", **fault("ListRoles", {"status": 503}, {"nth": 2})},
        {"id": "rest", **fault("ListRoles", {"status": 502})},
    )
    iam = stock(mock, "iam", 1)
    assert [code_of(iam.list_roles)[0] for _ in range(3)] == ["502", "503", "502"]
    counts = {it["id"]: (it["matched"], it["fired"]) for it in mock.control("GET", "faults")["faults"]}
    assert counts == {"second": (3, 1), "rest": (3, 2)}


def test_faults_are_listed_told_and_removed(mock):
    first, named = script(
        mock,
        fault("ListRoles", {"drop": "after"}, {"every": 2}),
        {"id": "mine", "do": {"delay": "2s"}},
    )
    assert (first, named) == ("f-1", "mine")
    assert mock.control("GET", "faults")["faults"] == [
        {
            "id": "f-1",
            "match": {"operation": "ListRoles"},
            "when": {"every": 2},
            "do": {"drop": "after"},
            "matched": 0,
            "fired": 0,
        },
        {"id": "mine", "do": {"delay": "2s"}, "matched": 0, "fired": 0},
    ]
    assert mock.control("DELETE", "faults/mine")["id"] == "mine"
    assert refused(mock, "DELETE", "faults/mine", b"") == (404, "there is no fault `mine`")
    assert mock.control("GET", "faults/f-1")["matched"] == 0
    mock.control("DELETE", "faults")
    assert mock.control("GET", "faults") == {"faults": []}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"nonsense", "expected"),
        (b"[]", "expected a JSON object with the member `faults`"),
        ({}, "missing field `faults`"),
        ({"faults": [{"do": {"drop": "later"}}]}, "`faults[0].do.drop`: unknown variant `later`"),
        ({"faults": [{"do": {"status": 200}}]}, "`faults[0].do.status`: expected an HTTP status"),
        ({"faults": [{"do": {}}]}, "`faults[0].do`: expected one of"),
        ({"faults": [{"do": {"status": 500, "drop": "after"}}]}, "`faults[0].do`: expected one of"),
        ({"faults": [{"match": {"operation": "CreateRol"}, "do": {"status": 500}}]}, "no operation `CreateRol`"),
        ({"faults": [{"match": {"service": "s3"}, "do": {"status": 500}}]}, "unknown service `s3`"),
        ({"faults": [{"do": {"status": 500}, "when": {"nth": 0}}]}, "`faults[0].when.nth`: expected a number from 1"),
        ({"faults": [{"do": {"status": 500}, "when": {"nth": "x"}}]}, "`faults[0].when.nth`: invalid type"),
        ({"faults": [{"do": {"status": 500}, "when": {"probability": 2}}]}, "from 0 to 1"),
        ({"faults": [{"do": {"delay": "soon"}}]}, "`faults[0].do.delay`: invalid value"),
        ({"faults": [{"do": {"delay": "2h"}}]}, "up to an hour"),
        ({"faults": [{"do": {"delay": {"min": "2s", "max": "1s"}}}]}, "not above `max`"),
        ({"faults": [{"do": {"error": {"code": "a b"}}}]}, "`faults[0].do.error.code`"),
        ({"faults": [{"do": {"status": 500}, "where": {}}]}, "unknown field `where`"),
    ],
)
def test_scripts_that_are_none_are_refused(mock, body, told):
    status, message = refused(mock, "POST", "faults", body)
    assert status == 400
    assert told in message
    assert mock.control("GET", "faults") == {"faults": []}


def test_number_of_faults_is_bounded_and_ids_are_unique(mock):
    many = [{"do": {"status": 500}, "match": {"account": "000000000000"}}] * 1000
    script(mock, *many)
    assert refused(mock, "POST", "faults", {"faults": many[:1]})[0] == 409
    mock.control("DELETE", "faults")
    script(mock, {"id": "a", "do": {"status": 500}, "when": {"nth": 9}})
    twice = {"faults": [{"do": {"status": 500}}, {"id": "a", "do": {"status": 500}}]}
    assert refused(mock, "POST", "faults", twice) == (409, "there is a fault `a` already")
    assert len(mock.control("GET", "faults")["faults"]) == 1


def test_server_begins_with_the_faults_of_a_file_and_comes_back_to_them(make_mock, tmp_path):
    file = tmp_path / "faults.json"
    file.write_text('{"faults": [{"match": {"operation": "ListRoles"}, "when": {"first": 1}, "do": {"status": 500}}]}')
    mock = make_mock("--faults", str(file))
    iam = stock(mock, "iam", 1)
    for _ in range(2):
        assert code_of(iam.list_roles) == ("500", 500)
        iam.list_roles()
        script(mock, fault("ListUsers", {"status": 500}))
        mock.reset()
    assert len(mock.control("GET", "faults")["faults"]) == 1


def test_file_of_faults_that_is_none_ends_the_command(mock_binary, tmp_path):
    file = tmp_path / "faults.json"
    file.write_text('{"faults": [{"do": {"status": "x"}}]}')
    done = subprocess.run(
        [mock_binary, "--listen", "127.0.0.1:0", "--faults", file], capture_output=True, text=True, timeout=10
    )
    assert done.returncode == 1
    assert "cannot use the faults of" in done.stderr
    assert "`faults[0].do.status`: invalid type" in done.stderr


def test_chance_is_the_same_for_the_same_seed():
    from podpass.mock import MockServer

    def outcomes(seed: int) -> list[bool]:
        with MockServer(seed=seed) as mock:
            body = {"faults": [fault("ListRoles", {"status": 500}, {"probability": 0.5})]}
            send(f"{mock.uri}/_podpass/faults", "POST", body)
            iam = stock(mock, "iam", 1)

            def succeeds() -> bool:
                try:
                    iam.list_roles()
                except errors.ClientError:
                    return False
                return True

            return [succeeds() for _ in range(40)]

    first = outcomes(7)
    assert first == outcomes(7)
    assert first != outcomes(8)
    assert 5 < sum(first) < 35


def test_aws_cli_retries_and_tells_what_is_left(mock, tmp_path):
    env = {**mock.env, "HOME": str(tmp_path), "AWS_MAX_ATTEMPTS": "3", "AWS_RETRY_MODE": "standard"}

    def aws(*command: str):
        return subprocess.run(["aws", *command], env=env, capture_output=True, text=True, timeout=60)

    script(
        mock,
        fault("ListRoles", {"status": 503}, {"first": 2}),
        fault("ListUsers", {"error": {"code": "Throttling"}}),
        fault("CreateUser", {"drop": "after"}, {"nth": 1}),
    )
    assert aws("iam", "list-roles").returncode == 0
    assert statuses(mock, "ListRoles") == [503, 503, 200]
    given_up = aws("iam", "list-users")
    assert given_up.returncode != 0
    assert "(Throttling) when calling the ListUsers operation (reached max retries: 2): Rate exceeded" in given_up.stderr
    lost = aws("iam", "create-user", "--user-name", "web")
    assert "(EntityAlreadyExists)" in lost.stderr


def test_pod_sees_the_faults_of_the_agent_and_of_eks_auth_behind_it(mock, pod_role):
    eks = mock.client("eks")
    eks.create_pod_identity_association(
        clusterName=CLUSTER, namespace="default", serviceAccount="web", roleArn=pod_role
    )
    pod = Pod(mock, f"{mock.uri}/k8s/{CLUSTER}/api/v1/namespaces/default").create()
    token = pod.token()
    script(
        mock,
        {
            "match": {"service": "eks-auth", "resource": "default/web"},
            "when": {"nth": 1},
            "do": {"error": {"code": "ThrottlingException"}},
        },
        {"match": {"service": "eks-auth"}, "when": {"nth": 1}, "do": {"drop": "after"}},
        {
            "match": {"operation": "get credentials", "resource": "default/web"},
            "when": {"nth": 3},
            "do": {"error": {"code": "Busy", "message": "the agent is busy", "status": 503}},
        },
    )
    throttled = pod.ask(token)
    assert throttled.status == 429
    assert throttled.body.endswith(": (ThrottlingException): Rate exceeded, fault: client\n")
    # The first call of EKS Auth counted for both of its faults, so that the other has had its chance.
    assert pod.ask(token).status == 200
    busy = pod.ask(token)
    assert (busy.status, busy.body) == (503, "the agent is busy\n")
    assert pod.ask(token).status == 200
    assert [call["status"] for call in calls(mock, "get credentials")] == [429, 200, 503, 200]


def test_unreadable_answer_of_eks_auth_is_the_agents_failure(mock, pod_role):
    eks = mock.client("eks")
    eks.create_pod_identity_association(
        clusterName=CLUSTER, namespace="default", serviceAccount="web", roleArn=pod_role
    )
    pod = Pod(mock, f"{mock.uri}/k8s/{CLUSTER}/api/v1/namespaces/default").create()
    token = pod.token()
    for do in ({"drop": "before"}, {"drop": "after"}, {"garbage": True}, {"status": 502}):
        script(mock, {"match": {"service": "eks-auth"}, "when": {"times": 1}, "do": do})
    assert [pod.ask(token).status for _ in range(5)] == [500, 500, 500, 500, 200]


def test_clusters_answer_with_the_status_of_a_fault(mock):
    api = f"{mock.uri}/k8s/{CLUSTER}/api/v1/namespaces/default/serviceaccounts"
    script(
        mock,
        fault("create serviceaccounts", {"error": {"code": "Conflict"}}, resource="default/web"),
        fault("list serviceaccounts", {"error": {"code": "TooManyRequests", "message": "later"}}),
        fault("get serviceaccounts", {"status": 502}),
    )
    assert send(api, "POST", {"metadata": {"name": "other"}}).status == 201
    conflict = send(api, "POST", {"metadata": {"name": "web"}})
    assert (conflict.status, conflict.json()["reason"]) == (409, "Conflict")
    later = send(api)
    assert (later.status, later.headers["Retry-After"]) == (429, "1")
    assert later.json()["message"] == "later"
    assert later.json()["details"] == {"retryAfterSeconds": 1}
    assert send(f"{api}/other").status == 502
