"""What the pages show of a shell, tried: blocks of `sh`, and blocks of `text` in which `$ ` begins a command that answers what follows."""

import os
import re
import subprocess
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:\n  .*)*)\n", re.MULTILINE)
MARK = "\x1e"
# The page's server listens where it does by default.
ADDRESS = "127.0.0.1:4566"


def run(blocks: list[tuple[str, str]], mock, directory: Path) -> None:
    """Runs the blocks in one shell, on a server that is there already."""
    script, expected = ["set -e"], []
    for language, text in blocks:
        if language == "sh":
            script.append(f"{{ {text}}} >/dev/null")
        else:
            # What stands between a command and the next is its answer.
            _, *pieces = COMMAND.split(text)
            for command, shown in zip(pieces[::2], pieces[1::2], strict=True):
                script.append(f"{{ {command}\n}} || :\nprintf '{MARK}'")
                expected.append((command, shown))
    programs = directory / "bin"
    programs.mkdir()
    for name, variable in (("podpass", "PODPASS_BIN"), ("podpass-mock", "PODPASS_MOCK_BIN")):
        if program := os.environ.get(variable):
            (programs / name).symlink_to(program)
    env = {**mock.env, "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(directory)}
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], env=env, cwd=directory, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.replace(mock.uri.removeprefix("http://"), ADDRESS).split(MARK)[:-1]
    for (command, shown), text in zip(expected, printed, strict=True):
        if not re.fullmatch(pattern(shown), text):
            pytest.fail(f"`{command}` does not print what the page shows, but:\n{text}{done.stderr}")


def pattern(shown: str) -> str:
    """`[…]` stands for lines that are left out, `…` for a part of a word."""
    pattern = re.escape(shown).replace(re.escape("[…]\n"), "(?:.*\n)*?")
    return pattern.replace("…", r"[\w.:-]+")


def blocks(page: Path) -> list[tuple[str, str]]:
    """All blocks of a page, but for the one that starts the server and text without a command."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [
        (language, text)
        for language, text in found
        if text.startswith("$ ") or (language == "sh" and not text.startswith("podpass-mock"))
    ]
