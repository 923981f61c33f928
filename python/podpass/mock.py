"""AWS and Kubernetes, mocked: a server in this very process that stock clients talk to.

    from podpass.mock import MockServer

    with MockServer(clusters=["my-cluster"]) as mock:
        iam = boto3.client("iam", **mock.boto3_kwargs())

For pytest there are ready-made fixtures: see `podpass.pytest_plugin`.
"""

from __future__ import annotations

import contextlib
import os
import unittest.mock
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from podpass import _core
from podpass._core import Clock, Fault, FaultReport, Request

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Clock", "Fault", "FaultReport", "MockServer", "Request"]


class MockServer(_core.MockServer):
    """A mock of IAM, STS, EKS and clusters' Kubernetes APIs on a port of 127.0.0.1.

    It runs from `start()` to `stop()`, or as long as a `with` block. All arguments are keywords:

    - `clusters` are ACTIVE from the start; `account` and `region` are those of callers who name none.
    - `port` 0 takes a free one. By `tls_port` clusters answer by TLS as well, where they tell their callers
      apart; at `agent_port` the EKS Pod Identity Agent answers alone, and at `agent_metrics_port` it tells what
      it counts; `agent_rate` is how many requests per second it takes, 0 any number.
    - `auth` says whether signatures and permissions are checked: `off`, `simulate` (nothing is refused, but
      `requests()` tell what would be) or `enforce`. `admin_key` is id and secret of the administrator's access
      key, `("test", "test")` otherwise.
    - `quotas` replace AWS's defaults, by the names that AWS's messages use, such as `{"RolesPerAccount": 5}`.
    - `eks_delays` let EKS take its time, such as `{"nodegroup": timedelta(seconds=90)}`.
    - `managed_policies` is a folder with further policies of AWS, as JSON files.
    - `issuer_key` is a file with the RSA key (PEM) of all clusters' issuers, and `issuers` lets clusters stand
      for real ones, such as `{"kind": ("https://kubernetes.default.svc", "jwks.json")}`.
    - `state` is a file in which everything is kept, so that the next server with it goes on where this one ended;
      `load` is a file with what `export_state()` returned, to begin with.
    - `propagation` lets news take their time through AWS: `"aws"`, or such as `{"iam-eks": timedelta(seconds=10)}`.
    - `seed` makes ids the same in every run, and `clock` is a `datetime` at which the server's time is held.
    - `faults` go wrong from the start, and `throttle` is `"aws"` or rates such as `{"iam-write": 5}`: see
      `add_faults()` and `throttle`.

    >>> with podpass.mock.MockServer(clusters=["my-cluster"]) as mock:
    ...     mock.session().region
    'us-west-2'
    """

    def __enter__(self) -> Self:
        """Starts the server."""
        self.start()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stops the server."""
        self.stop()

    def boto3_kwargs(self) -> dict[str, Any]:
        """Arguments for `boto3.client` and `boto3.resource` that lead them here."""
        env = self.env
        return {
            "endpoint_url": self.uri,
            "region_name": env["AWS_REGION"],
            "aws_access_key_id": env["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
        }

    @contextlib.contextmanager
    def environ(self) -> Iterator[dict[str, str]]:
        """Leads everything in this process, and programs that it starts, here.

        Inside the `with` block `os.environ` holds `env` and no other variable that begins with
        `AWS_`: no profile, no session token, no endpoint of a single service leads elsewhere.
        Afterwards it is as it was.
        """
        with unittest.mock.patch.dict(os.environ):
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                del os.environ[name]
            os.environ.update(self.env)
            yield self.env
