"""Faults of clusters' APIs, as kubectl and the Kubernetes client for Python meet them, by HTTP and by TLS."""

import subprocess

import pytest

from faulty import fault, script

CLUSTER = "my-cluster"


@pytest.fixture(params=["http", "tls"])
def kubectl(request, make_mock, tmp_path):
    """Runs kubectl against a server of its own; answers its exit code and what it prints."""
    arguments = ["--tls-listen", "127.0.0.1:0"] if request.param == "tls" else []
    config = tmp_path / "kubeconfig"
    mock = make_mock("--cluster", CLUSTER, "--kubeconfig", str(config), *arguments)

    def run(command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["kubectl", *command.split()],
            env={**mock.env, "KUBECONFIG": str(config), "HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout

    run.mock = mock
    # Discovery is over once this has succeeded.
    assert run("get serviceaccounts")[0] == 0
    return run


def counts(mock) -> list[tuple[int, int]]:
    return [(it["matched"], it["fired"]) for it in mock.control("GET", "faults")["faults"]]


def test_too_many_requests_are_retried_when_the_server_says(kubectl):
    script(kubectl.mock, fault("create serviceaccounts", {"error": {"code": "TooManyRequests"}}, {"first": 1}))
    assert kubectl("create serviceaccount web") == (0, "serviceaccount/web created\n")
    assert counts(kubectl.mock) == [(2, 1)]


def test_errors_are_told_in_the_clusters_words(kubectl):
    error = {"code": "Conflict", "message": "somebody else was faster"}
    script(kubectl.mock, fault("create serviceaccounts", {"error": error}, resource="default/web"))
    code, told = kubectl("create serviceaccount web")
    assert code == 1
    assert "somebody else was faster" in told
    assert kubectl("create serviceaccount other")[0] == 0


def test_lost_answer_leaves_what_was_made(kubectl):
    script(kubectl.mock, fault("create serviceaccounts", {"drop": "after"}, {"nth": 1}))
    code, told = kubectl("create serviceaccount web")
    assert code == 1
    assert "EOF" in told
    assert "already exists" in kubectl("create serviceaccount web")[1]


def test_lost_request_leaves_nothing(kubectl):
    script(kubectl.mock, fault("create serviceaccounts", {"drop": "before"}, {"nth": 1}))
    assert "EOF" in kubectl("create serviceaccount web")[1]
    assert kubectl("create serviceaccount web")[0] == 0


def test_truncated_list_is_an_unexpected_end(kubectl):
    script(kubectl.mock, fault("list serviceaccounts", {"truncate": 20}))
    code, told = kubectl("get serviceaccounts")
    assert code == 1
    assert "unexpected EOF" in told


def test_watch_ends_when_it_is_cut(kubectl):
    script(kubectl.mock, fault("watch serviceaccounts", {"truncate": 30}))
    code, _ = kubectl("get serviceaccounts --watch-only --request-timeout=20s")
    assert code in (0, 1)
    assert counts(kubectl.mock)[0][1] >= 1
