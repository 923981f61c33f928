//! Planning: what has to be done so that the world is as the manifest says.
//!
//! - [`plan`] compares [`Desired`] with [`Observed`] and answers a [`Plan`], or every reason why there
//!   is none;
//! - `step` holds one step as data, its order and its inverse; `display` shows it; `resource` tells what it
//!   reads and writes; `wish` finds the steps, `tags` those of tags;
//! - `destroy` plans the removal of what podpass owns;
//! - `after` is the pure interpreter of a plan.

mod after;
mod conflict;
mod destroy;
mod display;
mod resource;
mod step;
mod tags;
mod wish;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use conflict::{Conflict, PlanError};
pub use destroy::destroy;
pub(crate) use resource::Resource;
pub use step::{Change, Step, TagChanges, Tagged};

use crate::desired::Desired;
use crate::observed::Observed;
pub(crate) use tags::tag_changes;

/// What a plan may do besides creating and changing podpass's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanOptions {
    /// Take over roles, policies and associations that exist without podpass's ownership tag. They
    /// are marked first and then brought in line with the manifest, whatever they held; but tags that the manifest does not
    /// name stay, then and in later plans, as [`ADOPTED_TAG`](crate::ADOPTED_TAG) remembers.
    pub adopt: bool,
}

/// Ordered steps, ready to be shown, stored and applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What will be done, in this order as far as one step needs another.
    pub steps: Vec<Step>,
    /// What a removal leaves alone, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// What the plan was allowed to do.
    #[serde(default)]
    pub options: PlanOptions,
}

/// Something that a removal leaves alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// What it is.
    pub what: String,
    /// Why it stays.
    pub why: String,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} stays: {}", self.what, self.why)
    }
}

/// How many steps create, change and delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Steps that bring something into being.
    pub create: usize,
    /// Steps that change something.
    pub change: usize,
    /// Steps that take something away.
    pub delete: usize,
}

impl Plan {
    /// Puts the steps in order. Steps of one phase keep the order in which they were found.
    fn new(mut steps: Vec<Step>, kept: Vec<Kept>, options: PlanOptions) -> Self {
        steps.sort_by_key(Step::phase);
        Self {
            steps,
            kept,
            options,
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many steps create, change and delete.
    pub fn totals(&self) -> Totals {
        Totals::of(&self.steps)
    }
}

impl Totals {
    /// Of these steps.
    pub fn of(steps: &[Step]) -> Self {
        let create = steps.iter().filter(|step| step.is_creation()).count();
        let delete = steps.iter().filter(|step| step.is_deletion()).count();
        Self {
            create,
            delete,
            change: steps.len() - create - delete,
        }
    }
}

/// Plans what has to be done so that the world is as `desired`: deterministic, and empty when it is so
/// already. What does not carry podpass's ownership tag is never touched unless
/// [`adopt`](PlanOptions::adopt) is set.
///
/// # Errors
/// [`PlanError`] lists everything that stands in the way: things of the same name that podpass does not
/// own, clusters, namespaces, given roles or policies that do not exist, attributes that AWS cannot change.
pub fn plan(
    desired: &Desired,
    observed: &Observed,
    options: PlanOptions,
) -> Result<Plan, PlanError> {
    let mut wishes = wish::Wishes::new(observed, options);
    for cluster in desired.clusters() {
        wishes.cluster(cluster);
    }
    for (arn, policy) in &desired.policies {
        wishes.policy(arn, policy);
    }
    for (arn, role) in &desired.roles {
        wishes.role(arn, role);
    }
    for arn in desired.given_roles() {
        wishes.given_role(arn);
    }
    for (subject, association) in &desired.associations {
        wishes.service_account(subject, association);
        wishes.association(subject, association);
    }
    let (steps, conflicts) = wishes.into_parts();
    if conflicts.is_empty() {
        Ok(Plan::new(steps, Vec::new(), options))
    } else {
        Err(PlanError { conflicts })
    }
}
