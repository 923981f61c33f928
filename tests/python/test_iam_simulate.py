"""Simulations: what policies would decide, with statements, positions and missing context keys."""

import json
import subprocess

import pytest

ACCOUNT = "111122223333"
OBJECT = "arn:aws:s3:::bucket/key"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more) -> dict:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def context(name: str, *values: str, kind: str = "string") -> dict:
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


@pytest.fixture
def simulate(iam):
    """The one result of simulating one action."""

    def call(*policies: str, action: str = "s3:GetObject", **arguments) -> dict:
        answer = iam.simulate_custom_policy(
            PolicyInputList=list(policies), ActionNames=[action], **arguments
        )
        assert answer["IsTruncated"] is False and "Marker" not in answer
        [result] = answer["EvaluationResults"]
        assert result["EvalActionName"] == action
        return result

    return call


@pytest.fixture
def role(iam):
    arn = iam.create_role(RoleName="app", Path="/team/", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    policy = iam.create_policy(PolicyName="read", PolicyDocument=document(allow("s3:Get*")))["Policy"]
    iam.attach_role_policy(RoleName="app", PolicyArn=policy["Arn"])
    iam.put_role_policy(RoleName="app", PolicyName="queue", PolicyDocument=document(allow("sqs:*")))
    return arn


# --- decisions -----------------------------------------------------------------------------------


def test_a_matched_statement_is_told_with_its_place_in_the_text(simulate):
    text = '{"Version": "2012-10-17", "Statement": [\n  {"Effect": "Allow",\n   "Action": "s3:*", "Resource": "*"}]}'
    result = simulate(document(allow("sqs:*")), text)
    assert (result["EvalDecision"], result["EvalResourceName"]) == ("allowed", "*")
    assert result["MatchedStatements"] == [
        {
            "SourcePolicyId": "PolicyInputList.2",
            "SourcePolicyType": "IAM Policy",
            "StartPosition": {"Line": 2, "Column": 3},
            "EndPosition": {"Line": 3, "Column": 38},
        }
    ]
    assert "ResourceSpecificResults" not in result and "EvalDecisionDetails" not in result


def test_a_deny_is_the_only_statement_told(simulate):
    result = simulate(document(allow("s3:*"), deny("s3:Get*")))
    assert result["EvalDecision"] == "explicitDeny"
    assert len(result["MatchedStatements"]) == 1


def test_nothing_that_allows_is_an_implicit_deny(simulate):
    result = simulate(document(allow("sqs:*")))
    assert (result["EvalDecision"], result["MatchedStatements"]) == ("implicitDeny", [])


def test_each_resource_has_a_result_of_its_own(simulate):
    policy = document(allow("s3:GetObject", "arn:aws:s3:::bucket/*"))
    [specific] = simulate(policy, ResourceArns=[OBJECT])["ResourceSpecificResults"]
    assert (specific["EvalResourceName"], specific["EvalResourceDecision"]) == (OBJECT, "allowed")

    other = "arn:aws:s3:::other/key"
    result = simulate(policy, ResourceArns=[OBJECT, other])
    decisions = {r["EvalResourceName"]: r["EvalResourceDecision"] for r in result["ResourceSpecificResults"]}
    assert decisions == {OBJECT: "allowed", other: "implicitDeny"}
    # The most restrictive decision stands for all, with the statements that led to it.
    assert (result["EvalDecision"], result["MatchedStatements"]) == ("implicitDeny", [])
    assert result["EvalDecisionDetails"] == {}


# --- context -------------------------------------------------------------------------------------


def test_missing_context_values_are_told_as_the_policy_writes_them(simulate):
    conditional = allow("s3:GetObject", Condition={"StringEquals": {"aws:PrincipalTag/Team": "${aws:UserName}"}})
    result = simulate(document(conditional))
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == ["aws:PrincipalTag/Team", "aws:UserName"]

    entries = [context("aws:principaltag/team", "red"), context("aws:username", "red")]
    result = simulate(document(conditional), ContextEntries=entries)
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])


