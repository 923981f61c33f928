"""What the compiled half of the package holds. Import from `podpass`, not from here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypedDict, final

from typing_extensions import Never, Self, Unpack, disjoint_base

__all__ = [
    "VERSION",
    "Access",
    "AccessReason",
    "AccessStep",
    "Applied",
    "AssumeRole",
    "Clock",
    "Conflict",
    "Decision",
    "Event",
    "Explanation",
    "Fault",
    "FaultReport",
    "Finding",
    "Lint",
    "Manifest",
    "MatchedStatement",
    "MockServer",
    "Plan",
    "PolicyDocument",
    "PolicyRequest",
    "PolicySet",
    "Principal",
    "Problem",
    "Reason",
    "Report",
    "Request",
    "Session",
    "Statement",
    "Step",
    "apply",
    "apply_async",
    "authorize",
    "can_i",
    "can_i_async",
    "destroy",
    "destroy_async",
    "explain",
    "lint",
    "main",
    "plan",
    "plan_async",
    "validate",
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

def can_i(
    action: str,
    resource: str,
    *,
    cluster: str,
    service_account: str,
    namespace: str = "default",
    context: Mapping[str, _ContextValue] | None = None,
    resource_policy: PolicyDocument | None = None,
    session: Session | None = None,
) -> Access:
    """Asks whether the pods of a service account may do something, and why not.

    Collected are: the association, its role and target role with their trust policies, permissions
    policies and permissions boundaries, and the association's session policy. EKS's session tags are
    sent as EKS sends them. Organisations' control policies are not read, nor the policy of the resource:
    that is `resource_policy`. `context` are keys of the pod's request, such as `aws:SourceIp`. What
    cannot be read or is not known never allows.

    Raises `AwsError`, and `Error` when it is not known in which region the cluster is.

    >>> with podpass.mock.MockServer(clusters=["my-cluster"]) as mock:
    ...     access = podpass.can_i("s3:GetObject", "arn:aws:s3:::b/k", cluster="my-cluster",
    ...                            service_account="my-service-account", session=mock.session())
    >>> bool(access), access.reasons[0].kind
    (False, 'association-missing')
    """
def can_i_async(
    action: str,
    resource: str,
    *,
    cluster: str,
    service_account: str,
    namespace: str = "default",
    context: Mapping[str, _ContextValue] | None = None,
    resource_policy: PolicyDocument | None = None,
    session: Session | None = None,
) -> Awaitable[Access]:
    """`can_i`, awaitable."""
def validate(text: str, kind: _DocumentKind) -> PolicyDocument:
    """Reads a document as IAM does when it is to be stored, in IAM's order of checks.

    Raises `MalformedPolicyError` with AWS's text when IAM would refuse it. Whether the principals of a
    trust policy exist is not looked at.

    >>> from podpass.policy import validate
    >>> validate('''{"Version": "2012-10-17", "Statement": [
    ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "my-bucket"}]}''', "managed-identity")
    Traceback (most recent call last):
        ...
    podpass.errors.MalformedPolicyError: Resource my-bucket must be in ARN format or "*".
    """
def lint(
    document: PolicyDocument,
    kind: _DocumentKind,
    *,
    disable_session_tags: bool = False,
    session_tags: Mapping[str, str] | None = None,
) -> tuple[Lint, ...]:
    """Looks for what is well-formed and yet probably not meant, the worst first.

    For trust policies, `disable_session_tags` says that the associations that use the role send none,
    and `session_tags` which tags its sessions will have, as far as they are known.

    >>> from podpass.policy import PolicyDocument, lint
    >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
    ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket"}]}''')
    >>> [(found.code, found.path) for found in lint(document, "managed-identity")]
    [('resource-mismatch', 'Statement[0].Action')]
    """
def authorize(policies: PolicySet, request: PolicyRequest | AssumeRole) -> Decision:
    """Decides whether a request goes through, as AWS would, and says why.

    >>> from podpass.policy import PolicyDocument, PolicySet, Principal, Request, authorize
    >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
    ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket"}]}''')
    >>> pod = Principal.role_session("arn:aws:iam::111122223333:role/my-role", "my-pod")
    >>> request = Request(pod, "s3:GetObject", "arn:aws:s3:::my-bucket/password")
    >>> decision = authorize(PolicySet(identity=[document]), request)
    >>> decision.outcome, decision.layer, decision.is_allowed
    ('ImplicitDeny', 'identity', False)
    """
def explain(policies: PolicySet, request: PolicyRequest | AssumeRole) -> Explanation:
    """Decides as `authorize` does, and says what stands in the way of a request that is denied.

    >>> from podpass.policy import PolicyDocument, PolicySet, Principal, Request, explain
    >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
    ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket"}]}''')
    >>> pod = Principal.role_session("arn:aws:iam::111122223333:role/my-role", "my-pod")
    >>> request = Request(pod, "s3:GetObject", "arn:aws:s3:::my-bucket/password")
    >>> for reason in explain(PolicySet(identity=[("my-policy", document)]), request).reasons:
    ...     print(reason)
    the identity-based policy `my-policy`'s statement 1 is about `arn:aws:s3:::my-bucket`, not `arn:aws:s3:::my-bucket/password`
    """

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
    def severity(self) -> Literal["error", "warning", "note"]:
        """`error`: pods get no credentials, or not those that the manifest promises. `warning`: they get
        credentials, but probably not the rights that were meant. `note`: something could not be judged.
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
class Clock:
    """The time of a mock server: the world's, the same moved, or one that is held."""
    @property
    def now(self) -> datetime:
        """The server's present: a `datetime` in UTC."""
    @property
    def held(self) -> bool:
        """Whether the time stands still."""
    def advance(self, by: timedelta) -> None:
        """Moves the time forward by a `timedelta`."""
    def set(self, time: datetime) -> None:
        """Makes it this time, a `datetime` that knows its zone; a clock that runs goes on from there. It may go back."""
    def hold(self) -> None:
        """Lets the time stand still."""
    def release(self) -> None:
        """Lets the time run again, from where it was held."""

