//! One step, carried out, with patience for what AWS does not see yet.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use super::{Event, Progress, StepError};
use crate::id::AssociationId;
use crate::plan::{Plan, Resource, Step};
use crate::port::{PortError, World};
use crate::run::Run;
use crate::subject::Subject;

/// How long a step waits for AWS to see what was just made. Terraform's AWS provider waits as long.
const PROPAGATION: Duration = Duration::from_secs(120);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

pub(super) struct Worker<'a, W> {
    pub(super) run: &'a Run<W>,
    pub(super) adopt: bool,
    progress: &'a dyn Progress,
    /// What this plan creates, or lets EKS in to: it may not be seen everywhere for some seconds.
    fresh: BTreeSet<Resource<'a>>,
}

impl<'a, W: World> Worker<'a, W> {
    pub(super) fn new(run: &'a Run<W>, plan: &'a Plan, progress: &'a dyn Progress) -> Self {
        let fresh = plan
            .steps
            .iter()
            .filter(|step| {
                matches!(
                    step,
                    Step::CreateRole { .. }
                        | Step::UpdateTrustPolicy { .. }
                        | Step::CreatePolicy { .. }
                )
            })
            .map(Step::writes)
            .collect();
        Self {
            run,
            adopt: plan.options.adopt,
            progress,
            fresh,
        }
    }

    /// Carries the step out; answers the association that it created or changed.
    pub(super) async fn perform(
        &self,
        index: usize,
        step: &Step,
    ) -> Result<Option<(Subject, AssociationId)>, StepError> {
        self.until_visible(index, step, || self.once(step)).await
    }

    /// Tries again while AWS does not see what was just made or deleted: EKS says so of roles in its own
    /// words; a missing role or policy, or a trust policy without Pod Identity, counts only if this plan made
    /// it.
    async fn until_visible<T, F>(
        &self,
        index: usize,
        step: &Step,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, StepError>
    where
        F: Future<Output = Result<T, StepError>>,
    {
        let clock = self.run.clock();
        let deadline = clock.now() + PROPAGATION;
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match attempt().await {
                Err(StepError::Port(error)) if self.may_become_visible(step, &error) => error,
                outcome => return outcome,
            };
            if self.progress.is_stopped() || clock.now() + pause > deadline {
                return Err(error.into());
            }
            self.progress.event(&Event::Waiting {
                index,
                step,
                reason: error.message(),
            });
            clock.sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn may_become_visible(&self, step: &Step, error: &PortError) -> bool {
        let uses_fresh = || {
            self.fresh.contains(&step.writes())
                || step
                    .reads()
                    .iter()
                    .any(|resource| self.fresh.contains(resource))
        };
        // A policy of others that does not exist never appears, however fresh the role is.
        if let Step::AttachPolicy { policy, .. } = step
            && error.is_policy_not_found()
        {
            return self.fresh.contains(&Resource::Policy(policy));
        }
        error.is_role_not_propagated()
            // An association that was deleted a moment ago still holds its subject.
            || error.existing_association().is_some()
            || (error.is_not_found() || error.is_trust_policy_invalid()) && uses_fresh()
    }

    async fn once(&self, step: &Step) -> Result<Option<(Subject, AssociationId)>, StepError> {
        match step {
            Step::Retag { on, changes } => self.retag(on, changes).await?,
            Step::CreatePolicy { arn, spec } => self.create_policy(arn, spec).await?,
            Step::UpdatePolicy { arn, document } => self.update_policy(arn, &document.to).await?,
            Step::DeletePolicy { arn, .. } => self.delete_policy(arn).await?,
            Step::CreateRole { arn, spec } => self.create_role(arn, spec).await?,
            Step::UpdateRole { arn, .. }
            | Step::SetBoundary { arn, .. }
            | Step::UpdateTrustPolicy { arn, .. }
            | Step::AttachPolicy { role: arn, .. }
            | Step::PutInlinePolicy { role: arn, .. }
            | Step::DetachPolicy { role: arn, .. }
            | Step::DeleteInlinePolicy { role: arn, .. }
            | Step::DeleteRole { arn, .. } => self.change_role(arn, step).await?,
            Step::CreateServiceAccount { subject } => self.create_service_account(subject).await?,
            Step::DeleteServiceAccount { subject } => self.delete_service_account(subject).await?,
            Step::CreateAssociation {
                subject,
                spec,
                tags,
            } => {
                let id = self.create_association(subject, spec, tags).await?;
                return Ok(Some((subject.clone(), id)));
            }
            Step::UpdateAssociation {
                subject,
                id,
                change,
            } => {
                let id = self.association_id(subject, id).await?;
                self.update_association(subject, &id, change).await?;
                return Ok(Some((subject.clone(), id)));
            }
            Step::DeleteAssociation { subject, id, .. } => {
                self.delete_association(subject, id).await?;
            }
        }
        Ok(None)
    }
}

/// Whatever was to be deleted and is not there is deleted.
pub(super) fn gone_is_done(outcome: Result<(), PortError>) -> Result<(), PortError> {
    match outcome {
        Err(error) if error.is_not_found() => Ok(()),
        outcome => outcome,
    }
}
