"""Who may do what: callers and operations with AWS's verdicts and sentences, as data in `tests/corpus/authorization/`.

Each case is decided by a server that enforces, and by one that simulates: that refuses nothing, but tells the same in
its ledger."""

import pytest
from authorization import DENIED, World, cases, read
from botocore.exceptions import ClientError
from conftest import start

CASES = [pytest.param(*case, id=f"{case[0]}-{case[1]}-{case[2]['caller']}-{case[2]['call']}") for case in cases()]


@pytest.fixture(scope="module")
def worlds(mock_binary):
    """The world of a file, on a server of its own for each mode."""
    processes, made = [], {}

    def world(mode: str, file: str) -> World:
        if (mode, file) not in made:
            process, mock = start(mock_binary, "--auth", mode, "--cluster", "my-cluster")
            processes.append(process)
            made[mode, file] = World(mock).build(read(file)["world"])
        return made[mode, file]

    yield world
    for process in processes:
        process.terminate()
    for process in processes:
        assert process.wait(timeout=10) == 0


def ask(world: World, case: dict) -> tuple[dict, dict | None]:
    """Makes the call; answers the metadata of the answer, and the error if it was one."""
    try:
        answer = world.call(case["caller"], case["call"], case.get("input", {}))
    except ClientError as error:
        return error.response["ResponseMetadata"], error.response["Error"]
    return answer["ResponseMetadata"], None


def recorded(world: World, metadata: dict) -> dict:
    """What the ledger tells of a call."""
    entries = world.mock.control("GET", "requests")["requests"]
    [entry] = [entry for entry in entries if entry["requestId"] == metadata["RequestId"]]
    return entry


def denial(world: World, case: dict) -> str | None:
    return world.fill(case["denied"]) if "denied" in case else None


@pytest.mark.parametrize("file, index, case", CASES)
def test_callers_may_do_what_their_policies_say(worlds, file, index, case):
    world = worlds("enforce", file)
    metadata, error = ask(world, case)
    if message := denial(world, case):
        service = case["call"].split(":")[0]
        assert error, "the call was allowed"
        assert (metadata["HTTPStatusCode"], error["Code"]) == (403, DENIED[service])
        assert error["Message"] == message
    else:
        assert (error or {}).get("Code") == case.get("error"), error
    entry = recorded(world, metadata)
    expected = ("denied", message) if message else ("allowed", None)
    assert (entry["decision"], entry["reason"]) == expected


@pytest.mark.parametrize("file, index, case", CASES)
def test_a_simulation_decides_the_same_and_refuses_nothing(worlds, file, index, case):
    world = worlds("simulate", file)
    metadata, error = ask(world, case)
    message = denial(world, case)
    if case.get("always"):
        assert error["Message"] == message
    else:
        assert not (error and error["Code"].startswith("AccessDenied")), error
    entry = recorded(world, metadata)
    expected = ("denied", message) if message else ("allowed", None)
    assert (entry["decision"], entry["reason"]) == expected


def test_there_are_enough_cases_and_no_two_alike():
    seen = [(file, case["caller"], case["call"], str(case.get("input"))) for file, _, case in cases()]
    assert len(seen) >= 200 and len(set(seen)) == len(seen)