def test_missing_values_of_named_resources_are_told_with_each_and_for_all(simulate):
    policy = document(allow("s3:GetObject", "arn:aws:s3:::bucket/${aws:PrincipalTag/kubernetes-namespace}/*"))
    result = simulate(policy, ResourceArns=["arn:aws:s3:::bucket/prod/key"])
    [specific] = result["ResourceSpecificResults"]
    for told in (result, specific):
        assert told["MissingContextValues"] == ["aws:PrincipalTag/kubernetes-namespace"]


@pytest.mark.parametrize(
    ("operator", "wanted", "entry"),
    [
        ("NumericLessThan", "10", context("s3:max-keys", "9", kind="numeric")),
        ("Bool", "true", context("aws:SecureTransport", "true", kind="boolean")),
        ("IpAddress", "10.0.0.0/8", context("aws:SourceIp", "10.1.2.3", kind="ip")),
        ("DateLessThan", "2030-01-01T00:00:00Z", context("aws:CurrentTime", "2026-01-01T00:00:00Z", kind="date")),
        ("ForAnyValue:StringEquals", "b", context("aws:TagKeys", "a", "b", kind="stringList")),
    ],
)
def test_context_entries_of_every_type_are_compared(simulate, operator, wanted, entry):
    condition = {operator: {entry["ContextKeyName"]: wanted}}
    policy = document(allow("s3:GetObject", Condition=condition))
    assert simulate(policy)["EvalDecision"] == "implicitDeny"
    assert simulate(policy, ContextEntries=[entry])["EvalDecision"] == "allowed"


def test_context_keys_are_listed_once_in_order(iam, role):
    policies = [
        document(allow("s3:*", "arn:aws:s3:::${aws:username}", Condition={"Bool": {"aws:SecureTransport": "true"}})),
        document(deny("*", Condition={"Null": {"AWS:UserName": "true"}})),
    ]
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=policies)["ContextKeyNames"]
    assert [key.lower() for key in keys] == ["aws:securetransport", "aws:username"]

    conditional = document(allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}}))
    iam.put_role_policy(RoleName="app", PolicyName="tagged", PolicyDocument=conditional)
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=role, PolicyInputList=policies[:1])
    assert keys["ContextKeyNames"] == ["aws:PrincipalTag/a", "aws:SecureTransport", "aws:username"]


# --- boundaries and resource policies ------------------------------------------------------------


def test_a_boundary_limits_and_says_so(simulate):
    boundary = {"PermissionsBoundaryPolicyInputList": [document(allow("sqs:*"))]}
    result = simulate(document(allow("*")), **boundary)
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    result = simulate(document(allow("*")), action="sqs:SendMessage", **boundary)
    assert result["EvalDecision"] == "allowed"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    assert "PermissionsBoundaryDecisionDetail" not in simulate(document(allow("*")))


def test_a_resource_policy_allows_the_user_whom_it_names(simulate):
    user = f"arn:aws:iam::{ACCOUNT}:user/alice"
    bucket_policy = document({**allow("s3:GetObject", "arn:aws:s3:::bucket/*"), "Principal": {"AWS": user}})
    arguments = {"ResourceArns": [OBJECT], "ResourcePolicy": bucket_policy}
    result = simulate(document(allow("sqs:*")), CallerArn=user, **arguments)
    assert result["EvalDecision"] == "allowed"
    [statement] = result["MatchedStatements"]
    assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("ResourcePolicy", "Resource Policy")
    result = simulate(document(allow("sqs:*")), CallerArn=user.replace("alice", "bob"), **arguments)
    assert result["EvalDecision"] == "implicitDeny"


