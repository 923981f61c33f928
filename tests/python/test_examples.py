"""What the documents and docstrings say, run."""

import doctest
import inspect
import sys

import podpass
import podpass.aio
import podpass.mock
import podpass.policy
import pytest
from examples import REPOSITORY, script_of


@pytest.mark.parametrize("page", ["README.md", "docs/python.md", "docs/authorization.md"])
def test_python_examples_of_the_page_run_as_written(page, monkeypatch):
    script = script_of(REPOSITORY / page)
    assert script.strip(), f"{page} has no Python example"
    monkeypatch.chdir(REPOSITORY)
    exec(compile(script, page, "exec"), {"__name__": page})


def documented():
    """Everything public with its members, by name."""
    for module in (podpass, podpass.aio, podpass.errors, podpass.mock, podpass.policy):
        yield module.__name__, module
        for name in module.__all__:
            thing = getattr(module, name)
            yield f"{module.__name__}.{name}", thing
            if inspect.isclass(thing):
                for member, value in vars(thing).items():
                    if not member.startswith("_") and (callable(value) or hasattr(value, "__get__")):
                        yield f"{module.__name__}.{name}.{member}", value


def test_everything_public_is_documented():
    silent = [name for name, thing in documented() if not inspect.getdoc(thing)]
    assert silent == []


def test_examples_in_docstrings_are_true():
    examples = 0
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for name, thing in dict(documented()).items():
        text = inspect.getdoc(thing) or ""
        test = doctest.DocTestParser().get_doctest(text, {"podpass": podpass}, name, None, None)
        examples += len(test.examples)
        runner.run(test, out=sys.stdout.write)
    assert runner.failures == 0
    assert examples > 0, "no docstring holds an example"
