//! What tests need: a world in memory, a clock that jumps, and the user guide's own workflow.

mod clock;
mod eks;
mod iam;
mod kubernetes;
mod memory;
mod pods;
mod workflow;

pub(crate) use clock::ManualClock;
pub(crate) use memory::Memory;
pub(crate) use pods::{injected, token};
pub(crate) use workflow::{
    PAGE_MANIFEST, apply_manifest, caller, desired, observe_at, observe_to_destroy, plan_for, run,
    subject,
};