def test_across_accounts_both_sides_must_allow(simulate):
    user = f"arn:aws:iam::{ACCOUNT}:user/alice"
    arguments = {
        "CallerArn": user,
        "ResourceArns": [OBJECT],
        "ResourceOwner": "arn:aws:iam::444455556666:root",
        "ResourcePolicy": document({**allow("s3:GetObject", "arn:aws:s3:::bucket/*"), "Principal": {"AWS": user}}),
    }
    result = simulate(document(allow("sqs:*")), **arguments)
    assert result["EvalDecision"] == "implicitDeny"
    assert result["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
    assert simulate(document(allow("s3:*")), **arguments)["EvalDecision"] == "allowed"


def test_without_a_resource_policy_the_other_account_is_not_asked(simulate):
    role = "arn:aws:iam::444455556666:role/target"
    result = simulate(document(allow("sts:AssumeRole")), action="sts:AssumeRole", ResourceArns=[role])
    assert result["EvalDecision"] == "allowed"
    assert len(result["MatchedStatements"]) == 1
    result = simulate(document(allow("sqs:*")), action="sts:AssumeRole", ResourceArns=[role])
    assert (result["EvalDecision"], result["MatchedStatements"]) == ("implicitDeny", [])


def test_service_control_policies_limit_at_every_level_and_are_not_told(simulate):
    full, none_of_s3 = document(allow("*")), document(allow("*"), deny("s3:*"))
    levels = [{"ServiceControlPolicyInputList": [policy]} for policy in (full, full)]
    result = simulate(full, OrderedOrganizationPolicyInputList=levels)
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}
    assert len(result["MatchedStatements"]) == 1
    levels.append({"ServiceControlPolicyInputList": [none_of_s3]})
    result = simulate(full, OrderedOrganizationPolicyInputList=levels)
    assert (result["EvalDecision"], result["MatchedStatements"]) == ("explicitDeny", [])
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}


# --- principals ----------------------------------------------------------------------------------


