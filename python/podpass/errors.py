"""Every error that podpass raises: one tree, rooted at `podpass.Error`.

    Error
    ├── ManifestError                  the manifest cannot be used: problems, line, column
    ├── PolicyError                    a text is no policy document: path, line, column
    │   └── MalformedPolicyError       IAM would refuse the document
    ├── PlanConflictError              there is no plan: conflicts
    ├── ApplyError                     a step failed: done, failed, left, errors
    └── ServiceError                   service, operation, code, status, request_id
        ├── AwsError                   AWS refused, or did not answer
        │   ├── NotFoundError
        │   ├── ConflictError
        │   ├── AccessDeniedError
        │   ├── ThrottledError
        │   ├── LimitExceededError
        │   ├── InvalidRequestError
        │   ├── RoleNotPropagatedError
        │   ├── UnavailableError
        │   └── UnreachableError
        └── KubernetesError            a cluster refused, or did not answer
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from podpass._core import Conflict, Problem, Step

__all__ = [
    "AccessDeniedError",
    "ApplyError",
    "AwsError",
    "ConflictError",
    "Error",
    "InvalidRequestError",
    "KubernetesError",
    "LimitExceededError",
    "MalformedPolicyError",
    "ManifestError",
    "NotFoundError",
    "PlanConflictError",
    "PolicyError",
    "RoleNotPropagatedError",
    "ServiceError",
    "ThrottledError",
    "UnavailableError",
    "UnreachableError",
]


class Error(Exception):
    """The root of podpass's errors; raised itself for wrong settings.

    `str(error)` is the message, without the hint.
    """

    hint: str | None
    """What to do about it, when podpass knows."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class ManifestError(Error, ValueError):
    """The manifest cannot be used. `str(error)` has one line for each problem."""

    problems: tuple[Problem, ...]
    """Everything that is wrong, in the order of the text."""
    line: int | None
    """The line of the first problem, from 1; `None` where the text does not tell."""
    column: int | None
    """The column of the first problem, from 1; `None` where the text does not tell."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        first = self.problems[0] if self.problems else None
        super().__init__(message, first.hint if first else None)
        self.line = first.line if first else None
        self.column = first.column if first else None


class PolicyError(Error, ValueError):
    """A text is no policy document."""

    path: str
    """The JSON path of what is wrong, such as `Statement[0].Effect`; empty for the document."""
    line: int
    """The line in which that begins, from 1."""
    column: int
    """The column at which it begins, from 1."""

    def __init__(
        self, message: str, hint: str | None = None, path: str = "", line: int = 1, column: int = 1
    ) -> None:
        super().__init__(message, hint)
        self.path = path
        self.line = line
        self.column = column


class MalformedPolicyError(PolicyError):
    """IAM would refuse the document; `str(error)` is the text of its `MalformedPolicyDocument`.

    AWS tells no place: `path`, `line` and `column` lead to the statement, or to what cannot be read.
    """


class PlanConflictError(Error):
    """There is no plan: something that podpass does not own, or that is not there, is in the way."""

    conflicts: tuple[Conflict, ...]
    """Every reason."""

    def __init__(self, message: str, conflicts: Iterable[Conflict] = ()) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(message, self.conflicts[0].remedy if self.conflicts else None)


class ApplyError(Error):
    """A step failed. What was done stays done; plan and apply again to go on from there.

    `__cause__` is the first of `errors`.
    """

    done: tuple[Step, ...]
    """The steps that took effect, in the order in which they ended."""
    failed: tuple[Step, ...]
    """The steps that failed: several when they were under way together."""
    left: tuple[Step, ...]
    """The steps that were not begun."""
    errors: tuple[Error, ...]
    """Why each of `failed` did."""

    def __init__(
        self,
        message: str,
        done: Iterable[Step] = (),
        failed: Iterable[Step] = (),
        left: Iterable[Step] = (),
        errors: Iterable[Error] = (),
    ) -> None:
        self.done = tuple(done)
        self.failed = tuple(failed)
        self.left = tuple(left)
        self.errors = tuple(errors)
        super().__init__(message, self.errors[0].hint if self.errors else None)
        if self.errors:
            self.__cause__ = self.errors[0]


class ServiceError(Error):
    """A request to AWS or Kubernetes failed."""

    service: str
    """`IAM`, `EKS`, `STS` or `Kubernetes`."""
    operation: str
    """The API operation, such as `CreateRole`; for Kubernetes a verb and kind."""
    code: str | None
    """AWS's error code, such as `NoSuchEntity`, or the `reason` of a Kubernetes status."""
    status: int | None
    """The HTTP status; `None` when no answer came."""
    request_id: str | None
    """The id that AWS support asks for."""

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        service: str = "",
        operation: str = "",
        code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.service = service
        self.operation = operation
        self.code = code
        self.status = status
        self.request_id = request_id


class AwsError(ServiceError):
    """AWS refused a request, or did not answer it."""


class NotFoundError(AwsError):
    """The thing asked for does not exist."""


class ConflictError(AwsError):
    """Something with that name, or for that subject, exists already."""


class AccessDeniedError(AwsError):
    """The caller may not do this, or AWS does not know the caller."""


class ThrottledError(AwsError):
    """Too many requests, even after podpass slowed down and tried again."""


class LimitExceededError(AwsError):
    """A service quota is used up."""


class InvalidRequestError(AwsError):
    """The request is wrong, and stays wrong when sent again."""


class RoleNotPropagatedError(AwsError):
    """EKS still does not see the role after waiting for IAM to tell it."""


class UnavailableError(AwsError):
    """AWS failed on its side."""


class UnreachableError(AwsError):
    """No answer came: connection, name resolution, TLS, time out, or no credentials."""


class KubernetesError(ServiceError):
    """A cluster's API server refused a request, or did not answer it."""
