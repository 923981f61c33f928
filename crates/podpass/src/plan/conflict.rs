//! What stands in the way of a plan.

use std::fmt;

use serde::Serialize;

use crate::arn::{PolicyArn, RoleArn};
use crate::id::Namespace;
use crate::subject::{ClusterId, Subject};

/// There is no plan, for these reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// Every reason, never empty.
    pub conflicts: Vec<Conflict>,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the manifest cannot be planned:")?;
        for conflict in &self.conflicts {
            write!(f, "\n  - {conflict}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanError {}

/// One reason why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(
    tag = "conflict",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Conflict {
    /// The cluster is not there.
    #[error("cluster `{cluster}` does not exist in {} of account {}", cluster.region, cluster.account)]
    ClusterMissing {
        /// The cluster.
        cluster: ClusterId,
    },
    /// The role exists and is not podpass's.
    #[error("role `{}` exists and does not carry podpass's ownership tag", arn.name())]
    RoleNotOwned {
        /// The role.
        arn: RoleArn,
    },
    /// The policy exists and is not podpass's.
    #[error("policy `{}` exists and does not carry podpass's ownership tag", arn.name())]
    PolicyNotOwned {
        /// The policy.
        arn: PolicyArn,
    },
    /// The association exists and is not podpass's.
    #[error("association `{subject}` exists and does not carry podpass's ownership tag")]
    AssociationNotOwned {
        /// Whom it is for.
        subject: Subject,
    },
    /// An EKS add-on owns the association.
    #[error("association `{subject}` belongs to the add-on `{owner_arn}`")]
    AssociationOfAddOn {
        /// Whom it is for.
        subject: Subject,
        /// The add-on.
        owner_arn: String,
    },
    /// A role that the manifest gives by its ARN is not there.
    #[error("role `{arn}` does not exist")]
    GivenRoleMissing {
        /// The role.
        arn: RoleArn,
    },
    /// A managed policy that a role is to get is neither there nor created by the plan.
    #[error("policy `{arn}`, which role `{}` is to get, does not exist", role.name())]
    PolicyMissing {
        /// The policy.
        arn: PolicyArn,
        /// The role that it is to be attached to, or to bound.
        role: RoleArn,
    },
    /// The namespace of a service account to create is not there.
    #[error("namespace `{namespace}` does not exist in cluster `{cluster}`, and service account `{}` is to be created in it", subject.service_account)]
    NamespaceMissing {
        /// The cluster.
        cluster: ClusterId,
        /// The namespace.
        namespace: Namespace,
        /// The service account.
        subject: Subject,
    },
    /// The namespace of a service account to create is being deleted.
    #[error("namespace `{namespace}` of cluster `{cluster}` is being deleted")]
    NamespaceTerminating {
        /// The cluster.
        cluster: ClusterId,
        /// The namespace.
        namespace: Namespace,
    },
    /// An attribute differs that AWS lets nobody change.
    #[error(
        "the {attribute} of {what} cannot be changed: it is `{found}`, the manifest says `{wanted}`"
    )]
    Immutable {
        /// What carries the attribute.
        what: String,
        /// The attribute.
        attribute: &'static str,
        /// Its value in AWS.
        found: String,
        /// Its value in the manifest.
        wanted: String,
    },
}

impl Conflict {
    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::ClusterMissing { .. } => {
                "check `clusterName`, `region` and the credentials' account".to_owned()
            }
            Self::RoleNotOwned { arn } => format!(
                "let podpass take it over with `--adopt`, choose another name, \
                 or use it unchanged with `roleArn: {arn}`"
            ),
            Self::PolicyNotOwned { arn } => format!(
                "let podpass take it over with `--adopt`, choose another name, \
                 or attach it unchanged through `managedPolicyArns: [{arn}]`"
            ),
            Self::AssociationNotOwned { .. } => {
                "let podpass take it over with `--adopt`, or delete it first".to_owned()
            }
            Self::AssociationOfAddOn { .. } => {
                "change it through the add-on: `aws eks update-addon --pod-identity-associations`"
                    .to_owned()
            }
            Self::GivenRoleMissing { .. } => {
                "create the role first, or let podpass create it with `role:`".to_owned()
            }
            Self::PolicyMissing { arn, .. } if arn.account().is_none() => {
                "correct the ARN: `aws iam list-policies --scope AWS` lists AWS's own policies"
                    .to_owned()
            }
            Self::PolicyMissing { .. } => {
                "correct the ARN, create the policy first, or let podpass create it under `policies:`"
                    .to_owned()
            }
            Self::NamespaceMissing { namespace, .. } => {
                format!("create it first: `kubectl create namespace {namespace}`")
            }
            Self::NamespaceTerminating { .. } => {
                "wait until it is gone and create it again".to_owned()
            }
            Self::Immutable { .. } => {
                "write in the manifest what AWS has, or delete it and plan again".to_owned()
            }
        }
    }
}
