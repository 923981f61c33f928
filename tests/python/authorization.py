"""The worlds in which the cases of `tests/corpus/authorization/` are decided: who is there, with which policies."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import jmespath
from botocore import xform_name

CORPUS = Path(__file__).parents[1] / "corpus" / "authorization"
DEFAULT_ACCOUNT = "111122223333"
DENIED = {
    "iam": "AccessDenied",
    "sts": "AccessDenied",
    "eks": "AccessDeniedException",
    "eks-auth": "AccessDeniedException",
}


def cases() -> list[tuple[str, int, dict]]:
    """Every case, with its file and its place there."""
    files = sorted(CORPUS.glob("*.json"))
    return [(file.stem, index, case) for file in files for index, case in enumerate(read(file.stem)["cases"])]


def read(name: str) -> dict:
    return json.loads((CORPUS / f"{name}.json").read_text())


def document(statements) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@dataclass
class World:
    """A server with what a file describes, and clients for its callers."""

    mock: object
    keys: dict[str, dict] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    clients: dict[tuple[str, str], object] = field(default_factory=dict)

    def client(self, caller: str, service: str):
        """The client of a caller: one of the world, or else an account's administrator by its number or `admin`."""
        if (caller, service) not in self.clients:
            account = caller if caller.isdigit() else "test"
            credentials = self.keys.get(caller)
            assert credentials or caller in ("admin", account), f"nobody is called {caller}"
            self.clients[caller, service] = self.mock.client(service, account, credentials=credentials)
        return self.clients[caller, service]

    def call(self, caller: str, call: str, given: dict) -> dict:
        """Calls an operation, such as `iam:GetRole`; in what is given, `{name}` stands for what was saved so."""
        service, operation = call.split(":")
        return getattr(self.client(caller, service), xform_name(operation))(**self.fill(given))

    def fill(self, given):
        match given:
            case str():
                for name, value in self.names.items():
                    given = given.replace(f"{{{name}}}", value)
                return given
            case list():
                return [self.fill(item) for item in given]
            case dict():
                return {key: self.fill(value) for key, value in given.items()}
        return given

    def build(self, described: dict) -> "World":
        for name, statements in described.get("policies", {}).items():
            self.call("admin", "iam:CreatePolicy", {"PolicyName": name, "PolicyDocument": document(statements)})
        for name, group in described.get("groups", {}).items():
            self.call("admin", "iam:CreateGroup", {"GroupName": name})
            self._grant("admin", "Group", name, group)
        for name, user in described.get("users", {}).items():
            self._user(name, user)
        for name, role in described.get("roles", {}).items():
            given = {"RoleName": name, "AssumeRolePolicyDocument": document(role["trust"])}
            self._create("Role", name, role, given)
        for call in described.get("calls", []):
            answer = self.call(call.get("by", "admin"), call["call"], call["input"])
            for saved, path in call.get("save", {}).items():
                self.names[saved] = jmespath.search(path, answer)
        for name, session in described.get("sessions", {}).items():
            answer = self.call(session["by"], session["call"], session.get("input", {}))
            self.keys[name] = answer["Credentials"]
        for call in described.get("afterwards", []):
            self.call("admin", call["call"], call["input"])
        return self

    def _user(self, name: str, user: dict) -> None:
        admin = self._create("User", name, user, {"UserName": name})
        for group in user.get("groups", []):
            self.call(admin, "iam:AddUserToGroup", {"GroupName": group, "UserName": name})
        key = self.call(admin, "iam:CreateAccessKey", {"UserName": name})["AccessKey"]
        self.keys[name] = key | {"SessionToken": None}

    def _create(self, kind: str, name: str, entity: dict, given: dict) -> str:
        """Creates a user or a role, and answers whose key did."""
        admin = entity.get("account", "admin")
        tags = [{"Key": key, "Value": value} for key, value in entity.get("tags", {}).items()]
        given = given | {"Path": entity.get("path", "/"), "Tags": tags}
        if boundary := entity.get("boundary"):
            given["PermissionsBoundary"] = policy_arn(boundary)
        self.call(admin, f"iam:Create{kind}", given)
        self._grant(admin, kind, name, entity)
        return admin

    def _grant(self, admin: str, kind: str, name: str, entity: dict) -> None:
        for policy, statements in entity.get("inline", {}).items():
            given = {f"{kind}Name": name, "PolicyName": policy, "PolicyDocument": document(statements)}
            self.call(admin, f"iam:Put{kind}Policy", given)
        for policy in entity.get("attached", []):
            self.call(admin, f"iam:Attach{kind}Policy", {f"{kind}Name": name, "PolicyArn": policy_arn(policy)})


def policy_arn(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:iam::{DEFAULT_ACCOUNT}:policy/{name}"
