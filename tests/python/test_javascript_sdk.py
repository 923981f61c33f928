"""The AWS SDK for JavaScript v3 against the mock: the suites of `tests/js`, run by node's test runner."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SUITES = Path(__file__).resolve().parents[1] / "js"

# Node.js is the one client that scripts/setup cannot bring along. A contributor may do without it and is
# told so; continuous integration may not, and fails.
NODE_IS_OPTIONAL = "CI" not in os.environ


@pytest.mark.skipif(
    NODE_IS_OPTIONAL and shutil.which("node") is None,
    reason="there is no node: install Node.js 20 or newer",
)
@pytest.mark.parametrize("suite", sorted(path.name for path in SUITES.glob("*.test.js")))
def test_suite_of_the_javascript_sdk_passes(mock, suite):
    assert shutil.which("node"), "there is no node: install Node.js 20 or newer"
    assert (SUITES / "node_modules").is_dir(), "the SDK is not installed: run scripts/setup"
    done = subprocess.run(
        ["node", "--test", "--test-reporter=spec", suite],
        cwd=SUITES,
        env={**mock.env, "NODE_NO_WARNINGS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
