"""`podpass.policy`: what Python users get beyond the verdicts, which the corpus holds."""

import json
import threading
import time

import podpass
import pytest
from podpass.policy import (
    AssumeRole,
    Decision,
    MalformedPolicyError,
    PolicyDocument,
    PolicyError,
    PolicySet,
    Principal,
    Request,
    Statement,
    authorize,
    explain,
    lint,
    validate,
)

READ_BUCKET = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
  ]
}"""
TRUST_PROD = """{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
    "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "prod"}}
  }
}"""
ROLE = "arn:aws:iam::111122223333:role/my-role"
POD = Principal.role_session(ROLE, "my-pod")
EKS = Principal.service("pods.eks.amazonaws.com")


def read_object(bucket="b", **context):
    return Request(POD, "s3:GetObject", f"arn:aws:s3:::{bucket}/key", context)


def test_document_shows_its_statements_with_their_places():
    match PolicyDocument.parse(READ_BUCKET):
        case PolicyDocument("2012-10-17", None, (Statement("Allow", "Read", 4, 5) as statement,)):
            assert (statement.end_line, statement.end_column) == (4, 97)
            assert statement.to_dict()["Resource"] == "arn:aws:s3:::b/*"
        case other:
            pytest.fail(f"{other}")


def test_documents_are_equal_by_text_and_alike_by_meaning():
    document = PolicyDocument.parse(READ_BUCKET)
    written = PolicyDocument.parse(str(document))
    assert document == PolicyDocument.parse(READ_BUCKET)
    assert document != written and document.same_meaning(written)
    assert not document.same_meaning(PolicyDocument.parse(READ_BUCKET.replace("Get", "Put")))
    assert PolicyDocument.from_dict(document.to_dict()).same_meaning(document)


def test_unreadable_document_is_told_with_its_place_and_a_hint():
    with pytest.raises(PolicyError) as caught:
        PolicyDocument.parse('{"Statement": [{"Effect": "allow"}]}')
    error = caught.value
    assert (error.path, error.line, error.column) == ("Statement[0].Effect", 1, 27)
    assert error.hint == "write `Allow`: Effect is case-sensitive"
    assert isinstance(error, podpass.Error) and isinstance(error, ValueError)


def test_refusal_leads_to_the_statement():
    text = READ_BUCKET.replace("arn:aws:s3:::b/*", "b")
    with pytest.raises(MalformedPolicyError) as caught:
        validate(text, "inline-identity")
    error = caught.value
    assert str(error) == 'Resource b must be in ARN format or "*".'
    assert (error.path, error.line, error.column) == ("Statement[0]", 4, 5)


def test_refusal_of_what_cannot_be_read_tells_what_aws_does_not():
    for kind, message in [
        ("trust", "Invalid effect: allow"),
        ("session", "The policy failed legacy parsing"),
    ]:
        with pytest.raises(MalformedPolicyError) as caught:
            validate(TRUST_PROD.replace('"Allow"', '"allow"'), kind)
        error = caught.value
        assert str(error) == message
        assert (error.path, error.line, error.column) == ("Statement.Effect", 4, 15)
        assert error.hint.endswith("write `Allow`: Effect is case-sensitive")


def test_validated_document_is_the_parsed_one():
    assert validate(READ_BUCKET, "managed-identity") == PolicyDocument.parse(READ_BUCKET)
    with pytest.raises(ValueError, match="unknown variant `identity`"):
        validate(READ_BUCKET, "identity")


def test_lint_knows_what_associations_send():
    trust = PolicyDocument.parse(TRUST_PROD)
    assert "request-tag-without-session-tags" not in {found.code for found in lint(trust, "trust")}
    (found,) = [
        found
        for found in lint(trust, "trust", disable_session_tags=True)
        if found.code == "request-tag-without-session-tags"
    ]
    assert found.path.startswith("Statement[0].Condition") and (found.line, found.column) == (3, 16)
    assert found.severity in ("error", "warning") and found.remedy
    long_tags = {f"tag-{number}": "x" * 250 for number in range(40)}
    assert "packed-size" in {found.code for found in lint(trust, "trust", session_tags=long_tags)}


def test_decision_tells_the_statements_and_their_places():
    policies = PolicySet(identity=[("my-policy", PolicyDocument.parse(READ_BUCKET))])
    decision = authorize(policies, read_object())
    assert decision.outcome == "Allowed" and decision.is_allowed and decision.message is None
    (statement,) = decision.matched
    assert (statement.policy, statement.index, statement.sid) == ("my-policy", 0, "Read")
    assert (statement.layer, statement.effect) == ("identity", "Allow")
    assert (statement.line, statement.column) == (4, 5)
    assert (statement.end_line, statement.end_column) == (4, 97)


def test_denial_is_in_the_words_of_aws():
    decision = authorize(PolicySet(), read_object())
    assert (decision.outcome, decision.is_allowed, decision.matched) == ("ImplicitDeny", False, ())
    assert decision.message == (
        "User: arn:aws:sts::111122223333:assumed-role/my-role/my-pod is not authorized to perform: "
        "s3:GetObject on resource: arn:aws:s3:::b/key because no identity-based policy allows the "
        "s3:GetObject action"
    )
    assert json.loads(json.dumps(decision.to_dict()))["message"] == decision.message


def test_answers_have_no_truth_value():
    """A denial is an object: `if decision` would take it for a yes."""
    with pytest.raises(TypeError, match="ask `is_allowed`"):
        bool(authorize(PolicySet(), read_object()))
    with pytest.raises(TypeError, match="is_allowed"):
        bool(explain(PolicySet(), read_object()))


def test_missing_context_keys_are_told():
    text = READ_BUCKET.replace(
        '"arn:aws:s3:::b/*"', '"*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}'
    )
    policies = PolicySet(identity=[PolicyDocument.parse(text)])
    assert authorize(policies, read_object()).missing_keys == ("aws:SecureTransport",)
    secure = Request(POD, "s3:GetObject", "arn:aws:s3:::b/key", {"aws:securetransport": "true"})
    assert authorize(policies, secure).is_allowed


def test_every_layer_of_a_set_takes_part():
    allow = PolicyDocument.parse(READ_BUCKET)
    deny = PolicyDocument.parse(READ_BUCKET.replace("Allow", "Deny"))
    for layer in ("boundary", "session", "service-control"):
        given = {"boundary": deny, "session": [deny], "service-control": [[deny]]}[layer]
        policies = PolicySet(identity=[allow], **{layer.replace("-", "_"): given})
        assert policies.layers == ("identity", layer)
        decision = authorize(policies, read_object())
        assert (decision.outcome, decision.layer) == ("ExplicitDeny", layer)
        assert PolicySet.from_dict(policies.to_dict()).layers == policies.layers


def test_sets_of_the_same_policies_are_equal():
    document = PolicyDocument.parse(READ_BUCKET)
    assert PolicySet(identity=[document]) == PolicySet(identity=[("", document)])
    assert PolicySet(identity=[document]) != PolicySet(identity=[("named", document)])
    with pytest.raises(ValueError, match="not a set of policies: unknown field `identiy`"):
        PolicySet.from_dict({"identiy": []})


def test_explanation_names_what_the_session_lacks():
    policies = PolicySet(trust=PolicyDocument.parse(TRUST_PROD))
    call = AssumeRole(EKS, ROLE, "session", tags={"kubernetes-namespace": "dev"})
    explanation = explain(policies, call)
    assert explanation.decision == authorize(policies, call)
    (reason,) = explanation.reasons
    assert str(reason) == (
        "the trust policy's statement 1 requires `aws:RequestTag/kubernetes-namespace` = `prod`, "
        "the session sends `dev`"
    )
    assert (reason.layer, reason.policy, reason.index, reason.line) == ("trust", "", 0, 3)
    assert reason.cause["kind"] == "condition" and reason.cause["found"] == ["dev"]
    allowed = AssumeRole(EKS, ROLE, "session", tags={"kubernetes-namespace": "prod"})
    assert explain(policies, allowed).reasons == ()


def test_session_of_an_assumed_role_carries_its_tags():
    call = AssumeRole(
        EKS,
        ROLE,
        "s",
        tags={"Team": "new"},
        transitive_tag_keys=["Team"],
        role_tags={"team": "old", "cost": "1"},
    )
    assert call.principal_tags == {"Team": "new", "cost": "1"}
    assert call.transitive_tags == {"Team": "new"}
    assert str(call.session()) == "arn:aws:sts::111122223333:assumed-role/my-role/s"
    assert AssumeRole.from_dict(call.to_dict()) == call
    with pytest.raises(podpass.Error, match="must be included in the requested tags"):
        AssumeRole(EKS, ROLE, "s", transitive_tag_keys=["Team"]).check_tags()


def test_principals_are_read_from_what_they_are_written_as():
    principals = [
        Principal.anonymous(),
        Principal.root("111122223333"),
        Principal.user("arn:aws:iam::111122223333:user/alice", id="AIDAEXAMPLE"),
        POD,
        Principal.federated_user("arn:aws:sts::111122223333:federated-user/bob"),
        Principal.web_identity("cognito-identity.amazonaws.com"),
        EKS,
    ]
    assert [Principal.from_dict(one.to_dict()) for one in principals] == principals
    assert len({one.type for one in principals}) == len(principals)
    with pytest.raises(podpass.Error, match="does not start with `arn:`"):
        Principal.user("alice")


def test_context_takes_lists_and_refuses_the_rest():
    request = Request(POD, "s3:GetObject", "*", {"aws:TagKeys": ["a", "b"], "aws:userid": "x"})
    assert request.context["aws:tagkeys"] == ["a", "b"] and request.context["aws:userid"] == "x"
    assert Request.from_dict(request.to_dict()) == request
    with pytest.raises(TypeError):
        Request(POD, "s3:GetObject", "*", {"aws:TagKeys": 1})


def test_other_threads_run_while_rust_reads():
    statement = '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},'
    text = '{"Statement": [' + statement * 1500 + statement.rstrip(",") + "]}"
    document = PolicyDocument.parse(text)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0)

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.perf_counter()
    for _ in range(5):
        document.same_meaning(PolicyDocument.parse(text))
    ended = time.perf_counter()
    done.set()
    thread.join()
    assert sum(began < moment < ended for moment in ticks) > 100


def test_decisions_are_values():
    policies = PolicySet(identity=[PolicyDocument.parse(READ_BUCKET)])
    decision = authorize(policies, read_object())
    assert decision == authorize(policies, read_object()) != authorize(policies, read_object("c"))
    assert repr(decision).startswith("Decision(outcome='Allowed', layer='identity', matched=(Matched")
    assert isinstance(decision, Decision)
    with pytest.raises(AttributeError):
        decision.outcome = "Allowed"
