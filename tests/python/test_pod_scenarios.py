"""Broken set-ups as data, `tests/corpus/scenario`: what a program in the pod sees, what the ledger tells, and which
link of the chain is at fault."""

import json
import os
import re
import subprocess
from pathlib import Path

import boto3
import pytest
import yaml
from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import ContainerMetadataFetcher
from conftest import free_port, start
from pods import ACCOUNT, Pod, send, trust

CORPUS = sorted((Path(__file__).resolve().parents[1] / "corpus" / "scenario").glob("*.yaml"))
TARGET_ACCOUNT = "444455556666"
READ = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}]}
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/my-role/eks-my-cluster-web-1-…"
TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
OF_THE_PROVIDER = (
    "Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response "
    "{status} from container metadata: {text}"
)


def cases() -> list:
    """The cases of all files, each with what its file says about all of them."""
    found = []
    for path in CORPUS:
        common = yaml.safe_load(path.read_text())
        for case in common.pop("cases"):
            found.append(pytest.param({**common, **case}, id=f"{path.stem}: {case['description']}"))
    return found


def document(policy: dict) -> str:
    return json.dumps({"Version": "2012-10-17", **policy})


def without_ids(text: str) -> str:
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", text)


class Scenario:
    """One set-up: what is made of it, in the order in which it happens."""

    def __init__(self, mock, agent: str, case: dict):
        self.mock, self.agent, self.case = mock, agent, case
        self.iam, self.eks = mock.client("iam"), mock.client("eks")
        cluster = {"name": "other-cluster", "resourcesVpcConfig": {"subnetIds": ["subnet-1"]}}
        self.eks.create_cluster(**cluster, roleArn=f"arn:aws:iam::{ACCOUNT}:role/cluster")
        given = case.get("pod", {})
        variables = given.get("env", {})
        self.pod = Pod(
            mock,
            self.namespace("my-cluster"),
            name="web-1",
            service_account=given.get("serviceAccount", "web"),
            metadata=given.get("metadata", {}),
            container={"env": [{"name": name, "value": value} for name, value in variables.items()]},
        )

    def namespace(self, cluster: str) -> str:
        return f"{self.mock.uri}/k8s/{cluster}/api/v1/namespaces/{self.case.get('namespace', 'default')}"

    # --- what there is before the pod ------------------------------------------------------------

    def set_up(self) -> None:
        self.create_role({})
        if target := self.case.get("target"):
            iam = self.mock.client("iam", account=TARGET_ACCOUNT)
            iam.create_role(RoleName="target", AssumeRolePolicyDocument=document(target))
        if self.case.get("nodes") == "unprivileged":
            self.create_nodes()
        self.create_service_account()

    def create_role(self, members: dict) -> None:
        if (boundary := self.case.get("boundary")) is not None:
            policy = self.iam.create_policy(PolicyName="boundary", PolicyDocument=document(boundary))
            members = {**members, "PermissionsBoundary": policy["Policy"]["Arn"]}
        self.iam.create_role(RoleName="my-role", AssumeRolePolicyDocument=trust(), **members)
        if (policy := self.case.get("policy", READ)) is not None:
            self.iam.put_role_policy(RoleName="my-role", PolicyName="p", PolicyDocument=document(policy))

    def create_nodes(self) -> None:
        policy = trust(actions=["sts:AssumeRole"], Service="ec2.amazonaws.com")
        role = self.iam.create_role(RoleName="node-role", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
        self.eks.create_nodegroup(
            clusterName="my-cluster", nodegroupName="nodes", subnets=["subnet-1"], nodeRole=role
        )

    def create_service_account(self) -> None:
        given = self.case.get("serviceAccount", {})
        if given is not None:
            send(f"{self.pod.api}/serviceaccounts", "POST", {"metadata": {"name": "web", **given}})

    def associate(self, given: dict | None) -> None:
        """Associates the service account, and gives the role its trust policy: EKS refuses most that are wrong."""
        if given is not None:
            association = {
                "clusterName": "my-cluster",
                "namespace": "default",
                "serviceAccount": "web",
                "roleArn": f"arn:aws:iam::{ACCOUNT}:role/my-role",
                **given,
            }
            if policy := association.get("policy"):
                association["policy"] = document(policy)
            self.eks.create_pod_identity_association(**association)
        if policy := self.case.get("trust"):
            self.iam.update_assume_role_policy(RoleName="my-role", PolicyDocument=document(policy))
        if condition := self.case.get("condition"):
            self.iam.update_assume_role_policy(RoleName="my-role", PolicyDocument=trust(condition))

    # --- what happens after it began -------------------------------------------------------------

    def happen(self, event: str | dict) -> None:
        """One of the methods below, or one with an argument."""
        [(name, arguments)] = event.items() if isinstance(event, dict) else [(event, [])]
        method = getattr(self, re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name))
        method(*arguments) if isinstance(event, str) else method(arguments)

    def delete_association(self) -> None:
        for found in self.eks.list_pod_identity_associations(clusterName="my-cluster")["associations"]:
            association = {key: found[key] for key in ("clusterName", "associationId")}
            self.eks.delete_pod_identity_association(**association)

    def delete_role(self) -> None:
        for name in self.iam.list_role_policies(RoleName="my-role")["PolicyNames"]:
            self.iam.delete_role_policy(RoleName="my-role", PolicyName=name)
        self.iam.delete_role(RoleName="my-role")

    def delete_pod(self) -> None:
        assert send(f"{self.pod.api}/pods/web-1?gracePeriodSeconds=0", "DELETE").status == 200

    def recreate_pod(self) -> None:
        self.delete_pod()
        assert self.pod.post().status == 201

    def delete_service_account(self) -> None:
        assert send(f"{self.pod.api}/serviceaccounts/web", "DELETE").status == 200

    def advance(self, seconds: int) -> None:
        self.mock.control("POST", "clock", body={"advanceSeconds": seconds})

    # --- what comes of it ------------------------------------------------------------------------

    def environment(self, folder: Path, foreign) -> dict[str, str]:
        """The environment of the program, with the token that the case asks for."""
        env = self.pod.start(folder, self.agent)
        given = self.case.get("token", {})
        token = self.token(given)
        if "{foreign}" in (given.get("text") or ""):
            token = foreign()
        texts = {"token": token, "foreign": token, "forged": f"{token[:-8]}AAAAAAAA"}
        if file := env.get(TOKEN_FILE):
            text = given.get("text", "{token}")
            os.remove(file) if text is None else Path(file).write_bytes(text.format(**texts).encode())
        return {name: value.format(**texts) for name, value in env.items()}

    def token(self, given: dict) -> str:
        asked = {key: value for key, value in given.items() if key in ("audience", "boundObjectRef")}
        if cluster := given.get("cluster"):
            return Pod(self.mock, self.namespace(cluster)).create().token(**asked)
        return self.pod.token(**asked)

    def raw(self, env: dict[str, str]) -> str:
        """The last answer of the agent to requests that no SDK sends."""
        token = Path(env[TOKEN_FILE]).read_text()
        headers = {name: value.format(token=token) for name, value in self.case["request"].items()}
        for _ in range(self.case.get("times", 1)):
            answer = send(f"{self.agent}/v1/credentials", **headers)
        return f"{answer.status} {answer.body.rstrip()}"

    def issuer(self) -> str:
        return self.eks.describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]

    def explain(self, env: dict[str, str]) -> str | None:
        """The link that `podpass explain` names as broken: of this pod and its token, as far as there are any."""
        pod = self.pod
        account = [f"--service-account={pod.service_account}", f"--namespace={self.case.get('namespace', 'default')}"]
        looked_at = ["--pod=web-1"] if "refused" not in self.case else []
        file = env.get(TOKEN_FILE)
        token = [f"--token-file={file}"] if file and os.path.exists(file) else []
        question = [f"--{name}={self.case[name]}" for name in ("action", "resource") if name in self.case]
        command = ["explain", "--json", "--cluster=my-cluster", *account, *looked_at, *token, *question]
        agent = [f"--agent={self.agent}"]
        done = subprocess.run(
            [os.environ["PODPASS_BIN"], *command, *agent], env=self.mock.env, capture_output=True, text=True, timeout=60
        )
        answer = json.loads(done.stdout) if done.stdout else pytest.fail(done.stderr)
        assert done.returncode == (0 if answer["ok"] else 1)
        return answer["broken"]


