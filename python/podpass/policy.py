"""The IAM policy language: read, validate, lint, decide and explain, without asking AWS.

    from podpass.policy import PolicyDocument, PolicySet, Principal, Request, authorize

    policies = PolicySet(identity=[("my-policy", PolicyDocument.parse(text))])
    pod = Principal.role_session("arn:aws:iam::111122223333:role/my-role", "my-session")
    decision = authorize(policies, Request(pod, "s3:GetObject", "arn:aws:s3:::my-bucket/key"))
    print(decision.is_allowed, decision.message)

Where AWS leaves open whether a statement matches, an Allow does not match and a Deny does.
"""

from podpass._core import (
    AssumeRole,
    Decision,
    Explanation,
    Lint,
    MatchedStatement,
    PolicyDocument,
    PolicySet,
    Principal,
    Reason,
    Statement,
    authorize,
    explain,
    lint,
    validate,
)
from podpass._core import PolicyRequest as Request
from podpass.errors import MalformedPolicyError, PolicyError

__all__ = [
    "AssumeRole",
    "Decision",
    "Explanation",
    "Lint",
    "MalformedPolicyError",
    "MatchedStatement",
    "PolicyDocument",
    "PolicyError",
    "PolicySet",
    "Principal",
    "Reason",
    "Request",
    "Statement",
    "authorize",
    "explain",
    "lint",
    "validate",
]
