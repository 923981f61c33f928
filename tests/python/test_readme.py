"""README.md shows real output: the demo prints what it quotes."""

import os
import re
import subprocess

from examples import REPOSITORY

CUT = "[…]"


def quoted_output_of(command: str) -> str:
    """The block that README.md shows below a command."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^    {re.escape(command)}\n\n```text\n(.*?)```", readme, re.MULTILINE | re.DOTALL)
    assert found, f"README.md shows no output of `{command}`"
    return found[1]


def test_demo_prints_what_the_readme_shows():
    quoted = quoted_output_of("cargo run --bin podpass -- demo")
    printed = subprocess.run(
        [os.environ["PODPASS_BIN"], "demo"], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    position = 0
    for piece in quoted.split(f"{CUT}\n"):
        position = printed.find(piece, position)
        assert position >= 0, f"the demo does not print, or not in this order:\n{piece}"
        position += len(piece)


def test_test_command_is_what_continuous_integration_runs():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "\n    scripts/test\n" in readme
    assert "exec scripts/test" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    script = (REPOSITORY / "scripts" / "test").read_text(encoding="utf-8")
    for line in quoted_output_of("scripts/test").splitlines():
        if line.startswith("== "):
            assert f'step "{line.removeprefix("== ")}"' in script