def program(env: dict[str, str], monkeypatch, ask) -> str:
    """What a program of boto3 says: who it is, or what went wrong."""
    with monkeypatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        patch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0)
        try:
            return ask(boto3.Session())
        except (BotoCoreError, ClientError, ValueError, OSError) as error:
            return str(error).rstrip()


def whoami(session) -> str:
    return session.client("sts").get_caller_identity()["Arn"]


@pytest.fixture(scope="module")
def usual(mock_binary, tmp_path_factory):
    """A server whose agent has an address of its own."""
    agent = f"127.0.0.1:{free_port()}"
    kubeconfig = tmp_path_factory.mktemp("usual") / "kubeconfig"
    arguments = ["--cluster", "my-cluster", "--kubeconfig", str(kubeconfig), "--agent-listen", agent]
    process, mock = start(mock_binary, *arguments)
    yield mock, f"http://{agent}"
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture
def scenario(request, usual, tmp_path):
    """The set-up of a case, on the usual server unless it needs one of its own."""

    def begin(case: dict) -> Scenario:
        moves_time = any("advance" in event for event in case.get("then", []))
        if moves_time or "settings" in case:
            arguments = ["--cluster", "my-cluster", "--kubeconfig", str(tmp_path / "kubeconfig")]
            mock = request.getfixturevalue("make_mock")(*arguments, *case.get("settings", []))
            return Scenario(mock, mock.uri, case)
        mock, agent = usual
        mock.reset()
        return Scenario(mock, agent, case)

    return begin


