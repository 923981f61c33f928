"""EKS Pod Identity: plan, apply and verify associations, and test them without AWS.

    import podpass

    manifest = podpass.Manifest.from_file("my-cluster.yaml")
    plan = podpass.plan(manifest)
    print(plan)
    podpass.apply(plan)
    print(podpass.verify(manifest))

`podpass.aio` has the same verbs for asyncio, `podpass.mock` the mock of AWS and Kubernetes,
`podpass.policy` the IAM policy language, `podpass.errors` the tree of errors.
"""

from podpass import aio, errors, policy
from podpass._core import (
    VERSION as __version__,
)
from podpass._core import (
    Access,
    AccessReason,
    AccessStep,
    Applied,
    Conflict,
    Event,
    Finding,
    Manifest,
    Plan,
    Problem,
    Report,
    Session,
    Step,
    apply,
    can_i,
    destroy,
    plan,
    verify,
)
from podpass.errors import (
    AccessDeniedError,
    ApplyError,
    AwsError,
    ConflictError,
    Error,
    InvalidRequestError,
    KubernetesError,
    LimitExceededError,
    MalformedPolicyError,
    ManifestError,
    NotFoundError,
    PlanConflictError,
    PolicyError,
    RoleNotPropagatedError,
    ServiceError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)

__all__ = [
    "Access",
    "AccessDeniedError",
    "AccessReason",
    "AccessStep",
    "Applied",
    "ApplyError",
    "AwsError",
    "Conflict",
    "ConflictError",
    "Error",
    "Event",
    "Finding",
    "InvalidRequestError",
    "KubernetesError",
    "LimitExceededError",
    "MalformedPolicyError",
    "Manifest",
    "ManifestError",
    "NotFoundError",
    "Plan",
    "PlanConflictError",
    "PolicyError",
    "Problem",
    "Report",
    "RoleNotPropagatedError",
    "ServiceError",
    "Session",
    "Step",
    "ThrottledError",
    "UnavailableError",
    "UnreachableError",
    "__version__",
    "aio",
    "apply",
    "can_i",
    "destroy",
    "errors",
    "plan",
    "policy",
    "verify",
]
