"""The pod's own path: service account token, agent, EKS Auth, STS, and the credentials that come of it."""

import json
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from conftest import free_port
from pods import ACCOUNT, WHOAMI, Answer, Pod, allow, run, send, trust
from test_javascript_sdk import NODE_IS_OPTIONAL, SUITES

CLUSTER = f"arn:aws:eks:us-west-2:{ACCOUNT}:cluster/my-cluster"
TAGS = {
    "eks-cluster-arn": CLUSTER,
    "eks-cluster-name": "my-cluster",
    "kubernetes-namespace": "default",
    "kubernetes-service-account": "web",
    "kubernetes-pod-name": "web-pod-with-a-long-name",
}
DENIED = "Unauthorized Exception! EKS does not have permissions to assume the associated role."


@pytest.fixture
def pod(mock):
    return Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()


@pytest.fixture
def eks_auth(mock):
    return mock.client("eks-auth")


@pytest.fixture
def associate(iam, eks):
    """Associates the pod's service account with a new role: its ARN."""

    def associate(policy: str | None = None, trust_policy: str | None = None, **arguments) -> str:
        role = iam.create_role(
            RoleName="my-role", Path="/apps/", AssumeRolePolicyDocument=trust_policy or trust()
        )["Role"]["Arn"]
        if policy:
            iam.put_role_policy(RoleName="my-role", PolicyName="p", PolicyDocument=policy)
        eks.create_pod_identity_association(
            clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=role, **arguments
        )
        return role

    return associate


def as_credentials(answer: dict) -> dict:
    return {**answer, "SessionToken": answer["Token"]}


# --- EKS Auth ------------------------------------------------------------------------------------


def test_a_token_gets_the_credentials_of_the_associated_role(mock, pod, eks_auth, associate, eks):
    associate()
    answer = eks_auth.assume_role_for_pod_identity(
        clusterName="my-cluster", token=pod.token(), eksNodeName="n", instanceId="i-1", zone="usw2-az1"
    )
    assert answer["subject"] == {"namespace": "default", "serviceAccount": "web"}
    assert answer["audience"] == "pods.eks.amazonaws.com"
    listed = eks.list_pod_identity_associations(clusterName="my-cluster")["associations"][0]
    assert answer["podIdentityAssociation"] == {
        key: listed[key] for key in ("associationArn", "associationId")
    }
    user = answer["assumedRoleUser"]
    prefix = f"arn:aws:sts::{ACCOUNT}:assumed-role/my-role/eks-my-cluster-web-pod-wi-"
    assert user["arn"].startswith(prefix) and len(user["arn"]) == len(prefix) + 36
    assert user["assumeRoleId"].startswith("AROA") and user["assumeRoleId"].endswith(user["arn"].split("/")[-1])
    keys = {name[0].upper() + name[1:]: value for name, value in answer["credentials"].items()}
    assert mock.client("sts", credentials=keys).get_caller_identity()["Arn"] == user["arn"]


def test_the_session_has_the_six_tags_and_lasts_six_hours(mock, pod, iam, associate):
    conditions = {f"aws:RequestTag/{key}": value for key, value in TAGS.items()}
    conditions["aws:RequestTag/kubernetes-pod-uid"] = pod.uid
    conditions["aws:SourceAccount"] = ACCOUNT
    associate(
        policy=allow("s3:GetObject", resource="arn:aws:s3:::bucket/${aws:PrincipalTag/kubernetes-namespace}/*"),
        trust_policy=trust({"StringEquals": conditions, "ArnEquals": {"aws:SourceArn": CLUSTER}}),
    )
    asked = pod.ask()
    assert asked.status == 200, asked.body
    key = asked.json()["AccessKeyId"]
    for folder, allowed in (("default", True), ("other", False)):
        question = {
            "accessKeyId": key,
            "action": "s3:GetObject",
            "resource": f"arn:aws:s3:::bucket/{folder}/file",
        }
        decision = mock.control("POST", "authorize", body=question)
        assert (decision["outcome"] == "Allowed") is allowed, decision


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "prod"}},
        {"StringEquals": {"aws:RequestTag/kubernetes-service-account": "Web"}},
        {"StringEquals": {"aws:PrincipalTag/kubernetes-namespace": "default"}},
        {"ArnEquals": {"aws:SourceArn": CLUSTER.replace("my-", "other-")}},
        {"StringEquals": {"aws:SourceAccount": "444455556666"}},
    ],
)
def test_a_trust_policy_that_asks_for_another_session_denies(mock, pod, eks_auth, associate, refusal, condition):
    associate(trust_policy=trust(condition))
    refused = refusal(eks_auth.assume_role_for_pod_identity, clusterName="my-cluster", token=pod.token())
    assert (refused.code, refused.status, refused.message) == ("AccessDeniedException", 400, DENIED)
    told = mock.control("GET", "requests")["requests"][-1]
    assert told["decision"] == "denied" and "is not authorized to perform: sts:" in told["reason"]


