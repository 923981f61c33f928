"""The policy simulator and the account's authorization details."""

import json

import pytest

ACCOUNT = "111122223333"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str = "*", **condition) -> dict:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


@pytest.fixture
def role(iam):
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="r", PolicyName="inline", PolicyDocument=document(allow("s3:GetObject", "arn:aws:s3:::b/*"))
    )
    return arn


def decisions(answer) -> dict:
    return {result["EvalActionName"]: result["EvalDecision"] for result in answer["EvaluationResults"]}


def test_a_role_is_simulated_with_what_it_has_and_what_is_added(iam, role):
    actions = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]
    simulated = iam.simulate_principal_policy(
        PolicySourceArn=role,
        ActionNames=actions,
        ResourceArns=["arn:aws:s3:::b/key"],
        PolicyInputList=[document(allow("s3:PutObject"), {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})],
    )
    assert decisions(simulated) == dict(zip(actions, ["allowed", "allowed", "explicitDeny"]))
    [matched] = simulated["EvaluationResults"][0]["MatchedStatements"]
    assert matched["SourcePolicyId"] == "inline" and matched["SourcePolicyType"] == "IAM Policy"
    # The document is one line: the statement begins where its brace stands.
    assert matched["StartPosition"] == {"Line": 1, "Column": document(allow("s3:GetObject")).index('{"Effect') + 1}
    assert simulated["EvaluationResults"][1]["MatchedStatements"][0]["SourcePolicyId"] == "PolicyInputList.1"
    assert simulated["IsTruncated"] is False


def test_the_whole_is_as_good_as_the_worst_resource(iam, role):
    [result] = iam.simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["s3:GetObject"], ResourceArns=["arn:aws:s3:::b/key", "arn:aws:s3:::c/key"]
    )["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    specific = [each["EvalResourceDecision"] for each in result["ResourceSpecificResults"]]
    assert specific == ["allowed", "implicitDeny"]


def test_a_boundary_limits_the_simulation(iam, role):
    [result] = iam.simulate_principal_policy(
        PolicySourceArn=role,
        ActionNames=["s3:GetObject"],
        ResourceArns=["arn:aws:s3:::b/key"],
        PermissionsBoundaryPolicyInputList=[document(allow("sqs:*"))],
    )["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}


def test_context_is_given_and_what_is_missing_is_named(iam):
    policy = document(allow("s3:GetObject", StringEquals={"aws:PrincipalTag/team": "a"}))
    custom = {"PolicyInputList": [policy], "ActionNames": ["s3:GetObject"]}
    [result] = iam.simulate_custom_policy(**custom)["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == ["aws:PrincipalTag/team"]
    entry = {"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyValues": ["a"], "ContextKeyType": "string"}
    assert decisions(iam.simulate_custom_policy(**custom, ContextEntries=[entry])) == {"s3:GetObject": "allowed"}
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[policy])["ContextKeyNames"]
    assert keys == ["aws:PrincipalTag/team"]


def test_simulations_come_in_pages(iam):
    actions = [f"s3:Action{n}" for n in range(5)]
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[document(allow("s3:*"))], ActionNames=actions, PaginationConfig={"PageSize": 2}
    )
    names = [[result["EvalActionName"] for result in page["EvaluationResults"]] for page in pages]
    assert names == [actions[:2], actions[2:4], actions[4:]]


def test_what_cannot_be_simulated_is_refused(iam, refusal):
    refused = refusal(iam.simulate_custom_policy, PolicyInputList=["{"], ActionNames=["s3:GetObject"])
    assert (refused.code, refused.status) == ("InvalidInput", 400)
    nobody = f"arn:aws:iam::{ACCOUNT}:role/nobody"
    refused = refusal(iam.simulate_principal_policy, PolicySourceArn=nobody, ActionNames=["s3:GetObject"])
    assert (refused.code, refused.status) == ("NoSuchEntity", 404)


def test_the_account_is_described_at_once_and_by_kind(iam, role):
    policy = iam.create_policy(PolicyName="p", PolicyDocument=document(allow("s3:*")), Description="d")["Policy"]
    iam.attach_role_policy(RoleName="r", PolicyArn=policy["Arn"])
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")

    details = iam.get_account_authorization_details(Filter=["Role", "LocalManagedPolicy"])
    [described] = details["RoleDetailList"]
    assert described["AssumeRolePolicyDocument"] == json.loads(TRUST)
    [inline] = described["RolePolicyList"]
    assert inline["PolicyName"] == "inline" and inline["PolicyDocument"]["Version"] == "2012-10-17"
    assert described["AttachedManagedPolicies"] == [{"PolicyName": "p", "PolicyArn": policy["Arn"]}]
    assert [profile["InstanceProfileName"] for profile in described["InstanceProfileList"]] == ["i"]
    [managed] = details["Policies"]
    assert (managed["AttachmentCount"], managed["Description"]) == (1, "d")
    assert managed["PolicyVersionList"][0]["Document"] == json.loads(document(allow("s3:*")))

    pages = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 7})
    names = [policy["PolicyName"] for page in pages for policy in page["Policies"]]
    assert names[0] == "p" and len(names) == len(set(names)) and "AdministratorAccess" in names