_ThrottleClass: TypeAlias = Literal["iam-read", "iam-write", "sts", "eks-read", "eks-write", "eks-auth"]
_Rates: TypeAlias = Literal["aws"] | Mapping[_ThrottleClass, float | tuple[float, int]]

@final
class Fault:
    """Something that goes wrong on purpose: with which calls of a mock server, when of them, and how. Each method answers
    a fault with more said. In patterns `*` stands for any text; of several faults, a call meets the first that is due.
    """
    @staticmethod
    def on(operation: str) -> Fault:
        """A fault of calls to an operation, such as `CreateRole`, `Create*` or, in clusters, `create pods`; the agent's is
        `get credentials`. What is to be done still has to be said.
        """
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Fault:
        """Takes the plain values that scripts consist of: `match`, `when` and `do`."""
    def to_dict(self) -> dict[str, Any]:
        """The fault as plain values, as a script has them."""
    def id(self, id: str) -> Fault:
        """The id by which it is told apart in lists and requests; the server gives one otherwise."""
    def service(self, name: str) -> Fault:
        """Only of a service: `iam`, `sts`, `eks`, `eks-auth`, `kubernetes` or `agent`."""
    def account(self, id: str) -> Fault:
        """Only in an account: the caller's, or the cluster's."""
    def region(self, region: str) -> Fault:
        """Only in a region: the one that the request is signed for, or the cluster's."""
    def resource(self, pattern: str) -> Fault:
        """Only about a resource: its ARN or what follows the last slash of it, `NAMESPACE/SERVICEACCOUNT` where the call
        names one, and in clusters the cluster's name, the object's or `NAMESPACE/NAME`.
        """
    def caller(self, pattern: str) -> Fault:
        """Only by a caller: an ARN, or the name that a cluster knows a user by."""
    def nth(self, *calls: int) -> Fault:
        """Only the calls of these numbers, from 1, among those that match."""
    def every(self, calls: int) -> Fault:
        """Only every so-manieth of the calls that match."""
    def first(self, calls: int) -> Fault:
        """Only the first so many of the calls that match."""
    def after(self, calls: int) -> Fault:
        """Lets so many of the calls that match pass; the others are counted from then on."""
    def probability(self, part: float) -> Fault:
        """Only a part of the calls, from 0 to 1, which chance takes: the same in every run of a server with a `seed`."""
    def times(self, calls: int) -> Fault:
        """At most so often."""
    def answer(self, code: str, *, status: int | None = None, message: str | None = None) -> Fault:
        """Answers with an error of this code, in the form of the call's service. Status and message are AWS's where they are
        known and not given.
        """
    def status(self, status: int) -> Fault:
        """Answers with a bare status, such as 503, as a load balancer without servers does."""
    def drop_before(self) -> Fault:
        """Ends the connection without an answer; the call is not done."""
    def drop_after(self) -> Fault:
        """Ends the connection without an answer once the call is done."""
    def truncate(self, bytes: int) -> Fault:
        """Sends only so many bytes of the answer's body, and ends the connection."""
    def garbage(self) -> Fault:
        """Sends a body that no client can read."""
    def delay(self, by: timedelta, to: timedelta | None = None) -> Fault:
        """Has the call wait before it is done, in real time, whatever the server's clock says: for a `timedelta`, or for one
        that chance takes between two. It is done also when its client has gone meanwhile.
        """
    def delay_answer(self, by: timedelta) -> Fault:
        """Has the answer wait once the call is done."""