def test_sessions_without_tags_need_no_leave_to_be_tagged(iam, pod, eks, eks_auth, associate, refusal):
    associate(disableSessionTags=True)
    iam.update_assume_role_policy(RoleName="my-role", PolicyDocument=trust(actions=["sts:AssumeRole"]))
    ask = {"clusterName": "my-cluster", "token": pod.token()}
    assert eks_auth.assume_role_for_pod_identity(**ask)["credentials"]
    association = eks.list_pod_identity_associations(clusterName="my-cluster")["associations"][0]
    eks.update_pod_identity_association(
        clusterName="my-cluster", associationId=association["associationId"], disableSessionTags=False
    )
    assert refusal(eks_auth.assume_role_for_pod_identity, **ask).code == "AccessDeniedException"


def test_a_session_policy_limits_the_session(mock, pod, iam, eks):
    role = iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    iam.put_role_policy(RoleName="my-role", PolicyName="p", PolicyDocument=allow("s3:*", "sqs:*"))
    eks.create_pod_identity_association(
        clusterName="my-cluster",
        namespace="default",
        serviceAccount="web",
        roleArn=role,
        disableSessionTags=True,
        policy=allow("s3:GetObject"),
    )
    key = pod.ask().json()["AccessKeyId"]
    outcomes = [
        mock.control("POST", "authorize", body={"accessKeyId": key, "action": action})["outcome"]
        for action in ("s3:GetObject", "s3:PutObject", "sqs:SendMessage")
    ]
    assert outcomes == ["Allowed", "ImplicitDeny", "ImplicitDeny"]


def test_a_target_role_of_another_account_is_reached_through_the_associated_role(
    mock, pod, iam, eks_auth, associate, refusal
):
    target = "arn:aws:iam::444455556666:role/target"
    role = associate(targetRoleArn=target)
    ask = {"clusterName": "my-cluster", "token": pod.token()}
    assert refusal(eks_auth.assume_role_for_pod_identity, **ask).message == DENIED

    conditions = {
        "StringEquals": {
            "sts:ExternalId": f"us-west-2/{ACCOUNT}/my-cluster/default/web",
            "aws:RequestTag/kubernetes-service-account": "web",
        },
        "ArnEquals": {"aws:PrincipalArn": role},
    }
    # The external id belongs to sts:AssumeRole; both actions are asked with the same context here.
    other = mock.client("iam", account="444455556666")
    other.create_role(RoleName="target", AssumeRolePolicyDocument=trust(conditions, AWS=f"arn:aws:iam::{ACCOUNT}:root"))
    assert refusal(eks_auth.assume_role_for_pod_identity, **ask).message == DENIED

    iam.put_role_policy(
        RoleName="my-role", PolicyName="p", PolicyDocument=allow("sts:AssumeRole", "sts:TagSession", resource=target)
    )
    answer = eks_auth.assume_role_for_pod_identity(**ask)
    user = answer["assumedRoleUser"]["arn"]
    assert user.startswith("arn:aws:sts::444455556666:assumed-role/target/eks-my-cluster-web-pod-wi-")
    assert pod.ask().json()["AccountId"] == "444455556666"


