"""How Python waits for podpass: Ctrl-C, threads, forks and asyncio."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time

import podpass
import pytest
from podpass.mock import MockServer


@pytest.fixture
def silent_session():
    """A session with an endpoint that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        yield podpass.Session(
            region="us-west-2",
            endpoint_url=f"http://127.0.0.1:{port}",
            access_key_id="test",
            secret_access_key="test",
        )


def test_ctrl_c_ends_the_waiting(manifest, silent_session):
    threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        podpass.plan(manifest, session=silent_session)
    assert time.monotonic() - started < 5


def test_other_threads_run_while_podpass_waits(manifest, silent_session):
    ticks = []

    def tick():
        for _ in range(20):
            ticks.append(None)
            time.sleep(0.01)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=tick).start()
    with pytest.raises(KeyboardInterrupt):
        podpass.plan(manifest, session=silent_session)
    assert len(ticks) == 20


def test_forked_child_gets_an_error_and_no_endless_wait():
    program = (
        "import os, podpass\n"
        "from podpass.mock import MockServer\n"
        "with MockServer():\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        try:\n"
        "            MockServer().start()\n"
        "        except RuntimeError as error:\n"
        "            os._exit(7 if 'spawn' in str(error) else 1)\n"
        "        os._exit(2)\n"
        "    _, status = os.waitpid(child, 0)\n"
        "    raise SystemExit(os.waitstatus_to_exitcode(status))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], timeout=60)
    assert done.returncode == 7


def test_verbs_can_be_awaited(manifest, session):
    async def workflow():
        events = []
        plan = await podpass.aio.plan(manifest, session=session)
        await podpass.aio.apply(plan, session=session, on_progress=events.append)
        report = await podpass.aio.verify(manifest, session=session)
        removed = await podpass.aio.destroy(manifest, session=session)
        return plan, events, report, removed

    plan, events, report, removed = asyncio.run(workflow())
    assert len(events) == 2 * len(plan.steps)
    assert report.ok
    assert len(removed.done) == 5


def test_errors_are_raised_where_the_verb_is_awaited(manifest):
    async def plan():
        await podpass.aio.plan(podpass.Manifest.from_str("clusters: [{clusterName: other}]"))

    with MockServer() as mock, mock.environ(), pytest.raises(podpass.PlanConflictError):
        asyncio.run(plan())


def test_cancelling_ends_the_awaited_work(manifest, silent_session):
    async def impatient():
        await asyncio.wait_for(podpass.aio.plan(manifest, session=silent_session), 0.2)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(impatient())