def test_a_role_is_simulated_with_all_its_policies(iam, role):
    actions = ["s3:GetObject", "sqs:SendMessage", "ec2:RunInstances"]
    answer = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions)
    results = answer["EvaluationResults"]
    assert [r["EvalDecision"] for r in results] == ["allowed", "allowed", "implicitDeny"]
    sources = [s["SourcePolicyId"] for r in results for s in r["MatchedStatements"]]
    assert sources == ["read", "queue"]
    assert all(r["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True} for r in results)

    further = [document(allow("ec2:*"), deny("s3:*"))]
    answer = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions, PolicyInputList=further)
    decisions = [r["EvalDecision"] for r in answer["EvaluationResults"]]
    assert decisions == ["explicitDeny", "allowed", "allowed"]


def test_a_roles_boundary_counts_unless_another_is_given(iam, role):
    boundary = iam.create_policy(PolicyName="limit", PolicyDocument=document(allow("sqs:*")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary=boundary)
    call = {"PolicySourceArn": role, "ActionNames": ["s3:GetObject"]}
    [result] = iam.simulate_principal_policy(**call)["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    other = [document(allow("s3:*"))]
    answer = iam.simulate_principal_policy(**call, PermissionsBoundaryPolicyInputList=other)
    assert answer["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_a_resource_policy_can_name_the_simulated_role(iam, role):
    bucket_policy = document({**allow("s3:PutObject", "arn:aws:s3:::bucket/*"), "Principal": {"AWS": role}})
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role,
        ActionNames=["s3:PutObject"],
        ResourceArns=[OBJECT],
        ResourcePolicy=bucket_policy,
    )
    assert answer["EvaluationResults"][0]["EvalDecision"] == "allowed"


@pytest.mark.parametrize(
    ("exclusion", "decisions"),
    [
        ({"PolicyType": "inline"}, ["allowed", "implicitDeny"]),
        ({"PolicyType": "user-managed"}, ["implicitDeny", "allowed"]),
        ({"PolicyType": "aws-managed"}, ["allowed", "allowed"]),
        ({"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/re*"}, ["implicitDeny", "allowed"]),
        ({"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/other"}, ["allowed", "allowed"]),
        (
            {"InlinePolicyIdentifier": {"PolicyName": "queue", "AttachmentType": "role", "AttachmentName": "a?p"}},
            ["allowed", "implicitDeny"],
        ),
    ],
)
def test_excluded_policies_do_not_count(iam, role, exclusion, decisions):
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role,
        ActionNames=["s3:GetObject", "sqs:SendMessage"],
        PolicyExclusionList=[exclusion],
    )
    assert [result["EvalDecision"] for result in answer["EvaluationResults"]] == decisions


def test_an_exclusion_that_names_too_loosely_is_refused(iam, role, refusal):
    refused = refusal(
        iam.simulate_principal_policy,
        PolicySourceArn=role,
        ActionNames=["s3:GetObject"],
        PolicyExclusionList=[{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/*a*"}],
    )
    assert (refused.code, refused.status) == ("InvalidInput", 400)


def test_pages_hold_as_many_actions_as_asked_for(iam):
    actions = [f"s3:Get{n}" for n in range(7)]
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[document(allow("s3:*"))], ActionNames=actions, PaginationConfig={"PageSize": 3}
    )
    pages = list(pages)
    assert [len(page["EvaluationResults"]) for page in pages] == [3, 3, 1]
    assert [r["EvalActionName"] for page in pages for r in page["EvaluationResults"]] == actions


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"PolicyInputList": ["{"]}, "Syntax errors in policy."),
        ({"ActionNames": ["s3:*"]}, "Invalid Action: s3:*"),
        ({"ActionNames": ["nothing"]}, "Invalid Action: nothing"),
        ({"ResourceArns": ["*", "bucket"]}, "ResourceNames are not in a valid ARN format: bucket."),
        (
            {"ResourcePolicy": document({**allow("s3:*"), "Principal": {"AWS": ACCOUNT}})},
            "CallerArn is required where a ResourcePolicy is given.",
        ),
        ({"ResourceOwner": "123456789012"}, "'123456789012' is not a valid as a Resource Owner."),
        ({"CallerArn": "arn:aws:iam::111122223333:root"}, "Invalid Entity Arn: arn:aws:iam::111122223333:root"),
        ({"ContextEntries": [context("aws:username", "a", "b")]}, "The context key aws:username must have one value."),
        ({"PermissionsBoundaryPolicyInputList": [document(allow("*"))] * 2}, "Only one permissions boundary"),
    ],
)
def test_what_cannot_be_simulated_is_refused(iam, refusal, arguments, message):
    call = {"PolicyInputList": [document(allow("s3:*"))], "ActionNames": ["s3:GetObject"], **arguments}
    refused = refusal(iam.simulate_custom_policy, **call)
    assert (refused.code, refused.status) == ("InvalidInput", 400)
    assert refused.message.startswith(message)


@pytest.mark.parametrize("operation", ["simulate_principal_policy", "get_context_keys_for_principal_policy"])
def test_a_source_that_does_not_exist_is_not_found(iam, refusal, operation):
    more = {"ActionNames": ["s3:GetObject"]} if operation.startswith("simulate") else {}
    call = getattr(iam, operation)
    refused = refusal(call, PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:role/nobody", **more)
    assert (refused.code, refused.message) == ("NoSuchEntity", "The role with name nobody cannot be found.")
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/session"
    refused = refusal(call, PolicySourceArn=session, **more)
    assert (refused.code, refused.message) == ("InvalidInput", f"Invalid Entity Arn: {session}")


def test_a_simulation_too_large_for_anyone_is_refused(iam, refusal):
    statements = [allow(f"s3:Get{n}") for n in range(200)]
    refused = refusal(
        iam.simulate_custom_policy,
        PolicyInputList=[document(*statements)],
        ActionNames=[f"s3:Get{n}" for n in range(200)],
        ResourceArns=[f"arn:aws:s3:::b/{n}" for n in range(200)],
    )
    assert (refused.code, refused.status) == ("InvalidInput", 400)


def test_the_command_line_simulates(mock, role):
    command = ["aws", "iam", "simulate-principal-policy", "--policy-source-arn", role]
    command += ["--action-names", "s3:GetObject", "--resource-arns", OBJECT]
    command += ["--query", "EvaluationResults[].[EvalActionName,EvalDecision]", "--output", "text"]
    done = subprocess.run(command, env=mock.env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["s3:GetObject", "allowed"]


@pytest.mark.parametrize(
    ("policy", "action", "decision"),
    [
        ("ReadOnlyAccess", "iam:GetRole", "allowed"),
        ("ReadOnlyAccess", "iam:CreateRole", "implicitDeny"),
        ("IAMFullAccess", "iam:CreateRole", "allowed"),
        ("IAMFullAccess", "s3:GetObject", "implicitDeny"),
    ],
)
def test_policies_of_everyday_use_decide_as_they_read(iam, pod_role, policy, action, decision):
    iam.attach_role_policy(RoleName="pod-role", PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    [result] = iam.simulate_principal_policy(PolicySourceArn=pod_role, ActionNames=[action])["EvaluationResults"]
    assert result["EvalDecision"] == decision
