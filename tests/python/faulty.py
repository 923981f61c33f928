"""Servers on which calls go wrong on purpose, and stock clients that meet that."""

import json
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
)


def script(mock, *faults: dict) -> list[str]:
    """Adds faults, and answers their ids."""
    return mock.control("POST", "faults", body={"faults": list(faults)})["ids"]


def fault(operation: str, do: dict, when: dict | None = None, **match: str) -> dict:
    return {"match": {"operation": operation, **match}, "when": when or {}, "do": do}


def stock(mock, service: str, attempts: int = 3, mode: str = "standard", account: str = "test", **config):
    """A client of boto3 as users have it, which tries so often."""
    return boto3.client(
        service,
        endpoint_url=mock.uri,
        region_name="us-west-2",
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": attempts, "mode": mode}, **config),
    )


def calls(mock, operation: str) -> list[dict]:
    """The calls to an operation, as the ledger has them."""
    return [call for call in mock.control("GET", "requests")["requests"] if call["operation"] == operation]


def statuses(mock, operation: str) -> list[int]:
    return [call["status"] for call in calls(mock, operation)]


def refused(mock, method: str, route: str, body) -> tuple[int, str]:
    """How a control route refuses a body."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{mock.uri}/_podpass/{route}", method=method, data=data)
    try:
        urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())["message"]
    raise AssertionError("was taken")