@pytest.fixture
def foreign(mock):
    """A token of a cluster of this name that is another server's."""
    return lambda: Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create().token()


@pytest.mark.parametrize("case", cases())
def test_what_is_broken_is_seen_and_explained(case, scenario, foreign, monkeypatch, tmp_path):
    world = scenario(case)
    if env := begin(world, foreign, tmp_path):
        look(world, env, monkeypatch)
    broken = world.explain(env or {})
    if "unexplained" in case:
        assert broken in (None, case["link"])
    else:
        assert broken == case["link"]


def begin(world: Scenario, foreign, folder: Path) -> dict[str, str] | None:
    """Has everything happen until the program starts; answers its environment, or nothing where the pod is refused."""
    case = world.case
    world.set_up()
    pod_first = case.get("order") == "podFirst"
    if not pod_first:
        world.associate(case.get("association", {}))
    made = world.pod.post()
    if refused := case.get("refused"):
        assert made.json()["message"] == refused
        return None
    assert made.status == 201, made.body
    if pod_first:
        world.associate(case.get("association", {}))
    env = world.environment(folder, foreign)
    for event in case.get("then", []):
        world.happen(event)
    return env


def look(world: Scenario, env: dict[str, str], monkeypatch) -> None:
    """Looks at what the program sees, and at what the ledger tells of it."""
    case = world.case
    if "request" in case:
        assert without_ids(world.raw(env)) == case["agent"]
        return
    if case.get("call") == "eks-auth":
        ask = {"clusterName": "my-cluster", "token": Path(env[TOKEN_FILE]).read_text()}
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        seen = program(
            env, monkeypatch, lambda session: session.client("eks-auth", **keys).assume_role_for_pod_identity(**ask)
        )
    else:
        seen = program(env, monkeypatch, whoami)

    if "denied" in case:
        for event in case.get("afterwards", []):
            world.happen(event)
        question = {"principal": seen, "action": case["action"], "resource": case["resource"]}
        decided = world.mock.control("POST", "authorize", body=question)
        assert without_ids(decided["message"]) == case["denied"]
    elif "agent" in case:
        status, text = case["agent"].split(" ", 1)
        assert without_ids(seen) == OF_THE_PROVIDER.format(status=status, text=text)
    else:
        expected = case.get("sees") or case["identity"]
        assert seen == expected.format(issuer=world.issuer(), file=env.get(TOKEN_FILE))
    if reason := case.get("reason"):
        calls = world.mock.control("GET", "requests")["requests"]
        exchange = [call for call in calls if call["operation"] == "AssumeRoleForPodIdentity"][-1]
        assert without_ids(exchange["reason"]) == reason


def test_nothing_is_broken_where_nothing_is_changed(scenario, monkeypatch, tmp_path):
    world = scenario({})
    world.set_up()
    world.associate({})
    assert world.pod.post().status == 201
    env = world.environment(tmp_path, None)
    assert world.explain(env) is None
    arn = program(env, monkeypatch, whoami)
    assert without_ids(arn) == SESSION
    question = {"principal": arn, "action": "s3:GetObject", "resource": "arn:aws:s3:::bucket/key"}
    assert world.mock.control("POST", "authorize", body=question)["outcome"] == "Allowed"


def test_cases_name_links_and_differ():
    links = {"serviceAccount", "association", "agent", "token", "trustPolicy", "session", "policies"}
    found = cases()
    assert {case.values[0]["link"] for case in found} == links
    assert len({case.id for case in found}) == len(found)
    explained = [case for case in found if "unexplained" not in case.values[0]]
    assert len(explained) >= 40 and {case.values[0]["link"] for case in explained} == links
