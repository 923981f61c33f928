"""What is asked of the ledger: filters, counts, assertions, and CloudTrail's form."""

import json
import urllib.error
import urllib.parse
import uuid
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from pods import Pod, send, trust

ADMIN = "arn:aws:iam::111122223333:user/admin"
ROLE = "arn:aws:iam::111122223333:role/r"
CLUSTER = "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster"


def requests(mock, **filters) -> list[dict]:
    return mock.control("GET", f"requests?{urllib.parse.urlencode(filters)}")["requests"]


def cloudtrail(mock, **filters) -> list[dict]:
    query = urllib.parse.urlencode({"format": "cloudtrail", **filters})
    return mock.control("GET", f"requests?{query}")["Records"]


def refused(mock, method: str, route: str, body=None) -> tuple[int, str]:
    """Status and message of a control call that fails."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        mock.control(method, route, body=body)
    return caught.value.code, json.load(caught.value)["message"]


def expect(mock, **expected):
    return mock.control("POST", "requests/assert", body=expected)


@pytest.fixture
def association(mock, iam, eks):
    """A role and an association of it, made by two calls."""
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(), Tags=[{"Key": "Team", "Value": "a"}])
    return eks.create_pod_identity_association(
        clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=ROLE, tags={"Team": "a"}
    )["association"]


def test_an_entry_tells_what_the_call_is_about_who_made_it_and_how_it_came(mock, association):
    created, associated = requests(mock)
    assert [created["sequence"], associated["sequence"]] == [1, 2]
    assert (created["resource"], created["otherResources"]) == (ROLE, [])
    assert (associated["resource"], associated["otherResources"]) == (CLUSTER, [ROLE])
    assert {(call["caller"], call["accessKeyId"], call["source"]) for call in (created, associated)} == {
        (ADMIN, "test", "http")
    }
    assert created["userAgent"].startswith("Boto3/")
    assert (created["decision"], created["reason"], created["fault"]) == (None, None, None)


def test_calls_to_clusters_are_about_their_paths(mock):
    send(f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default/pods?limit=5")
    assert requests(mock)[0]["resource"] == "/k8s/my-cluster/api/v1/namespaces/default/pods"


def test_what_the_agent_exchanges_comes_from_the_agent(mock, association):
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    assert pod.ask(pod.token()).status == 200
    exchange, asked = requests(mock, after=2, service="*a*")[-2:]
    assert (exchange["service"], exchange["source"], exchange["resource"]) == ("eks-auth", "agent", CLUSTER)
    assert (asked["service"], asked["source"]) == ("agent", "http")


def test_filters_pick_calls(mock, iam, association):
    with pytest.raises(ClientError):
        iam.get_role(RoleName="absent")
    assert [call["operation"] for call in requests(mock, operation="Create*", service="iam")] == ["CreateRole"]
    assert [call["errorCode"] for call in requests(mock, status="4xx", readOnly="true")] == ["NoSuchEntity"]
    assert [call["sequence"] for call in requests(mock, after=1, limit=1)] == [2]
    assert [call["service"] for call in requests(mock, resource="*:role/*")] == ["iam", "eks", "iam"]
    assert requests(mock, until="2020-01-01T00:00:00Z") == []


def test_a_filter_that_is_none_is_refused_by_name(mock):
    status, message = refused(mock, "GET", "requests?operatoin=GetRole")
    assert (status, message.split(";")[0]) == (400, "unknown filter `operatoin`")
    assert refused(mock, "GET", "requests?status=4x") == (
        400,
        "`status` is a status such as `404` or `4xx`, not `4x`",
    )
    assert refused(mock, "GET", "requests?format=xml") == (400, "`format` is `podpass` or `cloudtrail`, not `xml`")


def test_calls_are_counted_by_what_they_were_and_how_they_ended(mock, iam, association):
    for _ in range(3):
        with pytest.raises(ClientError):
            iam.get_role(RoleName="absent")
    summary = mock.control("GET", "requests/summary")
    assert (summary["total"], summary["forgotten"]) == (5, 0)
    assert {
        "service": "iam",
        "operation": "GetRole",
        "status": 404,
        "errorCode": "NoSuchEntity",
        "count": 3,
    } in summary["counts"]
    assert sum(kind["count"] for kind in summary["counts"]) == 5
    mock.control("DELETE", "requests")
    assert mock.control("GET", "requests/summary") == {"total": 0, "forgotten": 0, "counts": []}
    assert requests(mock) == []
    # What was made is still there.
    assert iam.get_role(RoleName="r")


def test_an_assertion_holds_or_says_what_differs(mock, iam, association):
    assert expect(mock, calls=2, noneTwice=True) == {"calls": 2}
    assert expect(mock, atMost=1, filter={"service": "eks", "status": 200}) == {"calls": 1}
    assert expect(mock, atLeast=1, filter={"readOnly": False}) == {"calls": 2}
    status, message = refused(mock, "POST", "requests/assert", {"calls": 103})
    assert status == 409
    assert message.splitlines() == [
        "expected 103 calls, got 2",
        "  1 × eks CreatePodIdentityAssociation",
        "  1 × iam CreateRole",
    ]


def test_a_call_is_made_twice_if_it_asks_for_the_same(mock, iam, eks, association):
    # The SDK makes up another token for each of these calls.
    with pytest.raises(ClientError):
        eks.create_pod_identity_association(
            clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=ROLE, tags={"Team": "a"}
        )
    iam.get_role(RoleName="r")
    iam.get_role(RoleName="R")
    assert refused(mock, "POST", "requests/assert", {"noneTwice": True}) == (
        409,
        f"made 2 times: eks CreatePodIdentityAssociation on {CLUSTER} (calls 2, 3)",
    )
    for _ in range(2):
        send(f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default/pods")
    status, message = refused(mock, "POST", "requests/assert", {"noneTwice": True, "filter": {"service": "kubernetes"}})
    assert message == (
        "made 2 times: kubernetes list pods on /k8s/my-cluster/api/v1/namespaces/default/pods (calls 6, 7)"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "nothing is expected"),
        ({"filter": {"service": "iam"}}, "nothing is expected"),
        ({"calls": "two"}, "`calls` is a whole number"),
        ({"noneTwice": 1}, "`noneTwice` is true or false"),
        ({"call": 1}, "unknown member `call`"),
        ({"calls": 1, "filter": []}, "`filter` is an object of filters"),
        ({"calls": 1, "filter": {"operatoin": "x"}}, "`filter`: unknown filter `operatoin`"),
        ({"calls": 1, "filter": {"status": None}}, "`filter.status` is a text"),
        ([], "invalid type"),
    ],
)
def test_an_assertion_that_is_none_is_refused_in_words(mock, body, message):
    status, told = refused(mock, "POST", "requests/assert", body)
    assert status == 400 and told.startswith(message)


# --- CloudTrail ----------------------------------------------------------------------------------


def test_a_record_has_cloudtrails_form(mock, association):
    created, associated = cloudtrail(mock)
    entry = requests(mock)[0]
    assert uuid.UUID(created.pop("eventID"))
    assert created.pop("eventTime") == datetime.fromisoformat(entry["time"]).strftime("%Y-%m-%dT%H:%M:%SZ")
    identity = created.pop("userIdentity")
    assert identity.pop("principalId").startswith("AIDA")
    assert identity == {
        "type": "IAMUser",
        "arn": ADMIN,
        "accountId": "111122223333",
        "accessKeyId": "test",
        "userName": "admin",
    }
    assert created == {
        "eventVersion": "1.11",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateRole",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "127.0.0.1",
        "userAgent": entry["userAgent"],
        "requestParameters": {
            "roleName": "r",
            "assumeRolePolicyDocument": trust(),
            "tags": [{"key": "Team", "value": "a"}],
        },
        "responseElements": None,
        "requestID": entry["requestId"],
        "readOnly": False,
        "resources": [{"ARN": ROLE, "accountId": "111122223333", "type": "AWS::IAM::Role"}],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
    }
    assert (associated["eventSource"], associated["awsRegion"]) == ("eks.amazonaws.com", "us-west-2")
    parameters = associated["requestParameters"]
    assert parameters.pop("clientRequestToken")
    assert parameters == {
        # As the wire has it.
        "name": "my-cluster",
        "namespace": "default",
        "serviceAccount": "web",
        "roleArn": ROLE,
        "tags": {"Team": "a"},
    }
    assert [resource["type"] for resource in associated["resources"]] == ["AWS::EKS::Cluster", "AWS::IAM::Role"]


def test_errors_are_told_by_the_names_of_their_shapes(mock, iam):
    with pytest.raises(ClientError) as caught:
        iam.get_role(RoleName="absent")
    (event,) = cloudtrail(mock)
    assert event["errorCode"] == "NoSuchEntityException"
    assert event["errorMessage"] == caught.value.response["Error"]["Message"]
    assert event["readOnly"] is True


def test_a_session_is_told_with_its_role(mock, iam, sts):
    document = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": ADMIN}, "Action": "sts:AssumeRole"}],
        }
    )
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=document)["Role"]
    session = sts.assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]
    mock.client("sts", credentials=session).get_caller_identity()
    event = cloudtrail(mock, operation="GetCallerIdentity")[0]
    identity = event["userIdentity"]
    assert identity["sessionContext"]["attributes"].pop("creationDate")
    assert identity == {
        "type": "AssumedRole",
        "principalId": f"{role['RoleId']}:me",
        "arn": "arn:aws:sts::111122223333:assumed-role/r/me",
        "accountId": "111122223333",
        "accessKeyId": session["AccessKeyId"],
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role["RoleId"],
                "arn": ROLE,
                "accountId": "111122223333",
                "userName": "r",
            },
            "attributes": {"mfaAuthenticated": "false"},
        },
    }
    assert event["requestParameters"] is None
    federated = sts.get_federation_token(Name="bob")["Credentials"]
    mock.client("sts", credentials=federated).get_caller_identity()
    identity = cloudtrail(mock, operation="GetCallerIdentity")[-1]["userIdentity"]
    assert (identity["type"], identity["principalId"]) == ("FederatedUser", "111122223333:bob")


def test_only_calls_to_aws_are_cloudtrails(mock, association):
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    pod.ask(pod.token())
    assert [event["eventName"] for event in cloudtrail(mock)] == [
        "CreateRole",
        "CreatePodIdentityAssociation",
        "AssumeRoleForPodIdentity",
    ]


def test_a_request_too_long_to_keep_leaves_a_note(mock, iam):
    with pytest.raises(ClientError):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument="x" * 100_000)
    (event,) = cloudtrail(mock)
    assert event["requestParameters"]["omitted"] is True


def test_no_secret_enters_the_ledger(mock, iam, sts, association):
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    token = pod.token()
    agent = pod.ask(token).json()
    web = pod.token(audience="sts.amazonaws.com")
    mock.client("eks-auth").assume_role_for_pod_identity(clusterName="my-cluster", token=token)
    with pytest.raises(ClientError):
        sts.assume_role_with_web_identity(RoleArn=ROLE, RoleSessionName="xyz", WebIdentityToken=web)
    with pytest.raises(ClientError):
        sts.assume_role_with_web_identity(RoleArn=ROLE, RoleSessionName="xyz", WebIdentityToken="no-token-at-all-x")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    session = sts.get_session_token()["Credentials"]
    mock.client("sts", credentials=session).get_caller_identity()
    signed = sts.generate_presigned_url("get_caller_identity", HttpMethod="GET")
    send(signed)
    send(
        f"{mock.uri}/k8s/my-cluster/apis/authentication.k8s.io/v1/tokenreviews",
        "POST",
        {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}},
    )
    told = json.dumps([requests(mock), cloudtrail(mock), mock.control("GET", "requests/summary")])
    signature = urllib.parse.parse_qs(urllib.parse.urlsplit(signed).query)["X-Amz-Signature"][0]
    secrets = [token, web, "no-token-at-all-x", key["SecretAccessKey"], agent["SecretAccessKey"], agent["Token"]]
    secrets += [session["SecretAccessKey"], session["SessionToken"], signature]
    assert [secret for secret in secrets if secret in told] == []
    exchanges = cloudtrail(mock, operation="AssumeRoleWith*")
    assert {event["requestParameters"]["webIdentityToken"] for event in exchanges} == {
        "HIDDEN_DUE_TO_SECURITY_REASONS"
    }
    assert {event["userIdentity"]["type"] for event in exchanges} == {"WebIdentityUser"}