def test_roles_that_the_pod_assumes_on_have_its_tags(mock, pod, iam, associate, refusal):
    associate(policy=allow("sts:AssumeRole", "sts:TagSession", resource=f"arn:aws:iam::{ACCOUNT}:role/next"))
    policy = trust({"StringEquals": {"aws:PrincipalTag/kubernetes-namespace": "default"}}, AWS=ACCOUNT)
    role = iam.create_role(RoleName="next", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    own = allow("s3:GetObject", resource="arn:aws:s3:::bucket/${aws:PrincipalTag/kubernetes-service-account}/*")
    iam.put_role_policy(RoleName="next", PolicyName="p", PolicyDocument=own)
    sts = mock.client("sts", credentials=as_credentials(pod.ask().json()))
    begun = sts.assume_role(RoleArn=role, RoleSessionName="me")["AssumedRoleUser"]["Arn"]
    for folder, outcome in (("web", "Allowed"), ("api", "ImplicitDeny")):
        question = {"principal": begun, "action": "s3:GetObject", "resource": f"arn:aws:s3:::bucket/{folder}/key"}
        assert mock.control("POST", "authorize", body=question)["outcome"] == outcome
    # What a tag says, nobody who has it can change.
    tags = [{"Key": "kubernetes-namespace", "Value": "kube-system"}]
    refused = refusal(sts.assume_role, RoleArn=role, RoleSessionName="me", Tags=tags)
    assert (refused.code, refused.status) == ("InvalidParameterValue", 400)


def test_the_session_signs_where_signatures_and_permissions_count(make_mock, tmp_path):
    mock = make_mock("--cluster", "my-cluster", "--auth", "enforce")
    iam, eks = mock.client("iam"), mock.client("eks")
    role = iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    iam.put_role_policy(RoleName="my-role", PolicyName="p", PolicyDocument=allow("iam:GetRole", resource=role))
    key = {"clusterName": "my-cluster", "namespace": "default", "serviceAccount": "web"}
    eks.create_pod_identity_association(**key, roleArn=role)
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    aws, env = WHOAMI["aws"][0], pod.start(tmp_path)
    get_role = [aws, "iam", "get-role", "--role-name", "my-role", "--query", "Role.Arn", "--output", "text"]
    assert run(get_role, env).strip() == role
    refused = subprocess.run([aws, "iam", "list-roles"], env=env, capture_output=True, text=True, timeout=60)
    session = run(WHOAMI["aws"], env).strip()
    assert refused.stderr.strip().endswith(
        f"An error occurred (AccessDenied) when calling the ListRoles operation: User: {session} is not authorized "
        f"to perform: iam:ListRoles on resource: arn:aws:iam::{ACCOUNT}:role/ because no identity-based policy "
        "allows the iam:ListRoles action"
    )


def test_what_is_missing_is_named(pod, eks, iam, eks_auth, associate, refusal):
    ask = {"clusterName": "my-cluster", "token": pod.token()}
    call = eks_auth.assume_role_for_pod_identity
    refused = refusal(call, **ask)
    assert (refused.code, refused.status) == ("ResourceNotFoundException", 404)
    assert refused.message == "The token included in the request has no service account role association for it."
    refused = refusal(call, **{**ask, "clusterName": "nowhere"})
    assert (refused.code, refused.status) == ("ResourceNotFoundException", 404)
    associate()
    assert call(**ask)
    iam.delete_role(RoleName="my-role")
    assert refusal(call, **ask).message == DENIED


def test_a_token_ends_with_its_pod(pod, eks_auth, associate, refusal):
    associate()
    token = pod.token()
    send(f"{pod.api}/pods/{pod.name}?gracePeriodSeconds=0", "DELETE")
    for _ in range(100):
        if send(f"{pod.api}/pods/{pod.name}").status == 404:
            break
        time.sleep(0.05)
    refused = refusal(eks_auth.assume_role_for_pod_identity, clusterName="my-cluster", token=token)
    assert (refused.code, refused.status) == ("InvalidTokenException", 400)
    assert refused.message == "The token included in the request is invalid"
    pod.create()
    assert refusal(eks_auth.assume_role_for_pod_identity, clusterName="my-cluster", token=token).status == 400
    assert eks_auth.assume_role_for_pod_identity(clusterName="my-cluster", token=pod.token())


def test_tokens_of_no_pod_for_others_or_of_other_clusters_are_refused(mock, pod, eks, eks_auth, associate, refusal):
    associate()
    eks.create_cluster(
        name="other", roleArn=f"arn:aws:iam::{ACCOUNT}:role/c", resourcesVpcConfig={"subnetIds": ["subnet-1"]}
    )
    other = Pod(mock, f"{mock.uri}/k8s/other/api/v1/namespaces/default").create()
    tokens = [pod.token("sts.amazonaws.com"), pod.token(boundObjectRef=None), other.token(), "a.b.c"]
    for token in tokens:
        refused = refusal(eks_auth.assume_role_for_pod_identity, clusterName="my-cluster", token=token)
        assert refused.code == "InvalidTokenException"
    refused = refusal(eks_auth.assume_role_for_pod_identity, clusterName="my-cluster", token="secret-thing")
    assert refused.code == "InvalidParameterException" and "secret-thing" not in refused.message


# --- the agent -----------------------------------------------------------------------------------


def test_the_agent_answers_with_exactly_its_members(pod, associate):
    associate()
    asked = pod.ask()
    assert asked.status == 200 and asked.headers["Content-Type"] == "application/json"
    answer = asked.json()
    assert set(answer) == {"AccessKeyId", "SecretAccessKey", "Token", "AccountId", "Expiration"}
    assert answer["AccountId"] == ACCOUNT and answer["AccessKeyId"].startswith("ASIA")


def test_the_agent_remembers_credentials_by_token(pod, associate, mock):
    associate()
    token = pod.token()
    assert pod.ask(token).body == pod.ask(token).body
    assert pod.ask(token).body != pod.ask().body
    calls = [call["operation"] for call in mock.control("GET", "requests")["requests"]]
    assert calls.count("AssumeRoleForPodIdentity") == 2


def test_requests_with_the_same_token_at_once_are_one_exchange(pod, associate, mock):
    associate()
    tokens = [pod.token() for _ in range(4)]
    threads = 8 * len(tokens)
    barrier = Barrier(threads)

    def ask(number: int) -> tuple[str, str]:
        token = tokens[number % len(tokens)]
        barrier.wait(timeout=30)
        answer = pod.ask(token)
        assert answer.status == 200, answer.body
        return token, answer.json()["AccessKeyId"]

    with ThreadPoolExecutor(threads) as pool:
        keys = set(pool.map(ask, range(threads)))
    assert len(keys) == len(tokens), "one key for each token"
    calls = [call["operation"] for call in mock.control("GET", "requests")["requests"]]
    assert calls.count("AssumeRoleForPodIdentity") == len(tokens)


def test_errors_of_the_agent_are_plain_texts(pod, associate, mock):
    def told(answer: Answer) -> tuple[int, str]:
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.body.endswith("\n")
        return answer.status, answer.body[:-1]

    token = pod.token()
    status, text = told(pod.ask(token))
    assert status == 404
    sentence = "The token included in the request has no service account role association for it."
    assert text.endswith(f"]: (ResourceNotFoundException): {sentence}, fault: client") and text.startswith("[")
    assert told(send(f"{mock.uri}/v1/credentials")) == (400, "Service account token cannot be empty")
    malformed = "Service account token cannot be parsed: token is malformed: "
    illegal = "could not base64 decode header: illegal base64 data at input byte 6"
    assert told(pod.ask(f"Bearer {token}")) == (400, malformed + illegal)
    segments = "token contains an invalid number of segments"
    assert told(pod.ask("x")) == (400, malformed + segments)
    address = "Access Denied. Called agent through invalid address, please use either [169.254.170.23 fd00:ec2::23] address not evil.example"
    assert told(pod.ask(token, Host="evil.example:80")) == (403, address)
    associate()
    assert pod.ask(token, Host="169.254.170.23").status == 200
    assert pod.ask(token, Host="[fd00:ec2::23]:80").status == 200


def test_the_agent_and_its_metrics_have_addresses_of_their_own(make_mock):
    agent, metrics = (f"127.0.0.1:{free_port()}" for _ in range(2))
    make_mock("--cluster", "my-cluster", "--agent-listen", agent, "--agent-metrics-listen", metrics)
    assert send(f"http://{agent}/v1/credentials").status == 400
    for path in ("/", "/_podpass/health", "/v1/credentials/"):
        answer = send(f"http://{agent}{path}")
        assert (answer.status, answer.body) == (404, "404 page not found\n")
    assert 'pod_identity_http_response{code="400"} 1' in send(f"http://{metrics}/metrics").body
    assert send(f"http://{metrics}/readyz").status == 200


@pytest.fixture(params=WHOAMI)
def whoami(request, pod, tmp_path):
    """Runs a program of each SDK in the pod, which tells who it is."""
    if request.param == "node" and NODE_IS_OPTIONAL and shutil.which("node") is None:
        pytest.skip("there is no node: install Node.js 20 or newer")
    return lambda: run(WHOAMI[request.param], pod.start(tmp_path), cwd=SUITES).strip()


def test_programs_are_who_the_association_makes_them_by_nothing_but_the_pods_environment(pod, associate, whoami):
    associate()
    remake(pod)
    arn, uuid = whoami()[:-36], whoami()[-36:]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/my-role/eks-my-cluster-web-pod-wi-"
    assert len(uuid.split("-")) == 5


def remake(pod: Pod) -> None:
    """Creates the pod anew: associations and annotations count when a pod is made."""
    send(f"{pod.api}/pods/{pod.name}?gracePeriodSeconds=0", "DELETE")
    pod.create()


# --- web identities ------------------------------------------------------------------------------


@pytest.fixture
def web_identity(mock, pod, iam, eks):
    """A role for the pod's web identity: its ARN, and the issuer's URL without a scheme."""
    url = eks.describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]
    issuer = url.removeprefix("https://")
    provider = iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"])
    condition = {
        "StringEquals": {
            f"{issuer}:sub": "system:serviceaccount:default:web",
            f"{issuer}:aud": "sts.amazonaws.com",
        }
    }
    policy = trust(condition, ["sts:AssumeRoleWithWebIdentity"], Federated=provider["OpenIDConnectProviderArn"])
    role = iam.create_role(RoleName="irsa", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    return role, issuer


def test_a_service_account_token_begins_a_session_by_web_identity(sts, pod, web_identity):
    role, issuer = web_identity
    answer = sts.assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="me", WebIdentityToken=pod.token("sts.amazonaws.com")
    )
    assert answer["SubjectFromWebIdentityToken"] == "system:serviceaccount:default:web"
    assert answer["Audience"] == "sts.amazonaws.com"
    assert answer["Provider"] == f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/irsa/me"
    assert "PackedPolicySize" not in answer


