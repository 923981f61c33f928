"""News that take their time through AWS, as clients see it: errors of the other end, until it knows."""

import json
import subprocess
import threading
import time
import urllib.error

import boto3
import pytest
from botocore.exceptions import ClientError

from pods import Pod, allow, send, trust

ROLE = "arn:aws:iam::111122223333:role/r"
ADMIN = "arn:aws:iam::111122223333:user/admin"
WAYS = {"iam-eks", "iam-sts", "association-auth", "association-webhook", "delete-create"}


def propagate(mock, **delays: str) -> dict:
    """Sets delays; the others are none."""
    return mock.control("PUT", "propagation", body={name.replace("_", "-"): delay for name, delay in delays.items()})


def advance(mock, by: str) -> None:
    mock.control("POST", "clock", body={"advance": by})


def code(call, *arguments, **parameters) -> tuple[str, str] | None:
    """Code and message of the error that a call ends with, if it does."""
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return None


@pytest.fixture
def held(make_mock):
    """A server whose time moves only when a test moves it."""
    return make_mock("--cluster", "my-cluster", "--clock", "2026-01-01T00:00:00Z")


@pytest.fixture
def associate(held):
    def associate(service_account: str = "web"):
        return held.client("eks").create_pod_identity_association(
            clusterName="my-cluster", namespace="default", serviceAccount=service_account, roleArn=ROLE
        )["association"]

    return associate


@pytest.fixture
def pod(held):
    return Pod(held, f"{held.uri}/k8s/my-cluster/api/v1/namespaces/default").create()


def create_role(mock, name: str = "r", document: str | None = None) -> None:
    mock.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document or trust())


MISSING = ("InvalidParameterException", "Role provided in the request does not exist.")


def test_nothing_takes_time_unless_it_is_asked_for(mock):
    assert mock.control("GET", "propagation") == dict.fromkeys(WAYS, "0s")


def test_a_new_role_is_unknown_to_eks_for_a_while(held, associate):
    propagate(held, iam_eks="10s")
    create_role(held)
    assert held.client("iam").get_role(RoleName="r")
    assert code(associate) == MISSING
    advance(held, "9.999s")
    assert code(associate) == MISSING
    advance(held, "0.001s")
    associate()


def test_an_access_entry_needs_a_role_that_eks_knows(held):
    propagate(held, iam_eks="10s")
    create_role(held)
    create = lambda: held.client("eks").create_access_entry(clusterName="my-cluster", principalArn=ROLE)  # noqa: E731
    assert code(create)[0] == "InvalidParameterException"
    advance(held, "10s")
    create()


def test_eks_looks_at_the_trust_policy_and_the_role_of_a_while_ago(held, associate):
    iam = held.client("iam")
    create_role(held, document=trust(actions=["sts:AssumeRole"]))
    propagate(held, iam_eks="10s")
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust())
    refused = code(associate)
    assert refused[0] == "InvalidParameterException" and "Trust policy" in refused[1]
    advance(held, "10s")
    associate("a")
    iam.delete_role(RoleName="r")
    associate("b")
    create_role(held)
    iam.delete_role(RoleName="r")
    advance(held, "10s")
    assert code(associate, "c") == MISSING


def test_an_sdk_that_retries_gets_there_in_real_time(make_mock):
    mock = make_mock("--cluster", "my-cluster", "--propagation", "iam-eks=700ms")
    create_role(mock)
    begin = time.monotonic()
    while refused := code(
        mock.client("eks").create_pod_identity_association,
        clusterName="my-cluster",
        namespace="default",
        serviceAccount="web",
        roleArn=ROLE,
    ):
        assert refused == MISSING
        time.sleep(0.1)
    assert 0.5 < time.monotonic() - begin < 10


def test_a_new_role_cannot_be_assumed_for_a_while_nor_a_deleted_one_is_safe(held):
    iam, sts = held.client("iam"), held.client("sts")
    assume = lambda: sts.assume_role(RoleArn=ROLE, RoleSessionName="me")  # noqa: E731
    propagate(held, iam_sts="10s")
    create_role(held, document=trust(actions=["sts:AssumeRole"], AWS=ADMIN))
    denied = f"User: {ADMIN} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    assert code(assume) == ("AccessDenied", denied)
    advance(held, "10s")
    assume()
    iam.update_assume_role_policy(
        RoleName="r", PolicyDocument=trust(actions=["sts:AssumeRole"], AWS="arn:aws:iam::111122223333:role/r")
    )
    assume()
    advance(held, "10s")
    assert code(assume)[0] == "AccessDenied"


