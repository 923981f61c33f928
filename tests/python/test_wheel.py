"""The wheel, alone in a clean virtual environment: $PODPASS_WHEEL_PYTHON is that environment's Python."""

import os
import re
import subprocess

import pytest
from examples import REPOSITORY, script_of


@pytest.fixture(scope="module")
def wheel_python():
    given = os.environ.get("PODPASS_WHEEL_PYTHON")
    if not given:
        pytest.skip("PODPASS_WHEEL_PYTHON does not name a Python")
    return given


@pytest.fixture
def run(wheel_python, tmp_path):
    """Runs the environment's Python without anything that could lead to AWS or another package."""

    def run(*arguments: str, cwd=tmp_path) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        done = subprocess.run(
            [wheel_python, *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_wheel_needs_no_other_package(run):
    listed = run("-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check")
    installed = {line.split("==")[0] for line in listed.splitlines()}
    assert installed - {"pip", "setuptools", "wheel"} == {"podpass"}


def test_readme_example_runs_as_written(run):
    script = script_of(REPOSITORY / "README.md")
    assert script.strip(), "README.md has no Python example"
    run("-c", script, cwd=REPOSITORY)


def test_module_and_console_script_are_the_command_line(run, wheel_python):
    helped = run("-m", "podpass", "--help")
    for command in ("plan", "apply", "verify", "destroy", "mock", "demo"):
        assert re.search(rf"^  {command}\b", helped, re.MULTILINE), helped
    script = os.path.join(os.path.dirname(wheel_python), "podpass")
    done = subprocess.run([script, "-V"], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == run("-m", "podpass", "-V")


def test_demo_runs_from_the_wheel(run):
    assert "resource-never-matches" in run("-m", "podpass", "demo")


def test_wheel_is_one_abi3_wheel_with_types(run):
    files = run(
        "-c",
        "import importlib.metadata as m; d = m.distribution('podpass');"
        "print(d.read_text('WHEEL'), *d.files, sep='\\n')",
    )
    assert "Tag: cp310-abi3-" in files
    for file in ("podpass/_core.pyi", "podpass/py.typed"):
        assert file in files.splitlines()