def test_policies_know_which_provider_a_session_comes_from(mock, sts, iam, pod, web_identity):
    role, issuer = web_identity
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"
    condition = {"StringEquals": {"aws:FederatedProvider": provider}}
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="irsa", PolicyName="p", PolicyDocument=document)
    token = pod.token("sts.amazonaws.com")
    session = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="me", WebIdentityToken=token)
    question = {"action": "s3:GetObject", "resource": "arn:aws:s3:::my-bucket/a"}
    for caller, outcome in (
        ({"accessKeyId": session["Credentials"]["AccessKeyId"]}, "Allowed"),
        ({"principal": role}, "ImplicitDeny"),
    ):
        assert mock.control("POST", "authorize", body=question | caller)["outcome"] == outcome


def test_web_identities_that_are_not_good_are_refused_in_the_words_of_sts(mock, sts, iam, pod, web_identity, refusal):
    role, issuer = web_identity
    good = pod.token("sts.amazonaws.com")
    call = {"RoleArn": role, "RoleSessionName": "me", "WebIdentityToken": good}

    def told(**changed):
        refused = refusal(sts.assume_role_with_web_identity, **{**call, **changed})
        return refused.code, refused.status, refused.message

    not_authorized = ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity")
    audience = ("InvalidIdentityToken", 400, "Incorrect token audience")
    assert told(WebIdentityToken=pod.token()) == audience
    assert told(RoleArn=role.replace("irsa", "nobody")) == not_authorized
    assert told(WebIdentityToken="none.of.these")[0] == "InvalidIdentityToken"
    provider = f"No OpenIDConnect provider found in your account for https://{issuer}"
    assert told(RoleArn=role.replace(ACCOUNT, "444455556666")) == ("InvalidIdentityToken", 400, provider)
    header, claims, signature = good.split(".")
    forged = f"{header}.{claims}.{signature[:-8]}{'A' * 8}"
    assert told(WebIdentityToken=forged) == (
        "InvalidIdentityToken",
        400,
        "The web identity token provided could not be validated",
    )
    assert told(DurationSeconds=7200)[0] == "ValidationError"
    iam.update_assume_role_policy(
        RoleName="irsa",
        PolicyDocument=trust(
            {"StringEquals": {f"{issuer}:sub": "system:serviceaccount:default:other"}},
            ["sts:AssumeRoleWithWebIdentity"],
            Federated=f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}",
        ),
    )
    assert told() == not_authorized
    entry = mock.control("GET", "requests")["requests"][-2]
    assert entry["caller"] == "anonymous" or entry["operation"] == "UpdateAssumeRolePolicy"