def test_a_web_identity_needs_a_provider_that_sts_knows(held, pod):
    eks, iam, sts = held.client("eks"), held.client("iam"), held.client("sts")
    issuer = eks.describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]
    propagate(held, iam_sts="10s")
    provider = iam.create_open_id_connect_provider(
        Url=issuer, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]
    create_role(held, document=trust(actions=["sts:AssumeRoleWithWebIdentity"], Federated=provider))
    token = pod.token(audience="sts.amazonaws.com")
    assume = lambda: sts.assume_role_with_web_identity(  # noqa: E731
        RoleArn=ROLE, RoleSessionName="me", WebIdentityToken=token
    )
    assert code(assume)[0] == "InvalidIdentityToken"
    advance(held, "10s")
    assume()


def test_pods_get_the_credentials_of_what_eks_auth_knows(held, associate, pod):
    create_role(held)
    propagate(held, association_auth="5s")
    made = associate()
    token = pod.token()
    exchange = lambda: held.client("eks-auth").assume_role_for_pod_identity(  # noqa: E731
        clusterName="my-cluster", token=token
    )
    refused = code(exchange)
    assert refused[0] == "ResourceNotFoundException" and "no service account role association" in refused[1]
    assert pod.ask(token).status == 404
    advance(held, "5s")
    assert exchange()["podIdentityAssociation"]["associationId"] == made["associationId"]
    held.client("eks").delete_pod_identity_association(clusterName="my-cluster", associationId=made["associationId"])
    exchange()
    advance(held, "5s")
    assert code(exchange)[0] == "ResourceNotFoundException"


def test_a_changed_association_has_its_former_role_for_a_while(held, associate, pod):
    create_role(held)
    create_role(held, "other")
    made = associate()
    propagate(held, association_auth="5s")
    held.client("eks").update_pod_identity_association(
        clusterName="my-cluster", associationId=made["associationId"], roleArn=ROLE.replace("role/r", "role/other")
    )
    exchange = lambda: held.client("eks-auth").assume_role_for_pod_identity(  # noqa: E731
        clusterName="my-cluster", token=pod.token()
    )["assumedRoleUser"]["arn"]
    assert "assumed-role/r/" in exchange()
    advance(held, "5s")
    assert "assumed-role/other/" in exchange()


def test_eks_auth_refuses_a_role_that_sts_does_not_know_yet(held, associate, pod):
    propagate(held, iam_sts="10s")
    create_role(held)
    associate()
    exchange = lambda: held.client("eks-auth").assume_role_for_pod_identity(  # noqa: E731
        clusterName="my-cluster", token=pod.token()
    )
    assert code(exchange)[0] == "AccessDeniedException"
    advance(held, "10s")
    exchange()


def test_new_pods_are_prepared_once_the_webhook_knows(held, associate):
    api = f"{held.uri}/k8s/my-cluster/api/v1/namespaces/default"
    create_role(held)
    propagate(held, association_webhook="8s")
    associate()

    def is_prepared(name: str) -> bool:
        pod = Pod(held, api, name=name).create()
        container = json.loads(send(f"{api}/pods/{pod.name}").body)["spec"]["containers"][0]
        return "AWS_CONTAINER_CREDENTIALS_FULL_URI" in {variable["name"] for variable in container.get("env", [])}

    assert not is_prepared("early")
    advance(held, "8s")
    assert is_prepared("late")


def test_a_deleted_associations_service_account_is_free_after_a_while(held, associate):
    create_role(held)
    propagate(held, delete_create="2s")
    eks = held.client("eks")
    made = associate()
    eks.delete_pod_identity_association(clusterName="my-cluster", associationId=made["associationId"])
    assert eks.list_pod_identity_associations(clusterName="my-cluster")["associations"] == []
    assert code(associate) == ("ResourceInUseException", f"Association already exists: {made['associationId']}")
    associate("other")
    advance(held, "2s")
    assert associate()["associationId"] != made["associationId"]


