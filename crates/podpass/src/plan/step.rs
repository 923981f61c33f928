//! One step of a plan: data that says what will be done, in which order, and how to undo it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::arn::{PolicyArn, RoleArn};
use crate::association::Tags;
use crate::document::Document;
use crate::id::{AssociationId, PolicyName};
use crate::later::Later;
use crate::spec::{AssociationSpec, PolicySpec, RoleSpec};
use crate::subject::Subject;

/// A value before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    /// What is there now.
    pub from: T,
    /// What will be there.
    pub to: T,
}

impl<T> Change<T> {
    fn inverse(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
        }
    }
}

/// What carries tags.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tagged {
    /// A customer managed policy.
    Policy(PolicyArn),
    /// A role.
    Role(RoleArn),
    /// An association.
    Association {
        /// Whom it is for.
        subject: Subject,
        /// Its ARN, by which EKS tags it.
        arn: Later<String>,
    },
}

/// Tags that change, by key; `None` where the tag is absent.
pub type TagChanges = BTreeMap<String, Change<Option<String>>>;

/// One thing to do. The order of the variants is the order in which steps of a plan stand, see
/// [`Step::phase`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "action",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Step {
    /// Adds, changes and removes tags. First, so that what is adopted is marked before it is changed.
    Retag {
        /// What carries them.
        on: Tagged,
        /// The tags.
        changes: TagChanges,
    },
    /// Creates a customer managed policy.
    CreatePolicy {
        /// The ARN that it will have.
        arn: PolicyArn,
        /// What it consists of.
        spec: PolicySpec,
    },
    /// Puts a new version of a policy in force; the oldest other version goes when there are five.
    UpdatePolicy {
        /// The policy.
        arn: PolicyArn,
        /// Its document.
        document: Change<Document>,
    },
    /// Creates a role, without permissions yet.
    CreateRole {
        /// The ARN that it will have.
        arn: RoleArn,
        /// What it consists of.
        spec: RoleSpec,
    },
    /// Changes a role's description and longest session.
    UpdateRole {
        /// The role.
        arn: RoleArn,
        /// Its description.
        description: Option<Change<Option<String>>>,
        /// Seconds that a session may last at most.
        max_session_duration: Option<Change<u32>>,
    },
    /// Sets, changes or removes a role's permissions boundary.
    SetBoundary {
        /// The role.
        arn: RoleArn,
        /// Its boundary.
        boundary: Change<Option<PolicyArn>>,
    },
    /// Replaces a role's trust policy.
    UpdateTrustPolicy {
        /// The role.
        arn: RoleArn,
        /// Its trust policy.
        document: Change<Document>,
    },
    /// Attaches a managed policy to a role.
    AttachPolicy {
        /// The role.
        role: RoleArn,
        /// The policy.
        policy: PolicyArn,
    },
    /// Creates or replaces an inline policy of a role.
    PutInlinePolicy {
        /// The role.
        role: RoleArn,
        /// The inline policy's name.
        name: PolicyName,
        /// The document that it replaces, if it does.
        from: Option<Document>,
        /// Its document.
        to: Document,
    },
    /// Creates a service account by server-side apply.
    CreateServiceAccount {
        /// The service account.
        subject: Subject,
    },
    /// Creates an association.
    CreateAssociation {
        /// Whom it is for.
        subject: Subject,
        /// What it says.
        spec: AssociationSpec,
        /// Its tags.
        tags: Tags,
    },
    /// Changes an association.
    UpdateAssociation {
        /// Whom it is for.
        subject: Subject,
        /// Its id.
        id: Later<AssociationId>,
        /// What it says.
        change: Change<AssociationSpec>,
    },
    /// Deletes an association. Credentials that were handed out stay valid until they expire.
    DeleteAssociation {
        /// Whom it is for.
        subject: Subject,
        /// Its id.
        id: Later<AssociationId>,
        /// What it says.
        spec: AssociationSpec,
        /// Its tags.
        tags: Tags,
    },
    /// Deletes a service account that podpass created and nobody else has written to.
    DeleteServiceAccount {
        /// The service account.
        subject: Subject,
    },
    /// Detaches a managed policy from a role.
    DetachPolicy {
        /// The role.
        role: RoleArn,
        /// The policy.
        policy: PolicyArn,
    },
    /// Deletes an inline policy of a role.
    DeleteInlinePolicy {
        /// The role.
        role: RoleArn,
        /// The inline policy's name.
        name: PolicyName,
        /// Its document.
        document: Document,
    },
    /// Deletes a role that nothing is attached to any more.
    DeleteRole {
        /// The role.
        arn: RoleArn,
        /// What it consists of.
        spec: RoleSpec,
    },
    /// Deletes a customer managed policy with all its versions.
    DeletePolicy {
        /// The policy.
        arn: PolicyArn,
        /// What it consists of.
        spec: PolicySpec,
    },
}

