"""What the compiled half of the package holds. Import from `podpass`, not from here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal, final

from typing_extensions import Self, disjoint_base

__all__ = [
    "VERSION",
    "Applied",
    "Conflict",
    "Event",
    "Finding",
    "Manifest",
    "MockServer",
    "Plan",
    "Problem",
    "Report",
    "Request",
    "Session",
    "Step",
    "apply",
    "apply_async",
    "destroy",
    "destroy_async",
    "main",
    "plan",
    "plan_async",
    "verify",
    "verify_async",
]

VERSION: Final[str]

def main(arguments: Sequence[str]) -> int:
    """Runs the command line with these arguments, the program's name first; returns its exit status."""

def plan(
    manifest: Manifest,
    *,
    session: Session | None = None,
    adopt: bool = False,
    destroy: bool = False,
) -> Plan:
    """Plans what has to be done so that everything is as the manifest says. Changes nothing.

    Without `session`, the environment and the configuration files say how AWS and the clusters are
    reached. `adopt` takes over roles, policies and associations that exist without podpass's
    ownership tag; `destroy` plans the removal of what carries it instead.

    Raises `PlanConflictError` with everything that stands in the way, `ManifestError` for what shows
    only now (a cluster without a region), `AwsError` and `KubernetesError`.
    """

def apply(
    plan: Plan,
    *,
    session: Session | None = None,
    on_progress: Callable[[Event], Any] | None = None,
) -> Applied:
    """Carries out a plan, steps side by side as far as none needs another.

    `on_progress` is called with an `Event` for whatever happens to a step. An exception that it
    raises ends the work where it stands, as Ctrl-C does; plan again to go on from there.

    Raises `ApplyError`, which tells what was done, what failed and what is left.
    """

def verify(manifest: Manifest, *, session: Session | None = None) -> Report:
    """Checks that pods of the manifest's service accounts will get the credentials that it promises.

    Raises `ManifestError` for what shows only now (a cluster without a region), `AwsError` and
    `KubernetesError`.
    """

def destroy(
    manifest: Manifest,
    *,
    session: Session | None = None,
    on_progress: Callable[[Event], Any] | None = None,
) -> Applied:
    """Removes what the manifest speaks of and carries podpass's ownership tag, associations first.

    `plan(manifest, destroy=True)` shows beforehand what that is. `on_progress` and the errors are
    those of `apply`.
    """

def plan_async(
    manifest: Manifest,
    *,
    session: Session | None = None,
    adopt: bool = False,
    destroy: bool = False,
) -> Awaitable[Plan]:
    """`plan`, awaitable."""

def apply_async(
    plan: Plan,
    *,
    session: Session | None = None,
    on_progress: Callable[[Event], Any] | None = None,
) -> Awaitable[Applied]:
    """`apply`, awaitable. `on_progress` is called from any thread."""

def verify_async(manifest: Manifest, *, session: Session | None = None) -> Awaitable[Report]:
    """`verify`, awaitable."""

def destroy_async(
    manifest: Manifest,
    *,
    session: Session | None = None,
    on_progress: Callable[[Event], Any] | None = None,
) -> Awaitable[Applied]:
    """`destroy`, awaitable. `on_progress` is called from any thread."""

