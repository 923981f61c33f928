"""The types that the package promises, held against what it is."""

import inspect
import subprocess
import sys

import podpass
import podpass.aio
import podpass.mock
import podpass.policy
from examples import REPOSITORY
from podpass import _core


def run(tmp_path, *command: str) -> str:
    """Runs a module of this Python where no configuration file is found; answers its output."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_package_passes_mypy_strict(tmp_path):
    run(tmp_path, "mypy", "--strict", "-p", "podpass")


def test_stubs_are_true_of_the_compiled_module(tmp_path):
    run(tmp_path, "mypy.stubtest", "podpass")


def test_stubs_hold_the_docstrings_of_the_compiled_module():
    write_stub_docs = REPOSITORY / "scripts" / "write-stub-docs"
    done = subprocess.run(
        [sys.executable, write_stub_docs, "--check"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_types_of_a_users_program_are_known(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import asyncio\n"
        "import podpass\n"
        "from podpass.mock import MockServer\n"
        "\n"
        "with MockServer(clusters=['my-cluster']) as mock:\n"
        "    manifest = podpass.Manifest.from_dict({'clusters': []})\n"
        "    reveal_type(podpass.plan(manifest, session=mock.session()).steps)\n"
        "    reveal_type(podpass.verify(manifest, session=mock.session()).findings[0].severity)\n"
        "    reveal_type(mock.requests()[0].operation)\n"
        "    reveal_type(asyncio.run(podpass.aio.plan(manifest)))\n"
        "document = podpass.policy.PolicyDocument.parse('{}')\n"
        "policies = podpass.policy.PolicySet(identity=[document], trust=('name', document))\n"
        "pod = podpass.policy.Principal.anonymous()\n"
        "request = podpass.policy.Request(pod, 's3:GetObject', '*', {'aws:TagKeys': ['a']})\n"
        "reveal_type(podpass.policy.explain(policies, request).reasons)\n"
    )
    revealed = run(tmp_path, "mypy", "--strict", str(program))
    assert 'note: Revealed type is "tuple[podpass._core.Step, ...]"' in revealed.replace("builtins.", "")
    assert "Literal['error'] | Literal['warning']" in revealed.replace("Union[", "")
    assert '"str | None"' in revealed.replace("builtins.", "")
    assert 'Revealed type is "podpass._core.Plan"' in revealed
    assert 'type is "tuple[podpass._core.Reason, ...]"' in revealed.replace("builtins.", "")


def test_everything_that_rust_exports_is_public_in_python():
    exported = {name for name in vars(_core) if not name.startswith("__")}
    wrapped = {name.removesuffix("_async") for name in exported}
    public = {*podpass.__all__, *podpass.mock.__all__, *podpass.policy.__all__}
    # Two classes are called Request: the module keeps them apart.
    public |= {"PolicyRequest"} if podpass.policy.Request is _core.PolicyRequest else set()
    # The version and the command line have their own public names.
    assert wrapped - public == {"VERSION", "main"}
    assert podpass.__version__ == _core.VERSION
    awaitable = {name.removesuffix("_async") for name in exported if name.endswith("_async")}
    assert awaitable == set(podpass.aio.__all__)


def test_classes_are_frozen_and_show_themselves():
    for name, thing in vars(_core).items():
        if inspect.isclass(thing):
            assert thing.__repr__ is not object.__repr__, name
            # A server and its clock are not values.
            if name not in ("MockServer", "Clock"):
                assert thing.__eq__ is not object.__eq__, name
                # A fault is put together, not taken apart.
                fields = () if name == "Fault" else thing.__match_args__
                assert all(hasattr(thing, field) for field in fields), name