def test_programs_use_a_web_identity_where_the_service_account_is_annotated(pod, web_identity, whoami):
    role, _ = web_identity
    annotations = {"eks.amazonaws.com/role-arn": role}
    patch = {"metadata": {"annotations": annotations}}
    patched = send(
        f"{pod.api}/serviceaccounts/web", "PATCH", patch, **{"Content-Type": "application/merge-patch+json"}
    )
    assert patched.status == 200, patched.body
    remake(pod)
    assert whoami().startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/irsa/")


# --- issuers -------------------------------------------------------------------------------------


def test_the_issuer_serves_its_documents_and_keys_that_rotation_keeps(mock, pod, eks, eks_auth, associate):
    associate()
    url = eks.describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]
    own = f"{mock.uri}/oidc/id/{url.rsplit('/', 1)[1]}"
    discovery = send(f"{own}/.well-known/openid-configuration")
    assert discovery.json()["issuer"] == url and "max-age" in discovery.headers["Cache-Control"]
    before = send(discovery.json()["jwks_uri"]).json()["keys"]
    assert [set(key) for key in before] == [{"kty", "kid", "use", "alg", "n", "e"}]
    tokens = [pod.token()]
    for _ in range(3):
        mock.control("POST", "clusters/my-cluster/issuer/rotate")
        tokens.append(pod.token())
    keys = send(f"{own}/keys").json()["keys"]
    assert len(keys) == 4 and keys[-1] == before[0]
    for token in tokens:
        assert eks_auth.assume_role_for_pod_identity(clusterName="my-cluster", token=token)


