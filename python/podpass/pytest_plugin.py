"""Fixtures for pytest, there as soon as podpass is installed.

    def test_my_role(podpass_mock):
        iam = boto3.client("iam")          # reaches the mock, never AWS
        ...

Override `podpass_mock_settings` in your `conftest.py` to say what the server is started with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

# Imported where it is used: a run that needs no mock does not load it.
if TYPE_CHECKING:
    from podpass.mock import MockServer


@pytest.fixture(scope="session")
def podpass_mock_settings() -> dict[str, Any]:
    """The arguments of the session's `MockServer`: one cluster, `my-cluster`, by default."""
    return {"clusters": ["my-cluster"]}


@pytest.fixture(scope="session")
def podpass_mock_server(podpass_mock_settings: dict[str, Any]) -> Iterator[MockServer]:
    """One `podpass.mock.MockServer` for the whole session."""
    from podpass.mock import MockServer

    with MockServer(**podpass_mock_settings) as server:
        yield server


@pytest.fixture
def podpass_mock(podpass_mock_server: MockServer) -> Iterator[MockServer]:
    """The session's server, as right after its start, with the environment leading to it.

    AWS clients made inside the test reach the mock even without arguments, so that a test cannot
    change a real account by accident.
    """
    podpass_mock_server.reset()
    with podpass_mock_server.environ():
        yield podpass_mock_server
