"""Every case of `tests/corpus`, decided through the Python module."""

import json

import pytest
from podpass.policy import (
    AssumeRole,
    MalformedPolicyError,
    PolicySet,
    Request,
    authorize,
    validate,
)

from examples import REPOSITORY

CORPUS = REPOSITORY / "tests" / "corpus"


def cases(*folders: str):
    """The cases of some folders, each under its file's name and its description."""
    return [
        pytest.param(case, id=f"{file.parent.name}/{file.name}: {case['description']}")
        for folder in folders
        for file in sorted((CORPUS / folder).glob("*.json"))
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]
    ]


DECISIONS = cases("policy", "trust")
REFUSALS = cases("validation")


def question(case):
    if "request" in case:
        return Request.from_dict(case["request"])
    return AssumeRole.from_dict(case["assumeRole"])


@pytest.mark.parametrize("case", DECISIONS)
def test_decision_is_as_the_corpus_expects(case):
    assert ("request" in case) != ("assumeRole" in case)
    expect = case["expect"]
    assert expect.keys() <= {"outcome", "layer", "statement", "missingKeys", "message"}
    decision = authorize(PolicySet.from_dict(case["policies"]), question(case))
    assert (decision.outcome, decision.layer) == (expect["outcome"], expect["layer"])
    if "statement" in expect:
        matched = [[m.policy, m.index] for m in decision.matched if m.layer == expect["layer"]]
        assert expect["statement"] in matched
    if "missingKeys" in expect:
        assert list(decision.missing_keys) == expect["missingKeys"]
    if "message" in expect:
        assert decision.message == expect["message"]


@pytest.mark.parametrize("case", REFUSALS)
def test_refusal_is_in_the_words_of_iam(case):
    document = case["document"]
    text = document if isinstance(document, str) else json.dumps(document)
    try:
        validate(text, case["kind"])
        refusal = None
    except MalformedPolicyError as error:
        refusal = str(error)
    assert refusal == case["refusal"]


def test_corpus_is_not_lost():
    """Without this, an empty folder would pass."""
    assert len(DECISIONS) >= 400
    assert len(REFUSALS) > 0