@final
class Manifest:
    """A checked manifest. Made by `from_file`, `from_str` or `from_dict`.

    >>> podpass.Manifest.from_str("clusters: [{clusterName: my-cluster, associations: []}]")
    Manifest(clusters=('my-cluster',))
    >>> podpass.Manifest.from_str("clusters: [{clustername: my-cluster}]")
    Traceback (most recent call last):
        ...
    podpass.errors.ManifestError: 1:13: unknown key `clustername` (help: did you mean `clusterName`?)
    """

    __match_args__: Final = ("clusters",)
    @staticmethod
    def from_file(path: str | PathLike[str]) -> Manifest:
        """Reads a YAML or JSON file.

        Raises `OSError` when it cannot be read, `ManifestError` with everything that is wrong in it.
        """
    @staticmethod
    def from_str(text: str) -> Manifest:
        """Reads a YAML or JSON text.

        Raises `ManifestError` with everything that is wrong in it.
        """
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Manifest:
        """Takes plain values, as `json.loads` or a YAML library answers them.

        Raises `TypeError` for values that JSON cannot hold, and `ManifestError`, whose line and column
        are those of the JSON text.
        """
    @staticmethod
    def json_schema() -> dict[str, Any]:
        """The JSON Schema of manifests, with every key documented."""
    @property
    def clusters(self) -> tuple[str, ...]:
        """The names of its clusters."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Problem:
    """One thing that is wrong with a manifest."""

    __match_args__: Final = ("message", "hint", "line", "column")
    @property
    def message(self) -> str:
        """What is wrong."""
    @property
    def hint(self) -> str | None:
        """What to do about it."""
    @property
    def line(self) -> int | None:
        """The line, from 1; `None` where the text does not tell."""
    @property
    def column(self) -> int | None:
        """The column, from 1; `None` where the text does not tell."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Conflict:
    """One reason why there is no plan."""

    __match_args__: Final = ("message", "remedy")
    @property
    def message(self) -> str:
        """What stands in the way."""
    @property
    def remedy(self) -> str:
        """What to do about it."""
    def to_dict(self) -> dict[str, Any]:
        """The same as plain values; `conflict` says which kind it is, such as `roleNotOwned`."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Step:
    """One thing that a plan does. `str(step)` is its part of the plan on the screen."""

    __match_args__: Final = ("action", "summary")
    @property
    def action(self) -> str:
        """What kind of step it is, such as `createRole`."""
    @property
    def summary(self) -> str:
        """The step in one line, such as ``create role `my-role` ``."""
    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, all that the step holds."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Plan:
    """Ordered steps, ready to be shown, stored and applied. It is true when there is something to do;
    `str(plan)` is the plan on the screen.

    >>> from podpass.mock import MockServer
    >>> manifest = podpass.Manifest.from_str("clusters: [{clusterName: my-cluster, associations: []}]")
    >>> with MockServer(clusters=["my-cluster"]) as mock:
    ...     plan = podpass.plan(manifest, session=mock.session())
    >>> bool(plan), str(plan)
    (False, 'Nothing to do: everything is as the manifest says.')
    """

    __match_args__: Final = ("steps",)
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Plan:
        """Reads what `to_dict` has written, so that a plan can be shown now and applied later.

        Raises `ValueError` when it is not a plan.
        """
    def to_dict(self) -> dict[str, Any]:
        """The plan as plain values, which `json.dumps` can write."""
    @property
    def steps(self) -> tuple[Step, ...]:
        """What will be done, in this order as far as one step needs another."""
    @property
    def kept(self) -> tuple[str, ...]:
        """What a removal leaves alone, and why."""
    @property
    def totals(self) -> dict[Literal["create", "change", "delete"], int]:
        """How many steps `create`, `change` and `delete`."""
    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
    def __bool__(self) -> bool: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Event:
    """Something that happened to a step while a plan is applied."""

    __match_args__: Final = ("kind", "index", "step", "reason")
    @property
    def kind(self) -> Literal["started", "waiting", "finished", "failed"]:
        """`started`, `waiting`, `finished` or `failed`."""
    @property
    def index(self) -> int:
        """The step's place in the plan, from 0."""
    @property
    def step(self) -> Step:
        """The step."""
    @property
    def reason(self) -> str | None:
        """What it waits for, or why it failed."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Applied:
    """What an apply has done."""

    __match_args__: Final = ("done", "associations")
    @property
    def done(self) -> tuple[Step, ...]:
        """The steps, in the order in which they ended."""
    @property
    def associations(self) -> dict[str, str]:
        """The ids of the associations that were created or changed, by
        `CLUSTER/NAMESPACE/SERVICE-ACCOUNT`.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Finding:
    """One thing that is wrong."""

    __match_args__: Final = ("code", "severity", "subject", "explanation", "remedy")
    @property
    def code(self) -> str:
        """The kind of finding, such as `role-missing`: it never changes."""
    @property
    def severity(self) -> Literal["error", "warning"]:
        """`error`: pods get no credentials, or not those that the manifest promises. `warning`: they get
        credentials, but probably not the rights that were meant.
        """
    @property
    def subject(self) -> str:
        """What it is about: an association as `CLUSTER/NAMESPACE/SERVICE-ACCOUNT`, a role or a policy by
        its ARN.
        """
    @property
    def explanation(self) -> str:
        """What is wrong."""
    @property
    def remedy(self) -> str:
        """What to do about it."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Report:
    """Everything that verifying found. `str(report)` is the report on the screen."""

    __match_args__: Final = ("findings",)
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, kind by kind."""
    @property
    def ok(self) -> bool:
        """Whether pods get the credentials that the manifest promises: there may be warnings."""
    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, which `json.dumps` can write."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Session:
    """How AWS and the clusters are reached. What is not given comes from the environment and the
    configuration files, as the AWS CLI and kubectl read them.

    Clients and rates are shared by everything that is done with one session. Secrets are not shown:

    >>> podpass.Session(access_key_id="AKIAIOSFODNN7EXAMPLE", secret_access_key="secret")
    Session(profile=None, region=None, endpoint_url=None, access_key_id='AKIAIOSFODNN7EXAMPLE', ...)
    """

    __match_args__: Final = (
        "profile",
        "region",
        "endpoint_url",
        "access_key_id",
        "kubeconfig",
        "context",
    )
    def __new__(
        cls,
        *,
        profile: str | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        session_token: str | None = None,
        kubeconfig: str | PathLike[str] | None = None,
        context: str | None = None,
    ) -> Session: ...
    @property
    def profile(self) -> str | None:
        """The profile of the AWS configuration."""
    @property
    def region(self) -> str | None:
        """The region of clusters whose manifest entry names none."""
    @property
    def endpoint_url(self) -> str | None:
        """Where AWS requests are sent."""
    @property
    def access_key_id(self) -> str | None:
        """The access key's id; the secret is not told again."""
    @property
    def kubeconfig(self) -> Path | None:
        """The kubeconfig."""
    @property
    def context(self) -> str | None:
        """The context of the kubeconfig, for the one cluster of the manifest."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Request:
    """One AWS call that a mock server answered."""

    __match_args__: Final = (
        "service",
        "operation",
        "status",
        "error_code",
        "account",
        "region",
        "request_id",
        "time",
    )
    @property
    def service(self) -> str:
        """The service's name as signatures have it, such as `iam`."""
    @property
    def operation(self) -> str | None:
        """The API operation; `None` when the request named none that is known."""
    @property
    def status(self) -> int:
        """The answer's HTTP status."""
    @property
    def error_code(self) -> str | None:
        """AWS's code of the error, if it was one."""
    @property
    def account(self) -> str:
        """The caller's account."""
    @property
    def region(self) -> str:
        """The region that the request was signed for."""
    @property
    def request_id(self) -> str:
        """The request id that the answer carried."""
    @property
    def time(self) -> datetime:
        """When it was answered, by the server's clock: a `datetime` in UTC."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@disjoint_base
class MockServer:
    """A mock of AWS and Kubernetes."""
    def __new__(
        cls,
        *,
        clusters: Sequence[str] = ...,
        account: str = "111122223333",
        region: str = "us-west-2",
        port: int = 0,
        quotas: Mapping[str, int] = ...,
        seed: int | None = None,
    ) -> Self: ...
    def start(self) -> None:
        """Starts the server; it answers as soon as this returns."""
    def stop(self) -> None:
        """Stops the server and waits until it has. Does nothing when it does not run."""
    @property
    def uri(self) -> str:
        """The address to give to clients as their endpoint, such as `http://127.0.0.1:4566`."""
    @property
    def env(self) -> dict[str, str]:
        """The environment in which AWS and Kubernetes clients find this server."""
    def session(self) -> Session:
        """The session that leads to this server."""
    def kubeconfig(self, path: str | PathLike[str]) -> None:
        """Writes a kubeconfig with a context for each cluster, readable by its owner only."""
    def reset(self) -> None:
        """Brings back the state as it was right after the start, and forgets the recorded requests."""
    def requests(self) -> list[Request]:
        """The AWS calls that were answered since the start or the last reset, oldest first: at most
        the newest ten thousand.
        """
    def advance(self, by: timedelta) -> None:
        """Moves the server's time forward by a `timedelta`."""
