//! What steps read and write, from which follows what may run side by side.

use super::step::{Step, Tagged};
use crate::arn::{PolicyArn, RoleArn};
use crate::spec::AssociationSpec;
use crate::subject::Subject;

/// What a step reads or writes. Two steps that write the same thing, or of which one reads what the
/// other writes, run in the plan's order; all others may run side by side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource<'a> {
    Policy(&'a PolicyArn),
    Role(&'a RoleArn),
    ServiceAccount(&'a Subject),
    Association(&'a Subject),
}

impl Step {
    /// The one thing that the step changes.
    pub(crate) fn writes(&self) -> Resource<'_> {
        match self {
            Self::Retag { on, .. } => match on {
                Tagged::Policy(arn) => Resource::Policy(arn),
                Tagged::Role(arn) => Resource::Role(arn),
                Tagged::Association { subject, .. } => Resource::Association(subject),
            },
            Self::CreatePolicy { arn, .. }
            | Self::UpdatePolicy { arn, .. }
            | Self::DeletePolicy { arn, .. } => Resource::Policy(arn),
            Self::CreateRole { arn, .. }
            | Self::UpdateRole { arn, .. }
            | Self::SetBoundary { arn, .. }
            | Self::UpdateTrustPolicy { arn, .. }
            | Self::DeleteRole { arn, .. } => Resource::Role(arn),
            Self::AttachPolicy { role, .. }
            | Self::DetachPolicy { role, .. }
            | Self::PutInlinePolicy { role, .. }
            | Self::DeleteInlinePolicy { role, .. } => Resource::Role(role),
            Self::CreateServiceAccount { subject } | Self::DeleteServiceAccount { subject } => {
                Resource::ServiceAccount(subject)
            }
            Self::CreateAssociation { subject, .. }
            | Self::UpdateAssociation { subject, .. }
            | Self::DeleteAssociation { subject, .. } => Resource::Association(subject),
        }
    }

    /// What the step needs in its present state.
    pub(crate) fn reads(&self) -> Vec<Resource<'_>> {
        match self {
            Self::CreateRole { spec, .. } | Self::DeleteRole { spec, .. } => spec
                .permissions_boundary
                .iter()
                .map(Resource::Policy)
                .collect(),
            Self::SetBoundary { boundary, .. } => [&boundary.from, &boundary.to]
                .into_iter()
                .flatten()
                .map(Resource::Policy)
                .collect(),
            Self::AttachPolicy { policy, .. } | Self::DetachPolicy { policy, .. } => {
                vec![Resource::Policy(policy)]
            }
            Self::CreateAssociation { spec, .. } | Self::DeleteAssociation { spec, .. } => {
                association_reads(spec)
            }
            Self::UpdateAssociation { change, .. } => {
                let mut reads = association_reads(&change.from);
                reads.extend(association_reads(&change.to));
                reads
            }
            _ => Vec::new(),
        }
    }
}

fn association_reads(spec: &AssociationSpec) -> Vec<Resource<'_>> {
    std::iter::once(&spec.role_arn)
        .chain(&spec.target_role_arn)
        .map(Resource::Role)
        .collect()
}