@final
class FaultReport:
    """A fault of a mock server, and what it has done so far."""
    __match_args__: Final = ("id", "fault", "matched", "fired")
    @property
    def id(self) -> str:
        """How it is told apart."""
    @property
    def fault(self) -> Fault:
        """What it says."""
    @property
    def matched(self) -> int:
        """How many calls matched it."""
    @property
    def fired(self) -> int:
        """How many of them met it."""

class _Filters(TypedDict, total=False):
    service: str | None
    operation: str | None
    account: str | None
    region: str | None
    caller: str | None
    access_key_id: str | None
    resource: str | None
    status: int | str | None
    error_code: str | None
    decision: Literal["allowed", "denied"] | None
    source: Literal["http", "tls", "agent"] | None
    user_agent: str | None
    fault: str | None
    read_only: bool | None
    since: datetime | None
    until: datetime | None
    after: int | None
    limit: int | None

@final
class Request:
    """One call that a mock server answered."""

    __match_args__: Final = (
        "service",
        "operation",
        "status",
        "error_code",
        "account",
        "region",
        "request_id",
        "time",
        "caller",
        "decision",
        "reason",
        "sequence",
        "resource",
        "other_resources",
        "access_key_id",
        "source",
        "user_agent",
        "fault",
    )
    @property
    def service(self) -> str:
        """The service's name as signatures have it, such as `iam`; `kubernetes` for clusters, `agent` for the EKS Pod Identity Agent."""
    @property
    def operation(self) -> str | None:
        """The API operation, or verb and resource as in `create pods`; `None` when the request named none that is known."""
    @property
    def status(self) -> int:
        """The answer's HTTP status."""
    @property
    def error_code(self) -> str | None:
        """AWS's code of the error, if it was one, or the reason that Kubernetes gives."""
    @property
    def account(self) -> str:
        """The caller's account, or the cluster's."""
    @property
    def region(self) -> str:
        """The region that the request was signed for, or the cluster's."""
    @property
    def request_id(self) -> str:
        """The request id that the answer carried."""
    @property
    def time(self) -> datetime:
        """When it was answered, by the server's clock: a `datetime` in UTC."""
    @property
    def caller(self) -> str:
        """The caller's ARN, or the name that a cluster knows it by."""
    @property
    def decision(self) -> Literal["allowed", "denied"] | None:
        """What was decided about the caller: `allowed` or `denied`; `None` when nothing was, as where `auth` is `off`."""
    @property
    def reason(self) -> str | None:
        """Why it was denied: the message that the client got, or would have got."""
    @property
    def sequence(self) -> int:
        """Its number: 1 is the first call since the start, or since all calls were forgotten."""
    @property
    def resource(self) -> str | None:
        """What it is about: an ARN, or the path of a call to a cluster."""
    @property
    def other_resources(self) -> list[str]:
        """What it takes besides, such as the role that is passed."""
    @property
    def access_key_id(self) -> str | None:
        """The id of the access key that signed it, if one did."""
    @property
    def source(self) -> Literal["http", "tls", "agent"]:
        """How it came in: `http`, `tls`, or `agent` for what the EKS Pod Identity Agent asked."""
    @property
    def user_agent(self) -> str | None:
        """What the client calls itself."""
    @property
    def fault(self) -> str | None:
        """The id of the fault that struck it, if one did."""
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
        tls_port: int | None = None,
        agent_port: int | None = None,
        agent_metrics_port: int | None = None,
        agent_rate: int | None = None,
        auth: Literal["off", "simulate", "enforce"] = "off",
        admin_key: tuple[str, str] | None = None,
        quotas: Mapping[str, int] = ...,
        eks_delays: Mapping[str, timedelta] = ...,
        managed_policies: str | PathLike[str] | None = None,
        issuer_key: str | PathLike[str] | None = None,
        issuers: Mapping[str, tuple[str, str | PathLike[str]]] = ...,
        seed: int | None = None,
        clock: datetime | None = None,
        state: str | PathLike[str] | None = None,
        load: str | PathLike[str] | None = None,
        propagation: Literal["aws"] | Mapping[str, timedelta] | None = None,
        faults: Sequence[Fault | Mapping[str, Any]] = ...,
        throttle: _Rates | None = None,
    ) -> Self: ...
    def start(self) -> None:
        """Starts the server; it answers as soon as this returns."""
    def stop(self) -> None:
        """Stops the server and waits until it has. Does nothing when it does not run."""
    @property
    def uri(self) -> str:
        """The address to give to clients as their endpoint, such as `http://127.0.0.1:4566`."""
    @property
    def tls_uri(self) -> str | None:
        """The address of the Kubernetes APIs by TLS, such as `https://127.0.0.1:6443`; `None` without `tls_port`."""
    @property
    def agent_metrics_uri(self) -> str | None:
        """The address of the agent's metrics and probes; `None` without `agent_metrics_port`."""
    @property
    def credentials_uri(self) -> str:
        """The address at which pods ask for credentials, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`."""
    @property
    def env(self) -> dict[str, str]:
        """The environment in which AWS and Kubernetes clients find this server."""
    def session(self) -> Session:
        """The session that leads to this server."""
    def kubeconfig(self, path: str | PathLike[str]) -> None:
        """Writes a kubeconfig with a context for each cluster, readable by its owner only."""
    def export_state(self) -> str:
        """Everything that the server holds, as JSON: what `import_state` and the argument `load` take. It holds secrets."""
    def import_state(self, state: str) -> None:
        """Replaces everything that the server holds by what `export_state` returned, here or elsewhere. When anything in it
        cannot be read, the server stays as it is.
        """
    def reset(self) -> None:
        """Brings back the state as it was right after the start, and forgets the recorded requests."""
    def requests(self, **filters: Unpack[_Filters]) -> list[Request]:
        """The calls that were answered since the start or the last reset, oldest first: at most the newest ten
        thousand, and of them those that meet the filters, such as `service="iam", operation="Create*"`.

        Filters are `service`, `operation`, `account`, `region`, `caller`, `access_key_id`, `resource`, `error_code`,
        `user_agent` and `fault`, in which `*` stands for anything; `status`, such as 404 or `"4xx"`; `decision`;
        `source`; `read_only`; `since` and `until`, by the server's clock; `after`, a sequence number; and `limit`.
        """
    def request_summary(self) -> dict[str, Any]:
        """How many calls were answered since the start or the last reset, exactly: `total`, `forgotten` and `counts`,
        in which each has `service`, `operation`, `status`, `errorCode` and `count`.
        """
    def assert_requests(
        self,
        calls: int | None = None,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
        none_twice: bool = False,
        **filters: Unpack[_Filters],
    ) -> int:
        """Raises `AssertionError` unless there were so many calls, of those that meet the filters of `requests()`: exactly
        `calls`, `at_least`, `at_most`. With `none_twice`, no call may ask for the same as an earlier one. Returns how
        many there were.
        """
    def cloudtrail(self, **filters: Unpack[_Filters]) -> dict[str, Any]:
        """The calls to AWS that meet the filters of `requests()`, as CloudTrail records them: `{"Records": […]}`."""
    def clear_requests(self) -> None:
        """Forgets the recorded requests; the state stays as it is."""
    def add_faults(self, *faults: Fault | Mapping[str, Any]) -> list[str]:
        """Has calls go wrong on purpose from now on, all of the faults or none, and tells their ids. They stand behind those
        that are there.
        """
    def faults(self) -> list[FaultReport]:
        """The faults in the order in which calls are held against them, and what they have done so far."""
    def remove_fault(self, id: str) -> FaultReport | None:
        """Removes the fault of an id and tells what it has done; `None` if there is none."""
    def clear_faults(self) -> None:
        """Removes all faults, also those that the server was started with, until a reset."""
    @property
    def throttle(self) -> dict[str, tuple[float, int]]:
        """The classes of operations that are throttled: their calls per second, and how many at once. Set to `"aws"` for about
        what AWS takes, or to a mapping such as `{"iam-write": (5, 20)}`, of which the other classes take any number of calls.
        """
    @throttle.setter
    def throttle(self, rates: _Rates) -> None: ...
    def authorize(
        self,
        principal: str,
        action: str,
        resource: str = "*",
        *,
        region: str | None = None,
        context: Mapping[str, _ContextValue] | None = None,
    ) -> Decision:
        """Decides whether somebody may do something, in any service, by the policies that the server holds.

        `principal` is the ARN of a user, of a session or of a role, whose sessions are then taken to have
        no session tags; or the id of an access key. `resource` is an ARN, or `*` for actions that know none. Policies
        of the resource, such as a bucket's, take no part.
        """
    def rotate_issuer_key(self, cluster: str) -> str:
        """Has the issuer of a cluster sign with a new key from now on, whose id is answered; tokens that
        are signed already stay good.
        """
    @property
    def clock(self) -> Clock:
        """The server's clock."""
    @property
    def propagation(self) -> dict[str, timedelta]:
        """How long news take through AWS: a `timedelta` for each way. Set to `"aws"`, or to a mapping such as
        `{"iam-eks": timedelta(seconds=10)}`, of which the other ways take no time.
        """
    @propagation.setter
    def propagation(self, delays: Literal["aws"] | Mapping[str, timedelta]) -> None: ...
    def advance(self, by: timedelta) -> None:
        """Moves the server's time forward by a `timedelta`, as `clock.advance` does."""

