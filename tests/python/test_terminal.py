"""`podpass` on a terminal: it asks, shows colours and a bar, and hears Ctrl-C."""

import os
import pathlib
import pty
import select

import pytest

MANIFEST = pathlib.Path(__file__).parents[2] / "examples" / "aws-user-guide.yaml"


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, arguments: list[str], environment: dict[str, str]):
        self.shown = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execve(arguments[0], arguments, environment)

    def wait_for(self, text: str) -> None:
        while text not in self.shown:
            assert self.read(), f"ended without {text!r}: {self.shown}"

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def end(self) -> int:
        """Waits for the program's end; answers its exit status."""
        while self.read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def read(self) -> bool:
        assert select.select([self.terminal], [], [], 30)[0], f"nothing more came: {self.shown}"
        try:
            data = os.read(self.terminal, 65536)
        except OSError:  # Linux's way to say that the program closed the terminal
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def podpass(make_mock, tmp_path):
    """Starts podpass with a mock around it."""
    kubeconfig = tmp_path / "kubeconfig"
    mock = make_mock("--cluster", "my-cluster", "--kubeconfig", str(kubeconfig))
    environment = {**mock.env, "KUBECONFIG": str(kubeconfig), "TERM": "xterm-256color"}
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        environment.pop(name, None)

    def start(*arguments: str) -> Terminal:
        return Terminal(
            [os.environ["PODPASS_BIN"], *arguments, "--file", str(MANIFEST)], environment
        )

    return start


def test_apply_asks_and_no_changes_nothing(podpass):
    apply = podpass("apply")
    apply.wait_for("Apply this plan? [y/N] ")
    assert "create role `my-role`" in apply.shown
    apply.type("\n")
    assert apply.end() == 1
    assert "nothing was changed" in apply.shown
    assert podpass("plan").end() == 2


def test_apply_asks_and_yes_applies_with_a_bar(podpass):
    apply = podpass("apply")
    apply.wait_for("[y/N] ")
    apply.type("yes\n")
    assert apply.end() == 0, apply.shown
    assert "0/5" in apply.shown
    assert "5 created, 0 changed, 0 deleted." in apply.shown
    assert podpass("plan").end() == 0


def test_destroy_asks_as_well(podpass):
    assert podpass("apply", "--yes").end() == 0
    destroy = podpass("destroy")
    destroy.wait_for("Delete all of this? [y/N] ")
    destroy.type("y\n")
    assert destroy.end() == 0, destroy.shown
    assert podpass("plan").end() == 2


def test_interrupt_at_the_question_ends_it(podpass):
    apply = podpass("apply")
    apply.wait_for("[y/N] ")
    apply.type("\x03")
    assert apply.end() != 0
    assert podpass("plan").end() == 2


def test_colours_are_for_terminals_and_no_color_switches_them_off(podpass):
    plan, plain = podpass("plan"), podpass("plan", "--no-color")
    assert (plan.end(), plain.end()) == (2, 2)
    assert "\x1b[32m+" in plan.shown
    assert "\x1b" not in plain.shown