def test_keys_come_from_files(make_mock, tmp_path):
    key = tmp_path / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    mock = make_mock("--cluster", "my-cluster", "--issuer-key", str(key))
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    token = pod.token("pods.eks.amazonaws.com")
    url = mock.client("eks").describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]
    key_set = tmp_path / "jwks.json"
    key_set.write_text(send(f"{mock.uri}/oidc/id/{url.rsplit('/', 1)[1]}/keys").body)

    # The first server is the real cluster of the second, where the pod is not.
    other = make_mock("--issuer", f"kind={url},jwks={key_set}")
    iam, eks = other.client("iam"), other.client("eks")
    assert eks.describe_cluster(name="kind")["cluster"]["identity"]["oidc"]["issuer"] == url
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    eks.create_pod_identity_association(
        clusterName="kind", namespace="default", serviceAccount="web", roleArn=role
    )
    asked = send(f"{other.uri}/v1/credentials", Authorization=token)
    assert asked.status == 200, asked.body


# --- secrets -------------------------------------------------------------------------------------


def test_neither_tokens_nor_keys_are_told_by_log_or_ledger(mock_binary, tmp_path):
    log = tmp_path / "log"
    with log.open("w") as stderr:
        server = subprocess.Popen(
            [str(mock_binary), "--listen", "127.0.0.1:0", "--cluster", "my-cluster", "--log", "trace"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        try:
            from conftest import Mock

            mock = Mock(server.stdout.readline().split()[-1], {"AWS_REGION": "us-west-2"})
            pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
            role = mock.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
            mock.client("eks").create_pod_identity_association(
                clusterName="my-cluster", namespace="default", serviceAccount="web", roleArn=role
            )
            token = pod.token()
            secrets = pod.ask(token).json()
            review = f"{mock.uri}/k8s/my-cluster/apis/authentication.k8s.io/v1/tokenreviews"
            body = {"spec": {"token": token, "audiences": ["pods.eks.amazonaws.com"]}}
            assert send(review, "POST", body).json()["status"]["authenticated"] is True
            pod.ask(token + "x")
            ledger = json.dumps(mock.control("GET", "requests"))
        finally:
            server.terminate()
            server.wait(timeout=10)
    told = log.read_text() + ledger
    assert "AssumeRoleForPodIdentity" in told
    for secret in (token, token.split(".")[2], secrets["SecretAccessKey"], secrets["Token"]):
        assert secret not in told