_ContextValue: TypeAlias = str | Sequence[str]
_Policy: TypeAlias = PolicyDocument | tuple[str, PolicyDocument]
_DocumentKind: TypeAlias = Literal[
    "managed-identity",
    "inline-identity",
    "trust",
    "session",
    "boundary",
    "resource",
    "service-control",
    "resource-control",
]
_Effect: TypeAlias = Literal["Allow", "Deny"]
_Layer: TypeAlias = Literal[
    "resource-control", "service-control", "resource", "trust", "identity", "boundary", "session"
]
_Outcome: TypeAlias = Literal["Allowed", "ExplicitDeny", "ImplicitDeny"]

@final
class PolicyDocument:
    """A policy document as IAM stores it, read but not yet judged. Made by `parse` or `from_dict`.

    What reading does not know, such as a condition operator, is kept as written: `validate` says what
    IAM refuses. Equal documents have equal texts; `same_meaning` compares what they mean.

    >>> from podpass.policy import PolicyDocument
    >>> document = PolicyDocument.parse('''{"Statement": {
    ...     "Effect": "Allow", "Action": ["s3:getobject"], "Resource": "*"}}''')
    >>> document.statements
    (Statement(effect='Allow', sid=None, line=1, column=15),)
    >>> print(document)
    {"Statement":[{"Effect":"Allow","Action":"s3:getobject","Resource":"*"}]}
    >>> PolicyDocument.parse('{"Statement": [{"Effect": "allow"}]}')
    Traceback (most recent call last):
        ...
    podpass.errors.PolicyError: ... at line 1 column 27 (`Statement[0].Effect`)
    """
    __match_args__: Final = ("version", "id", "statements")
    @staticmethod
    def parse(text: str) -> PolicyDocument:
        """Reads a JSON text.

        Raises `PolicyError` when it is no JSON or has not the shape of a policy.
        """
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> PolicyDocument:
        """Takes plain values, as `json.loads` answers them.

        Raises `TypeError` for values that JSON cannot hold, and `PolicyError`, whose line and column are
        those of the JSON text.
        """
    def to_dict(self) -> dict[str, Any]:
        """The document as plain values, in IAM's usual order of elements."""
    @property
    def text(self) -> str:
        """The text that was read."""
    @property
    def version(self) -> Literal["2008-10-17", "2012-10-17"] | None:
        """The stated version; IAM reads a document without one as `2008-10-17`."""
    @property
    def id(self) -> str | None:
        """The document's `Id`, which means nothing to IAM."""
    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements in their order."""
    @property
    def context_keys(self) -> tuple[str, ...]:
        """The context keys that conditions and policy variables speak of, as written."""
    def same_meaning(self, other: PolicyDocument) -> bool:
        """Whether IAM decides alike by both documents, so that replacing one by the other changes nothing.

        Ignored are: the order of statements and of lists, a string against a list of one, `Sid`, `Id`,
        white space, the case of actions, of condition operators and keys, an account id against its
        root ARN, `"*"` against `{"AWS": "*"}`, repeated entries.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Statement:
    """One statement of a policy document."""
    __match_args__: Final = ("effect", "sid", "line", "column")
    @property
    def effect(self) -> _Effect:
        """Whether a match allows or denies."""
    @property
    def sid(self) -> str | None:
        """The statement's name."""
    @property
    def line(self) -> int:
        """The line in which it begins, from 1."""
    @property
    def column(self) -> int:
        """The column at which it begins, from 1."""
    @property
    def end_line(self) -> int:
        """The line in which it ends."""
    @property
    def end_column(self) -> int:
        """The column just behind its end."""
    def to_dict(self) -> dict[str, Any]:
        """The statement as plain values, all that it holds."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Lint:
    """One thing in a document that is probably not meant. `str(lint)` says it in a line, with its place."""
    __match_args__: Final = ("code", "severity", "path", "message", "remedy")
    @property
    def code(self) -> str:
        """The rule, such as `resource-mismatch`: it never changes."""
    @property
    def severity(self) -> Literal["note", "warning", "error"]:
        """`error`: it cannot work. `warning`: it is probably not what was meant. `note`: worth knowing."""
    @property
    def path(self) -> str:
        """The JSON path, such as `Statement[0].Action[1]`; empty for the document."""
    @property
    def message(self) -> str:
        """What is wrong."""
    @property
    def remedy(self) -> str:
        """What to do about it."""
    @property
    def line(self) -> int:
        """The line in which the statement begins, from 1."""
    @property
    def column(self) -> int:
        """The column at which the statement begins, from 1."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Principal:
    """Who makes a request.

    >>> from podpass.policy import Principal
    >>> pod = Principal.role_session("arn:aws:iam::111122223333:role/apps/my-role", "eks-my-cluster-my-pod")
    >>> str(pod)
    'arn:aws:sts::111122223333:assumed-role/my-role/eks-my-cluster-my-pod'
    >>> pod.context["aws:principalarn"]
    'arn:aws:iam::111122223333:role/apps/my-role'
    """
    __match_args__: Final = ("type", "name")
    @staticmethod
    def anonymous() -> Principal:
        """Nobody in particular: an unsigned request."""
    @staticmethod
    def root(account: str) -> Principal:
        """The root user of an account."""
    @staticmethod
    def user(arn: str, *, id: str | None = None) -> Principal:
        """An IAM user by its ARN, and by its unique id (`AIDA…`) if policies name that."""
    @staticmethod
    def role_session(role: str, session_name: str) -> Principal:
        """A session of the role with this ARN."""
    @staticmethod
    def federated_user(arn: str) -> Principal:
        """A session of `GetFederationToken`, by its ARN."""
    @staticmethod
    def web_identity(provider: str) -> Principal:
        """A caller whom an OIDC or SAML provider vouches for: its ARN, or a name such as
        `cognito-identity.amazonaws.com`.
        """
    @staticmethod
    def service(name: str) -> Principal:
        """An AWS service that acts for itself, such as `pods.eks.amazonaws.com`."""
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Principal:
        """Reads what `to_dict` writes: a `type`, and what identifies the principal.

        Raises `ValueError` when it is no principal.
        """
    def to_dict(self) -> dict[str, Any]:
        """The principal as plain values."""
    @property
    def type(self) -> Literal[
        "Anonymous", "Root", "User", "RoleSession", "FederatedUser", "WebIdentity", "Service"
    ]:
        """What kind of principal it is, such as `RoleSession`."""
    @property
    def name(self) -> str:
        """The principal as AWS's messages name it: mostly an ARN."""
    @property
    def account(self) -> str | None:
        """The principal's account; `None` for services, providers and the anonymous."""
    @property
    def context(self) -> dict[str, str | list[str]]:
        """The context keys, in lower case, that follow from the principal alone."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class PolicyRequest:
    """A request to decide upon: who wants to do what, on which resource, in which context.

    `action` is an IAM action such as `s3:GetObject`, `resource` an ARN, or `*` for actions without one.
    To the keys of `context` come those that follow from the principal. A key that is a list by nature,
    such as `aws:TagKeys`, has a list as its value.

    >>> from podpass.policy import Principal, Request
    >>> alice = Principal.user("arn:aws:iam::111122223333:user/alice")
    >>> request = Request(alice, "s3:GetObject", "arn:aws:s3:::b/k", {"aws:SecureTransport": "true"})
    >>> request.context["aws:username"], request.context["aws:securetransport"]
    ('alice', 'true')
    """
    __match_args__: Final = ("principal", "action", "resource", "context")
    def __new__(
        cls,
        principal: Principal,
        action: str,
        resource: str,
        context: Mapping[str, _ContextValue] | None = None,
    ) -> PolicyRequest: ...
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> PolicyRequest:
        """Takes plain values: `principal`, `action`, `resource` and `context`, to which nothing is added.

        Raises `ValueError` when they are no request.
        """
    def to_dict(self) -> dict[str, Any]:
        """The request as plain values."""
    @property
    def principal(self) -> Principal:
        """Who asks."""
    @property
    def action(self) -> str:
        """The IAM action."""
    @property
    def resource(self) -> str:
        """The ARN of the resource, or `*`."""
    @property
    def context(self) -> dict[str, str | list[str]]:
        """The context keys, in lower case, and their values."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class AssumeRole:
    """A call of `sts:AssumeRole` or one of its kin.

    STS decides up to four times: on assuming the role, on `sts:TagSession` when the session has tags, on
    `sts:SetSourceIdentity` and on `sts:SetContext`. The first denial is the decision.

    >>> from podpass.policy import AssumeRole, Principal
    >>> eks = Principal.service("pods.eks.amazonaws.com")
    >>> role = "arn:aws:iam::111122223333:role/my-role"
    >>> call = AssumeRole(eks, role, "my-session", tags={"kubernetes-namespace": "default"})
    >>> [request.action for request in call.requests]
    ['sts:AssumeRole', 'sts:TagSession']
    """
    __match_args__: Final = ("principal", "role", "session_name")
    def __new__(
        cls,
        principal: Principal,
        role: str,
        session_name: str,
        *,
        tags: Mapping[str, str] | None = None,
        transitive_tag_keys: Sequence[str] = ...,
        inherited_tags: Mapping[str, str] | None = None,
        role_tags: Mapping[str, str] | None = None,
        external_id: str | None = None,
        source_identity: str | None = None,
        provides_contexts: bool = False,
        context: Mapping[str, _ContextValue] | None = None,
    ) -> AssumeRole: ...
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> AssumeRole:
        """Reads what `to_dict` writes.

        Raises `ValueError` when it is no such call.
        """
    def to_dict(self) -> dict[str, Any]:
        """The call as plain values, all that it holds."""
    @property
    def principal(self) -> Principal:
        """Who assumes the role."""
    @property
    def role(self) -> str:
        """The role's ARN."""
    @property
    def session_name(self) -> str:
        """The name of the session."""
    @property
    def requests(self) -> tuple[PolicyRequest, ...]:
        """The requests that STS decides upon, in its order."""
    @property
    def principal_tags(self) -> dict[str, str]:
        """The tags that the session has, read as `aws:PrincipalTag`: the role's, overlaid by those
        inherited and those passed now.
        """
    @property
    def transitive_tags(self) -> dict[str, str]:
        """The tags that the session hands down to sessions begun from it."""
    def check_tags(self) -> None:
        """Checks the tags as STS does before it decides anything.

        Raises `podpass.Error` with AWS's text when keys collide or a transitive key has no tag.
        """
    def session(self) -> Principal:
        """The session as a principal.

        Raises `podpass.Error` when the session's name makes its ARN too long.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class PolicySet:
    """The policies that apply to requests, by layer, compiled once for many decisions.

    A policy is a `PolicyDocument`, or a pair of the name or ARN by which decisions report it and the
    document. `identity` are the principal's own policies and its groups'; `trust` is that of the role
    that the request is about, `resource` the policy of another resource; `boundary` is the principal's
    permissions boundary, `session` what was given when the session began. `service_control` and
    `resource_control` hold a list for each level of the organisation. Layers left out do not take part.

    >>> from podpass.policy import PolicyDocument, PolicySet
    >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
    ...     {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}]}''')
    >>> PolicySet(identity=[("my-policy", document)], boundary=document)
    PolicySet(layers=('identity', 'boundary'))
    """
    __match_args__: Final = ("layers",)
    def __new__(
        cls,
        *,
        identity: Sequence[_Policy] = ...,
        trust: _Policy | None = None,
        resource: _Policy | None = None,
        boundary: _Policy | None = None,
        session: Sequence[_Policy] = ...,
        service_control: Sequence[Sequence[_Policy]] = ...,
        resource_control: Sequence[Sequence[_Policy]] = ...,
    ) -> PolicySet: ...
    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> PolicySet:
        """Takes plain values: for each layer a list of `{"name": …, "document": …}`, or one of them. A
        document may be its text, to which positions in answers then refer.

        Raises `ValueError` when they are no such thing.
        """
    def to_dict(self) -> dict[str, Any]:
        """The policies as plain values."""
    @property
    def layers(self) -> tuple[_Layer, ...]:
        """The names of the layers that take part."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class MatchedStatement:
    """A statement that matches a request."""
    __match_args__: Final = ("effect", "layer", "policy", "index", "sid")
    @property
    def effect(self) -> _Effect:
        """What it does."""
    @property
    def layer(self) -> _Layer:
        """The layer of its policy."""
    @property
    def policy(self) -> str:
        """The name or ARN of its policy; empty when it was given none."""
    @property
    def index(self) -> int:
        """Its place in the document, from 0."""
    @property
    def sid(self) -> str | None:
        """Its `Sid`."""
    @property
    def line(self) -> int:
        """The line of the document's text in which it begins, from 1."""
    @property
    def column(self) -> int:
        """The column at which it begins, from 1."""
    @property
    def end_line(self) -> int:
        """The line in which it ends."""
    @property
    def end_column(self) -> int:
        """The column just behind its end."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Decision:
    """What was decided, where, and why.

    A decision is neither true nor false: `if decision:` raises `TypeError`, so that a denial is never
    taken for a yes because it is an object. Ask `is_allowed`.
    """
    __match_args__: Final = ("outcome", "layer", "matched", "missing_keys", "message")
    @property
    def outcome(self) -> _Outcome:
        """`Allowed`, `ExplicitDeny` (a statement forbids it) or `ImplicitDeny` (nothing allows it where
        something must).
        """
    @property
    def is_allowed(self) -> bool:
        """Whether the request goes through."""
    @property
    def layer(self) -> _Layer:
        """The layer that decided: that of the Deny, of the missing Allow, or of the Allow."""
    @property
    def matched(self) -> tuple[MatchedStatement, ...]:
        """The statements that match, in the order of the layers; of a denial, the denying ones come first."""
    @property
    def missing_keys(self) -> tuple[str, ...]:
        """The context keys, as the policies write them, that conditions asked for in vain."""
    @property
    def message(self) -> str | None:
        """AWS's own sentence for a denial."""
    def to_dict(self) -> dict[str, Any]:
        """The decision as plain values, which `json.dumps` can write."""
    def __bool__(self) -> Never: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Reason:
    """One thing that stands in a request's way. `str(reason)` says it in a sentence."""
    __match_args__: Final = ("layer", "cause", "policy", "index")
    @property
    def layer(self) -> _Layer:
        """The layer that denies or fails to allow."""
    @property
    def cause(self) -> dict[str, Any]:
        """Why it denies or does not allow, as plain values: `kind` says which cause it is, such as
        `condition`, and the rest what it is about.
        """
    @property
    def policy(self) -> str | None:
        """The policy of the statement that denies, or that comes nearest to allowing; `None` when there is
        no such statement, empty when the policy was given no name.
        """
    @property
    def index(self) -> int | None:
        """The statement's place in the document, from 0."""
    @property
    def sid(self) -> str | None:
        """The statement's `Sid`."""
    @property
    def line(self) -> int | None:
        """The line of the document's text in which the statement begins, from 1."""
    @property
    def column(self) -> int | None:
        """The column at which the statement begins, from 1."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Explanation:
    """A decision and, for a denial, the smallest set of reasons that a person can act on: once all of them
    are gone, the request is allowed, as far as that can be told beforehand.
    """
    __match_args__: Final = ("decision", "reasons")
    @property
    def decision(self) -> Decision:
        """The decision."""
    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons of a denial; none when the request is allowed."""
    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain values, which `json.dumps` can write."""
    def __bool__(self) -> Never: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Access:
    """Whether the pods of a service account may do something, and why. It is true when they may."""
    __match_args__: Final = ("allowed", "steps", "reasons")
    @property
    def allowed(self) -> bool:
        """Yes or no. What cannot be found or read is a no."""
    @property
    def steps(self) -> tuple[AccessStep, ...]:
        """What was decided on the way, in order; the first denial is the last."""
    @property
    def reasons(self) -> tuple[AccessReason, ...]:
        """Why not: what stands in the way at the first step that fails."""
    @property
    def decision(self) -> Decision | None:
        """The decision on the action itself; `None` when pods do not even get credentials."""
    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values, which `json.dumps` can write."""
    def __bool__(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class AccessStep:
    """A decision on the way from a pod to what it wants to do."""
    __match_args__: Final = ("stage", "role", "decision")
    @property
    def stage(self) -> Literal["assume-role", "assume-target-role", "act"]:
        """`assume-role`: EKS assumes the association's role. `assume-target-role`: its session assumes the
        target role. `act`: the pod does what was asked.
        """
    @property
    def role(self) -> str:
        """The ARN of the role that is assumed, or that acts."""
    @property
    def decision(self) -> Decision:
        """What was decided."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class AccessReason:
    """One reason why pods may not do something. `str(reason)` says it in a sentence."""
    __match_args__: Final = ("kind", "message", "remedy")
    @property
    def kind(self) -> str:
        """The kind of reason, such as `association-missing` or `policy`: it never changes."""
    @property
    def message(self) -> str:
        """What stands in the way."""
    @property
    def remedy(self) -> str | None:
        """What to do about it, where there is something to say beyond the message."""
    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, all that the reason holds."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