impl Step {
    /// Where the step stands in its plan. Whatever is needed comes before what needs it: policies,
    /// roles, permissions, associations; removals run the other way round, and after additions, so
    /// that running pods are never without rights that they keep. A boundary goes after the rights that
    /// it held back, so that a role never may more than before or after the plan.
    pub fn phase(&self) -> u8 {
        match self {
            Self::SetBoundary { boundary, .. } if boundary.to.is_none() => 10,
            Self::Retag { .. } => 0,
            Self::CreatePolicy { .. } | Self::UpdatePolicy { .. } => 1,
            Self::CreateRole { .. } => 2,
            Self::UpdateRole { .. } | Self::SetBoundary { .. } | Self::UpdateTrustPolicy { .. } => {
                3
            }
            Self::AttachPolicy { .. } | Self::PutInlinePolicy { .. } => 4,
            Self::CreateServiceAccount { .. } => 5,
            Self::CreateAssociation { .. } | Self::UpdateAssociation { .. } => 6,
            Self::DeleteAssociation { .. } => 7,
            Self::DeleteServiceAccount { .. } => 8,
            Self::DetachPolicy { .. } | Self::DeleteInlinePolicy { .. } => 9,
            Self::DeleteRole { .. } => 11,
            Self::DeletePolicy { .. } => 12,
        }
    }

    /// The step that undoes this one.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Retag { on, changes } => Self::Retag {
                on,
                changes: changes
                    .into_iter()
                    .map(|(key, change)| (key, change.inverse()))
                    .collect(),
            },
            Self::CreatePolicy { arn, spec } => Self::DeletePolicy { arn, spec },
            Self::DeletePolicy { arn, spec } => Self::CreatePolicy { arn, spec },
            Self::UpdatePolicy { arn, document } => Self::UpdatePolicy {
                arn,
                document: document.inverse(),
            },
            Self::CreateRole { arn, spec } => Self::DeleteRole { arn, spec },
            Self::DeleteRole { arn, spec } => Self::CreateRole { arn, spec },
            Self::UpdateRole {
                arn,
                description,
                max_session_duration,
            } => Self::UpdateRole {
                arn,
                description: description.map(Change::inverse),
                max_session_duration: max_session_duration.map(Change::inverse),
            },
            Self::SetBoundary { arn, boundary } => Self::SetBoundary {
                arn,
                boundary: boundary.inverse(),
            },
            Self::UpdateTrustPolicy { arn, document } => Self::UpdateTrustPolicy {
                arn,
                document: document.inverse(),
            },
            Self::AttachPolicy { role, policy } => Self::DetachPolicy { role, policy },
            Self::DetachPolicy { role, policy } => Self::AttachPolicy { role, policy },
            Self::PutInlinePolicy {
                role,
                name,
                from: Some(from),
                to,
            } => Self::PutInlinePolicy {
                role,
                name,
                from: Some(to),
                to: from,
            },
            Self::PutInlinePolicy {
                role,
                name,
                from: None,
                to: document,
            } => Self::DeleteInlinePolicy {
                role,
                name,
                document,
            },
            Self::DeleteInlinePolicy {
                role,
                name,
                document,
            } => Self::PutInlinePolicy {
                role,
                name,
                from: None,
                to: document,
            },
            Self::CreateServiceAccount { subject } => Self::DeleteServiceAccount { subject },
            Self::DeleteServiceAccount { subject } => Self::CreateServiceAccount { subject },
            Self::CreateAssociation {
                subject,
                spec,
                tags,
            } => Self::DeleteAssociation {
                subject,
                id: Later::AfterApply,
                spec,
                tags,
            },
            Self::DeleteAssociation {
                subject,
                spec,
                tags,
                id: _,
            } => Self::CreateAssociation {
                subject,
                spec,
                tags,
            },
            Self::UpdateAssociation {
                subject,
                id,
                change,
            } => Self::UpdateAssociation {
                subject,
                id,
                change: change.inverse(),
            },
        }
    }
}