def test_a_new_policy_allows_nothing_for_a_while_and_a_deleted_one_still_does(make_mock):
    mock = make_mock("--clock", "2026-01-01T00:00:00Z", "--auth", "enforce")
    iam = mock.client("iam")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    own = mock.client("iam", credentials={**key, "SessionToken": None})
    read = lambda: own.list_roles()  # noqa: E731
    propagate(mock, iam_sts="10s")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=allow("iam:ListRoles"))
    assert code(read)[0] == "AccessDenied"
    advance(mock, "10s")
    read()
    iam.delete_user_policy(UserName="u", PolicyName="p")
    policy = iam.create_policy(PolicyName="p", PolicyDocument=allow("iam:ListRoles"))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="u", PolicyArn=policy)
    read()
    advance(mock, "10s")
    read()
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=allow("iam:ListUsers"), SetAsDefault=True)
    read()
    advance(mock, "10s")
    assert code(read)[0] == "AccessDenied"


def test_a_new_access_key_is_unknown_and_a_deleted_one_known_for_a_while(make_mock):
    mock = make_mock("--clock", "2026-01-01T00:00:00Z", "--auth", "enforce", "--propagation", "iam-sts=10s")
    iam = mock.client("iam")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    # Not of the fixture, which knows no such error of this operation.
    who = boto3.client(
        "sts",
        endpoint_url=mock.uri,
        region_name="us-west-2",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    ).get_caller_identity
    assert code(who)[0] == "InvalidClientTokenId"
    advance(mock, "10s")
    assert who()["Arn"].endswith(":user/u")
    iam.delete_access_key(UserName="u", AccessKeyId=key["AccessKeyId"])
    who()
    advance(mock, "10s")
    assert code(who)[0] == "InvalidClientTokenId"


def test_delays_are_told_changed_and_reset(make_mock):
    mock = make_mock("--propagation", "aws", "--propagation", "delete-create=90s")
    began = mock.control("GET", "propagation")
    assert began.keys() == WAYS and "0s" not in began.values()
    assert began["delete-create"] == "90s"
    assert propagate(mock, iam_eks="1m")["iam-eks"] == "60s"
    assert mock.control("GET", "propagation")["iam-sts"] == "0s"
    mock.reset()
    assert mock.control("GET", "propagation") == began
    assert mock.control("PUT", "propagation", body="aws")["iam-eks"] == began["iam-eks"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("azure", 'expected "aws", or an object'),
        ({"iam-s3": "1s"}, "unknown propagation `iam-s3`; there are: iam-eks, iam-sts,"),
        ({"iam-eks": "soon"}, "`iam-eks` is a duration such as"),
        ({"iam-eks": "61m"}, "`iam-eks` is a duration such as"),
        ({"iam-eks": True}, "`iam-eks` is a duration such as"),
    ],
)
def test_delays_that_are_none_are_refused_in_words(mock, body, message):
    with pytest.raises(urllib.error.HTTPError) as refused:
        mock.control("PUT", "propagation", body=body)
    assert refused.value.code == 400
    assert json.load(refused.value)["message"].startswith(message)


def test_arguments_that_are_no_delays_start_no_server(mock_binary):
    for argument in ("gcp", "iam-eks", "iam-eks=soon", "iam-s3=1s"):
        refused = subprocess.run([mock_binary, "--propagation", argument], capture_output=True, text=True, check=False)
        assert refused.returncode == 2 and "--propagation" in refused.stderr


def test_what_changes_from_many_sides_is_seen_as_it_was(make_mock):
    mock = make_mock("--cluster", "my-cluster", "--clock", "2026-01-01T00:00:00Z", "--propagation", "iam-sts=10s")

    def work(number: int) -> None:
        iam = mock.client("iam")
        for turn in range(10):
            create_role(mock, f"r-{number}-{turn}", trust(actions=["sts:AssumeRole"], AWS=ADMIN))
            iam.update_role(RoleName=f"r-{number}-{turn}", Description="x")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sts = mock.client("sts")
    assume = lambda name: sts.assume_role(RoleArn=f"{ROLE[:-1]}{name}", RoleSessionName="me")  # noqa: E731
    assert code(assume, "r-7-9")[0] == "AccessDenied"
    advance(mock, "10s")
    assume("r-7-9")
