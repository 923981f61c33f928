//! Asking whether the pods of a service account may do something: `collect` reads what applies to them,
//! `decide` says yes or no with the reasons, `role` is what it decides with, `reason` puts reasons into words.

mod collect;
mod decide;
mod reason;
mod role;

use podpass_policy::{Context, Decision};
use serde::Serialize;

pub use collect::observe_service_account;
pub(crate) use collect::{observe_association, observe_roles};
pub use decide::can_i;
pub(crate) use decide::{external_id, walk, walk_association};
pub use reason::AccessReason;

use crate::arn::RoleArn;
use crate::document::Document;

/// What pods are to do.
///
/// Every pod of a service account is meant: where policies speak of a pod's name or uid, a name is taken
/// that no pod has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessQuestion {
    /// The IAM action, such as `s3:GetObject`.
    pub action: String,
    /// The ARN of the resource, or `*` for actions without one. Without an account in its ARN, a resource
    /// is taken to belong to the role's account, unless the context has `aws:ResourceAccount`.
    pub resource: String,
    /// Context keys of the pod's request beyond those that follow from its session. They win over those.
    pub context: Context,
    /// The policy of the resource, which nobody reads for the question: without it, resources of other
    /// accounts are refused.
    pub resource_policy: Option<Document>,
}

impl AccessQuestion {
    /// A question without further context.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: Context::new(),
            resource_policy: None,
        }
    }
}

/// The answer, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// Yes or no. What cannot be found or read is a no.
    pub allowed: bool,
    /// What was decided on the way, in order; the first denial is the last.
    pub steps: Vec<AccessStep>,
    /// Why not: what stands in the way at the first step that fails.
    pub reasons: Vec<AccessReason>,
}

impl Access {
    /// The decision on the action itself, once the credentials were got.
    pub fn decision(&self) -> Option<&Decision> {
        let last = self.steps.last()?;
        (last.stage == AccessStage::Act).then_some(&last.decision)
    }
}

/// A decision on the way from a pod to what it wants to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessStep {
    /// Which step.
    pub stage: AccessStage,
    /// The role that is assumed, or that acts.
    pub role: RoleArn,
    /// What was decided.
    pub decision: Decision,
}

/// The steps from a pod to what it wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessStage {
    /// EKS assumes the association's role.
    AssumeRole,
    /// EKS assumes the target role with the first role's session.
    AssumeTargetRole,
    /// The pod does what was asked.
    Act,
}

#[cfg(test)]
mod tests;
