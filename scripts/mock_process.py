"""A mock server as a process of its own, for the scripts that measure it (Linux)."""

import http.client
import json
import subprocess
import time
import urllib.parse
from pathlib import Path

ACCOUNT = "111122223333"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}


def start(binary: Path, *arguments: str) -> tuple[subprocess.Popen, str, float]:
    """The process, where it listens, and how many milliseconds passed until it said so."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [binary, "--listen=127.0.0.1:0", *arguments], stdout=subprocess.PIPE, text=True
    )
    ready = process.stdout.readline()
    return process, ready.rsplit("/", 1)[1].strip(), (time.perf_counter() - began) * 1000


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    process.wait(timeout=10)


def resident(process: subprocess.Popen) -> int:
    """Resident memory in KiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def post(connection: http.client.HTTPConnection, service: str, path: str, body: str, kind: str) -> None:
    scope = f"test/20260101/us-west-2/{service}/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "Content-Type": kind,
    }
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {answer.decode()}")


def create_role(address: str, name: str) -> str:
    """Creates a role that associations may name: its ARN."""
    form = {"Action": "CreateRole", "Version": "2010-05-08", "RoleName": name}
    form["AssumeRolePolicyDocument"] = json.dumps(TRUST)
    kind = "application/x-www-form-urlencoded"
    post(http.client.HTTPConnection(address), "iam", "/", urllib.parse.urlencode(form), kind)
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"
