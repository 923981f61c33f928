//! Steps on roles and managed policies.

use super::StepError;
use super::step::{Worker, gone_is_done};
use crate::arn::{PolicyArn, RoleArn};
use crate::document::Document;
use crate::id::AccountId;
use crate::plan::Step;
use crate::port::{Iam, PortError, PortErrorKind, World};
use crate::role::{NewPolicy, NewRole, RoleUpdate};
use crate::spec::{PolicySpec, RoleSpec};

/// IAM keeps at most this many versions of a managed policy.
const POLICY_VERSIONS: usize = 5;

impl<W: World> Worker<'_, W> {
    pub(super) async fn create_role(
        &self,
        arn: &RoleArn,
        spec: &RoleSpec,
    ) -> Result<(), StepError> {
        let iam = self.run.iam(arn.account()).await?;
        let role = &NewRole {
            name: arn.name().clone(),
            path: arn.path().clone(),
            description: spec.description.clone(),
            max_session_duration: spec.max_session_duration,
            permissions_boundary: spec.permissions_boundary.clone(),
            trust_policy: spec.trust_policy.to_string(),
            tags: spec.tags.clone(),
        };
        match iam.write(|iam| iam.create_role(role)).await {
            Err(error) if error.is_conflict() => {
                let found = iam.read(|iam| iam.role(arn.name())).await?;
                // Ours all the same when the answer to our own request was lost on its way.
                let same = found.arn == *arn
                    && found.tags == spec.tags
                    && found.trust_policy == role.trust_policy
                    && found.permissions_boundary == spec.permissions_boundary
                    && found.max_session_duration == spec.max_session_duration
                    && found.description.unwrap_or_default()
                        == spec.description.clone().unwrap_or_default();
                if same {
                    Ok(())
                } else {
                    Err(created_meanwhile("role", arn.name()))
                }
            }
            outcome => Ok(outcome.map(drop)?),
        }
    }

    /// Steps that change or delete an existing role.
    pub(super) async fn change_role(&self, arn: &RoleArn, step: &Step) -> Result<(), StepError> {
        let iam = self.run.iam(arn.account()).await?;
        let role = arn.name();
        let outcome = match step {
            Step::UpdateRole {
                description,
                max_session_duration,
                ..
            } => {
                let update = &RoleUpdate {
                    description: description
                        .as_ref()
                        .map(|change| change.to.clone().unwrap_or_default()),
                    max_session_duration: max_session_duration.as_ref().map(|change| change.to),
                };
                iam.write(|iam| iam.update_role(role, update)).await
            }
            Step::SetBoundary { boundary, .. } => {
                let to = boundary.to.as_ref();
                iam.write(|iam| iam.set_permissions_boundary(role, to))
                    .await
            }
            Step::UpdateTrustPolicy { document, .. } => {
                let to = document.to.as_str();
                iam.write(|iam| iam.update_trust_policy(role, to)).await
            }
            Step::AttachPolicy { policy, .. } => {
                iam.write(|iam| iam.attach_policy(role, policy)).await
            }
            Step::DetachPolicy { policy, .. } => {
                gone_is_done(iam.write(|iam| iam.detach_policy(role, policy)).await)
            }
            Step::PutInlinePolicy { name, to, .. } => {
                iam.write(|iam| iam.put_inline_policy(role, name, to.as_str()))
                    .await
            }
            Step::DeleteInlinePolicy { name, .. } => {
                gone_is_done(iam.write(|iam| iam.delete_inline_policy(role, name)).await)
            }
            Step::DeleteRole { .. } => gone_is_done(iam.write(|iam| iam.delete_role(role)).await),
            _ => Ok(()),
        };
        Ok(outcome?)
    }

    pub(super) async fn create_policy(
        &self,
        arn: &PolicyArn,
        spec: &PolicySpec,
    ) -> Result<(), StepError> {
        let iam = self.run.iam(owner(arn)?).await?;
        let policy = &NewPolicy {
            name: arn.name().clone(),
            path: arn.path().clone(),
            description: spec.description.clone(),
            document: spec.document.to_string(),
            tags: spec.tags.clone(),
        };
        let error = match iam.write(|iam| iam.create_policy(policy)).await {
            Err(error) if error.is_conflict() => error,
            outcome => return Ok(outcome.map(drop)?),
        };
        match iam.read(|iam| iam.policy(arn)).await {
            // Ours all the same when the answer to our own request was lost on its way.
            Ok(found) if found.tags == spec.tags => {
                let version = &found.default_version;
                let document = iam.read(|iam| iam.policy_document(arn, version)).await?;
                if Document::new(document) == spec.document {
                    return Ok(());
                }
            }
            Err(error) if !error.is_not_found() => return Err(error.into()),
            Err(_) => return Err(StepError::NameTaken(Box::new(arn.clone()))),
            Ok(_) => tracing::debug!(%error, "the name is taken"),
        }
        Err(created_meanwhile("policy", arn.name()))
    }

    /// Makes room first: the oldest version that is not in force goes when there are five.
    pub(super) async fn update_policy(
        &self,
        arn: &PolicyArn,
        document: &Document,
    ) -> Result<(), StepError> {
        let iam = self.run.iam(owner(arn)?).await?;
        let versions = iam.read(|iam| iam.policy_versions(arn)).await?;
        if versions.len() >= POLICY_VERSIONS {
            let oldest = versions
                .iter()
                .filter(|version| !version.is_default)
                .min_by_key(|version| version.id.number());
            if let Some(oldest) = oldest {
                let id = &oldest.id;
                gone_is_done(iam.write(|iam| iam.delete_policy_version(arn, id)).await)?;
            }
        }
        let error = match iam
            .write(|iam| iam.create_policy_version(arn, document.as_str()))
            .await
        {
            Err(error) if error.kind() == PortErrorKind::LimitExceeded => error,
            outcome => return Ok(outcome.map(drop)?),
        };
        // There was room: our own request took it when its answer was lost on its way.
        let versions = iam.read(|iam| iam.policy_versions(arn)).await?;
        let Some(in_force) = versions.iter().find(|version| version.is_default) else {
            return Err(error.into());
        };
        let found = iam
            .read(|iam| iam.policy_document(arn, &in_force.id))
            .await?;
        match Document::new(found) == *document {
            true => Ok(()),
            false => Err(error.into()),
        }
    }

    pub(super) async fn delete_policy(&self, arn: &PolicyArn) -> Result<(), StepError> {
        let iam = self.run.iam(owner(arn)?).await?;
        let versions = match iam.read(|iam| iam.policy_versions(arn)).await {
            Err(error) if error.is_not_found() => return Ok(()),
            versions => versions?,
        };
        for version in versions.iter().filter(|version| !version.is_default) {
            let id = &version.id;
            gone_is_done(iam.write(|iam| iam.delete_policy_version(arn, id)).await)?;
        }
        Ok(gone_is_done(iam.write(|iam| iam.delete_policy(arn)).await)?)
    }

    pub(super) async fn tag_role(
        &self,
        arn: &RoleArn,
        set: &crate::Tags,
        remove: &[String],
    ) -> Result<(), PortError> {
        let iam = self.run.iam(arn.account()).await?;
        if !set.is_empty() {
            iam.write(|iam| iam.tag_role(arn.name(), set)).await?;
        }
        if !remove.is_empty() {
            iam.write(|iam| iam.untag_role(arn.name(), remove)).await?;
        }
        Ok(())
    }

    pub(super) async fn tag_policy(
        &self,
        arn: &PolicyArn,
        set: &crate::Tags,
        remove: &[String],
    ) -> Result<(), StepError> {
        let iam = self.run.iam(owner(arn)?).await?;
        if !set.is_empty() {
            iam.write(|iam| iam.tag_policy(arn, set)).await?;
        }
        if !remove.is_empty() {
            iam.write(|iam| iam.untag_policy(arn, remove)).await?;
        }
        Ok(())
    }
}

fn owner(arn: &PolicyArn) -> Result<&AccountId, StepError> {
    arn.account()
        .ok_or_else(|| StepError::AwsManaged(Box::new(arn.clone())))
}

fn created_meanwhile(kind: &str, name: impl std::fmt::Display) -> StepError {
    StepError::CreatedMeanwhile(format!("{kind} `{name}`"))
}
