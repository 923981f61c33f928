//! How an apply fails.

use std::fmt;

use super::Applied;
use crate::arn::{PolicyArn, RoleArn};
use crate::id::AssociationId;
use crate::plan::Step;
use crate::port::PortError;
use crate::subject::Subject;

/// Why a step failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StepError {
    /// AWS or Kubernetes refused, or could not be reached.
    #[error(transparent)]
    Port(#[from] PortError),
    /// EKS says that the subject has an association which podpass does not own.
    #[error(
        "association `{id}` exists for `{subject}` with role `{role_arn}`, without podpass's ownership tag"
    )]
    AssociationTaken {
        /// Whom it is for.
        subject: Box<Subject>,
        /// The association that exists.
        id: AssociationId,
        /// Its role.
        role_arn: Box<RoleArn>,
    },
    /// The association to change or delete is not there any more.
    #[error("there is no association for `{0}` any more")]
    AssociationGone(Box<Subject>),
    /// A role or policy of that name was created by someone else since the plan was made.
    #[error("{0} was created by someone else since the plan was made")]
    CreatedMeanwhile(String),
    /// The policy's name is taken, and not by the policy of this ARN: names are unique whatever their path.
    #[error("another policy named `{}` exists, under another path or in other letter case", .0.name())]
    NameTaken(Box<PolicyArn>),
    /// The policy is AWS's own.
    #[error("`{0}` belongs to AWS, and no account can change it")]
    AwsManaged(Box<PolicyArn>),
    /// The service account is not podpass's, or not only podpass's, any more.
    #[error("service account `{0}` was changed by others since the plan was made")]
    ServiceAccountChanged(Box<Subject>),
}

impl StepError {
    /// What a person can do about it.
    pub fn remedy(&self) -> Option<&'static str> {
        Some(match self {
            Self::AssociationTaken { .. } => {
                "let podpass take it over with `--adopt`, or delete it first"
            }
            Self::AssociationGone(_)
            | Self::CreatedMeanwhile(_)
            | Self::ServiceAccountChanged(_) => "plan again",
            Self::NameTaken(_) => {
                "choose another name, or write the policy's own `path` in the manifest"
            }
            Self::Port(error) if error.is_role_not_propagated() => {
                "EKS did not see the role within two minutes; apply again"
            }
            Self::Port(error) if error.is_trust_policy_invalid() => {
                "let the role's trust policy allow `pods.eks.amazonaws.com` both sts:AssumeRole and sts:TagSession"
            }
            Self::Port(error) if error.message().contains("iam:PassRole") => {
                "grant the caller iam:PassRole and iam:GetRole on the role"
            }
            // IAM's words: `Cannot delete entity, must remove roles from instance profile first.`
            Self::Port(error) if error.message().contains("instance profile first") => {
                "take the role out of the instance profile first: `aws iam list-instance-profiles-for-role`, \
                 then `aws iam remove-role-from-instance-profile`"
            }
            Self::Port(_) | Self::AwsManaged(_) => return None,
        })
    }
}

/// A step that failed.
#[derive(Clone, Debug)]
pub struct FailedStep {
    /// The step.
    pub step: Step,
    /// Why.
    pub error: StepError,
}

/// An apply that did not reach its end. Planning and applying again goes on from here.
#[derive(Clone, Debug)]
pub struct ApplyError {
    /// What was done.
    pub done: Applied,
    /// What failed: several when they were under way together, none when the apply was
    /// [stopped](super::Progress::is_stopped).
    pub failed: Vec<FailedStep>,
    /// What was not begun.
    pub left: Vec<Step>,
}

impl fmt::Display for ApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failed in &self.failed {
            writeln!(f, "could not {}: {}", failed.step.summary(), failed.error)?;
        }
        write!(
            f,
            "{} steps done, {} failed, {} not begun",
            self.done.done.len(),
            self.failed.len(),
            self.left.len()
        )
    }
}

impl std::error::Error for ApplyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failed.first().map(|failed| &failed.error as _)
    }
}

#[cfg(test)]
mod tests {
    use super::StepError;
    use crate::port::{PortError, Service};

    #[test]
    fn role_in_an_instance_profile_must_be_taken_out_of_it_first() {
        let message = "Cannot delete entity, must remove roles from instance profile first.";
        let refusal =
            PortError::answered(Service::Iam, "DeleteRole", 409, "DeleteConflict", message);
        let remedy = StepError::Port(refusal).remedy().unwrap();
        assert!(
            remedy.contains("remove-role-from-instance-profile"),
            "{remedy}"
        );
    }
}
