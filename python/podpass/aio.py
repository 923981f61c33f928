"""The verbs of `podpass` for asyncio: the same arguments, answers and errors, awaited.

    plan = await podpass.aio.plan(manifest)
    await podpass.aio.apply(plan, on_progress=print)

Cancelling the task that awaits ends the work where it stands; plan again to go on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from podpass import _core
from podpass._core import Access, Applied, Event, Manifest, Plan, PolicyDocument, Report, Session

__all__ = ["apply", "can_i", "destroy", "plan", "verify"]


async def plan(
    manifest: Manifest,
    *,
    session: Session | None = None,
    adopt: bool = False,
    destroy: bool = False,
) -> Plan:
    """`podpass.plan`, awaited."""
    return await _core.plan_async(manifest, session=session, adopt=adopt, destroy=destroy)


async def apply(
    plan: Plan,
    *,
    session: Session | None = None,
    on_progress: Callable[[Event], Any] | None = None,
) -> Applied:
    """`podpass.apply`, awaited.

    `on_progress` is called on the event loop, which also hears of what it raises.
    """
    return await _core.apply_async(plan, session=session, on_progress=_on_this_loop(on_progress))


async def verify(manifest: Manifest, *, session: Session | None = None) -> Report:
    """`podpass.verify`, awaited."""
    return await _core.verify_async(manifest, session=session)


async def destroy(
    manifest: Manifest,
    *,
    session: Session | None = None,
    on_progress: Callable[[Event], Any] | None = None,
) -> Applied:
    """`podpass.destroy`, awaited. `on_progress` is that of `apply`."""
    return await _core.destroy_async(manifest, session=session, on_progress=_on_this_loop(on_progress))


async def can_i(
    action: str,
    resource: str,
    *,
    cluster: str,
    service_account: str,
    namespace: str = "default",
    context: Mapping[str, str | Sequence[str]] | None = None,
    resource_policy: PolicyDocument | None = None,
    session: Session | None = None,
) -> Access:
    """`podpass.can_i`, awaited."""
    return await _core.can_i_async(
        action,
        resource,
        cluster=cluster,
        service_account=service_account,
        namespace=namespace,
        context=context,
        resource_policy=resource_policy,
        session=session,
    )


def _on_this_loop(callback: Callable[[Event], Any] | None) -> Callable[[Event], Any] | None:
    """The same callback, callable from any thread."""
    if callback is None:
        return None
    loop = asyncio.get_running_loop()
    return lambda event: loop.call_soon_threadsafe(callback, event)
