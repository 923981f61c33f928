//! What an apply tells while it runs.

use super::StepError;
use crate::plan::Step;

/// Something that happened to a step. `index` is its place in the plan.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// It was begun.
    Started {
        /// Its place in the plan.
        index: usize,
        /// The step.
        step: &'a Step,
    },
    /// It waits because AWS does not see yet what was just made.
    Waiting {
        /// Its place in the plan.
        index: usize,
        /// The step.
        step: &'a Step,
        /// What for.
        reason: &'a str,
    },
    /// It is done.
    Finished {
        /// Its place in the plan.
        index: usize,
        /// The step.
        step: &'a Step,
    },
    /// It failed.
    Failed {
        /// Its place in the plan.
        index: usize,
        /// The step.
        step: &'a Step,
        /// Why.
        error: &'a StepError,
    },
}

/// Hears what happens. `()` hears nothing; a closure may be used as well.
pub trait Progress: Send + Sync {
    /// Called from the task that applies: it must not block.
    fn event(&self, event: &Event<'_>);

    /// Asked before each step: whether to begin nothing more.
    fn is_stopped(&self) -> bool {
        false
    }
}

impl Progress for () {
    fn event(&self, _: &Event<'_>) {}
}

impl<F: Fn(&Event<'_>) + Send + Sync> Progress for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}
