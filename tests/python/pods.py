"""Pods of the mock's clusters, and the programs in them."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

ACCOUNT = "111122223333"

# Where every node has the agent, and pods their tokens: here both lie elsewhere.
AGENT = "http://169.254.170.23"
SECRETS = "/var/run/secrets/"


def trust(condition: dict | None = None, actions=("sts:AssumeRole", "sts:TagSession"), **principal) -> str:
    """A trust policy, of EKS Pod Identity unless a principal is given."""
    statement = {
        "Effect": "Allow",
        "Principal": principal or {"Service": "pods.eks.amazonaws.com"},
        "Action": list(actions),
    }
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(*actions: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass
class Answer:
    status: int
    body: str
    headers: Message

    def json(self) -> dict:
        return json.loads(self.body)


def send(url: str, method: str = "GET", body: dict | None = None, **headers: str) -> Answer:
    """Sends a request as it is, and answers what came of it, whatever that is."""
    data = None if body is None else json.dumps(body).encode()
    if data:
        headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        response = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return Answer(response.status, response.read().decode(), response.headers)


@dataclass
class Pod:
    """A pod in a cluster, and who it is to others."""

    mock: object
    api: str
    uid: str = ""
    name: str = "web-pod-with-a-long-name"
    service_account: str = "web"
    metadata: dict = field(default_factory=dict)
    container: dict = field(default_factory=dict)

    def create(self) -> "Pod":
        """Creates the pod, and its service account unless that is there."""
        send(f"{self.api}/serviceaccounts", "POST", {"metadata": {"name": self.service_account}})
        made = self.post()
        assert made.status == 201, made.body
        return self

    def post(self) -> Answer:
        """Tries to create the pod."""
        container = {"name": "app", "image": "busybox", **self.container}
        spec = {"serviceAccountName": self.service_account, "containers": [container]}
        manifest = {"metadata": {"name": self.name, **self.metadata}, "spec": spec}
        made = send(f"{self.api}/pods", "POST", manifest)
        if made.status == 201:
            self.uid = made.json()["metadata"]["uid"]
        return made

    def token_request(self, audience: str | None = "pods.eks.amazonaws.com", seconds: int = 86400, **spec) -> Answer:
        bound = {"kind": "Pod", "apiVersion": "v1", "name": self.name, "uid": self.uid}
        audiences = [audience] if audience else []
        spec = {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": bound, **spec}
        return send(f"{self.api}/serviceaccounts/{self.service_account}/token", "POST", {"spec": spec})

    def token(self, *arguments, **spec) -> str:
        return self.token_request(*arguments, **spec).json()["status"]["token"]

    def ask(self, token: str | None = None, **headers: str) -> Answer:
        """Asks the agent, as an SDK does."""
        token = self.token() if token is None else token
        return send(f"{self.mock.uri}/v1/credentials", Authorization=token, **headers)

    def start(self, folder: Path, agent: str | None = None) -> dict[str, str]:
        """Does what the kubelet does: writes the pod's tokens, under `folder`, and answers the environment of its
        container.

        Beside what the API server holds, a program has to know where AWS is, and has nothing else.
        """
        spec = send(f"{self.api}/pods/{self.name}").json()["spec"]
        container = spec["containers"][0]
        volumes = {volume["name"]: volume.get("projected", {}) for volume in spec.get("volumes", [])}
        for mount in container.get("volumeMounts", []):
            for source in volumes[mount["name"]].get("sources", []):
                if wanted := source.get("serviceAccountToken"):
                    file = folder / mount["mountPath"].lstrip("/") / wanted["path"]
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(self.token(wanted.get("audience"), wanted["expirationSeconds"]))
        env = {variable["name"]: variable.get("value", "") for variable in container.get("env", [])}
        for name, value in env.items():
            value = value.replace(AGENT, agent or self.mock.uri)
            env[name] = f"{folder}{value}" if value.startswith(SECRETS) else value
        outside = ("AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_EC2_METADATA_DISABLED")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            **{name: self.mock.env[name] for name in outside},
            **env,
        }


def run(command: list[str], env: dict[str, str], **arguments) -> str:
    """Runs a program, which has to succeed; answers what it printed."""
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, **arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


JAVASCRIPT = """
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);
"""

# Programs that print who they are; they know nothing but their environment. Node finds its packages in `tests/js`.
WHOAMI = {
    "boto3": [sys.executable, "-c", "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"],
    "aws": [
        os.path.join(os.path.dirname(sys.executable), "aws"),
        *"sts get-caller-identity --query Arn --output text".split(),
    ],
    "node": ["node", "--input-type=module", "--eval", JAVASCRIPT],
}
