//! Applying against a world in memory.

use crate::port::World;
use crate::{Depth, Desired, Plan, Run, apply, observe};

/// Callers spawn these futures on threads: they must be `Send` for any world.
#[expect(dead_code)]
fn verbs_are_send<W: World>(run: &Run<W>, desired: &Desired, plan: &Plan)
where
    W::Iam: Send,
{
    fn is_send<T: Send>(_: T) {}
    is_send(observe(run, desired, Depth::Verify));
    is_send(apply(run, plan, &()));
}
