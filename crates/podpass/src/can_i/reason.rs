//! What stands between a pod and what it wants to do, in words.

use std::fmt;

use podpass_policy::{Cause, Reason};
use serde::Serialize;

use super::AccessStage;
use crate::arn::{PolicyArn, RoleArn};
use crate::subject::{ClusterId, Subject};

/// One thing that stands in the way; the display says it in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AccessReason {
    /// EKS has no such cluster.
    ClusterMissing {
        /// The cluster.
        cluster: ClusterId,
    },
    /// The service account has no association: its pods get no credentials.
    AssociationMissing {
        /// The service account.
        subject: Subject,
    },
    /// A role does not exist, or these credentials cannot read it.
    RoleMissing {
        /// The role.
        role: RoleArn,
    },
    /// A policy of a role was not found or not read. It could deny, so nothing is allowed.
    PolicyMissing {
        /// The policy.
        policy: PolicyArn,
    },
    /// A document or a name that cannot be read. It could deny, so nothing is allowed.
    Unreadable {
        /// What cannot be read.
        what: String,
        /// Why not.
        error: String,
    },
    /// A policy denies, or none allows.
    Policy {
        /// At which step.
        stage: AccessStage,
        /// The role that was to be assumed or to act.
        role: RoleArn,
        /// What about the policy.
        reason: Reason,
    },
}

impl AccessReason {
    /// What to do about it, where there is something to say beyond the reason itself.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::AssociationMissing { .. } => Some(
                "write the association into a manifest and run `podpass apply`, or run \
                 `aws eks create-pod-identity-association`"
                    .to_owned(),
            ),
            Self::RoleMissing { role } => Some(format!(
                "create the role, or ask with credentials of account `{}`",
                role.account()
            )),
            Self::Policy {
                reason:
                    Reason {
                        cause: Cause::OtherResource { named, resource },
                        ..
                    },
                ..
            } => {
                let is_inside = |bucket: &&String| {
                    bucket.starts_with("arn:") && resource.starts_with(&format!("{bucket}/"))
                };
                let outer = named.iter().find(is_inside)?;
                Some(format!("name what is inside it as well: `{outer}/*`"))
            }
            _ => None,
        }
    }
}

impl fmt::Display for AccessReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClusterMissing { cluster } => write!(
                f,
                "there is no cluster `{cluster}` in account `{}`, region `{}`",
                cluster.account, cluster.region
            ),
            Self::AssociationMissing { subject } => write!(
                f,
                "service account `{subject}` has no association, so its pods get no credentials"
            ),
            Self::RoleMissing { role } => write!(
                f,
                "role `{role}` does not exist, or these credentials cannot read it"
            ),
            Self::PolicyMissing { policy } => {
                write!(f, "policy `{policy}` was not found, and it could deny")
            }
            Self::Unreadable { what, error } => write!(f, "`{what}` cannot be read: {error}"),
            Self::Policy {
                stage,
                role,
                reason,
            } => match stage {
                AccessStage::AssumeRole => {
                    write!(f, "EKS cannot assume role `{}`: {reason}", role.name())
                }
                AccessStage::AssumeTargetRole => {
                    write!(
                        f,
                        "target role `{}` cannot be assumed: {reason}",
                        role.name()
                    )
                }
                AccessStage::Act => reason.fmt(f),
            },
        }
    }
}
