//! The pure interpreter of a plan: what the world is once every step has succeeded.

use super::Plan;
use super::step::{Step, TagChanges, Tagged};
use crate::arn::PolicyArn;
use crate::association::Tags;
use crate::later::Later;
use crate::observed::{
    Observed, ObservedAssociation, ObservedPolicy, ObservedRole, ObservedServiceAccount,
};
use crate::spec::RoleState;

impl Observed {
    /// The state after `plan`, without asking anyone. What AWS makes up when it is asked is
    /// [`Later::AfterApply`].
    #[must_use]
    pub fn after(&self, plan: &Plan) -> Self {
        let mut state = self.clone();
        for step in &plan.steps {
            state.take(step);
        }
        state
    }

    /// The state after one step. A step on something that is not there changes nothing.
    pub(crate) fn take(&mut self, step: &Step) {
        match step {
            Step::Retag { on, changes } => self.retag(on, changes),
            Step::CreatePolicy { arn, spec } => {
                let policy = ObservedPolicy {
                    spec: spec.clone(),
                    attachment_count: 0,
                    boundary_count: 0,
                };
                self.policies.insert(arn.clone(), policy);
            }
            Step::UpdatePolicy { arn, document } => {
                if let Some(policy) = self.policies.get_mut(arn) {
                    policy.spec.document = document.to.clone();
                }
            }
            Step::DeletePolicy { arn, .. } => {
                self.policies.remove(arn);
            }
            Step::CreateRole { arn, spec } => {
                let role = ObservedRole {
                    arn: arn.clone(),
                    state: RoleState::bare(spec.clone()),
                };
                self.roles.insert(arn.clone(), role);
                self.count_boundary(None, spec.permissions_boundary.as_ref());
            }
            Step::DeleteRole { arn, spec } => {
                self.roles.remove(arn);
                self.count_boundary(spec.permissions_boundary.as_ref(), None);
            }
            Step::UpdateRole { arn, .. }
            | Step::SetBoundary { arn, .. }
            | Step::UpdateTrustPolicy { arn, .. }
            | Step::AttachPolicy { role: arn, .. }
            | Step::DetachPolicy { role: arn, .. }
            | Step::PutInlinePolicy { role: arn, .. }
            | Step::DeleteInlinePolicy { role: arn, .. } => {
                if let Some(role) = self.roles.get_mut(arn) {
                    change_role(&mut role.state, step);
                }
                self.count_use(step);
            }
            Step::CreateServiceAccount { subject } => {
                let account = ObservedServiceAccount {
                    ours: true,
                    modified_by_others: false,
                };
                self.service_accounts.insert(subject.clone(), Some(account));
            }
            Step::DeleteServiceAccount { subject } => {
                self.service_accounts.insert(subject.clone(), None);
            }
            Step::CreateAssociation {
                subject,
                spec,
                tags,
            } => {
                let association = ObservedAssociation {
                    id: Later::AfterApply,
                    arn: Later::AfterApply,
                    spec: spec.clone(),
                    tags: tags.clone(),
                    owner_arn: None,
                    external_id: None,
                };
                self.associations.insert(subject.clone(), association);
            }
            Step::UpdateAssociation {
                subject, change, ..
            } => {
                if let Some(association) = self.associations.get_mut(subject) {
                    association.spec = change.to.clone();
                }
            }
            Step::DeleteAssociation { subject, .. } => {
                self.associations.remove(subject);
            }
        }
    }

    fn retag(&mut self, on: &Tagged, changes: &TagChanges) {
        let tags = match on {
            Tagged::Policy(arn) => self
                .policies
                .get_mut(arn)
                .map(|policy| &mut policy.spec.tags),
            Tagged::Role(arn) => self
                .roles
                .get_mut(arn)
                .map(|role| &mut role.state.spec.tags),
            Tagged::Association { subject, .. } => self
                .associations
                .get_mut(subject)
                .map(|association| &mut association.tags),
        };
        if let Some(tags) = tags {
            change_tags(tags, changes);
        }
    }

    fn count_use(&mut self, step: &Step) {
        match step {
            Step::AttachPolicy { policy, .. } => {
                if let Some(policy) = self.policies.get_mut(policy) {
                    policy.attachment_count += 1;
                }
            }
            Step::DetachPolicy { policy, .. } => {
                if let Some(policy) = self.policies.get_mut(policy) {
                    policy.attachment_count = policy.attachment_count.saturating_sub(1);
                }
            }
            Step::SetBoundary { boundary, .. } => {
                self.count_boundary(boundary.from.as_ref(), boundary.to.as_ref());
            }
            _ => {}
        }
    }

    fn count_boundary(&mut self, from: Option<&PolicyArn>, to: Option<&PolicyArn>) {
        if let Some(policy) = from.and_then(|arn| self.policies.get_mut(arn)) {
            policy.boundary_count = policy.boundary_count.saturating_sub(1);
        }
        if let Some(policy) = to.and_then(|arn| self.policies.get_mut(arn)) {
            policy.boundary_count += 1;
        }
    }
}

fn change_tags(tags: &mut Tags, changes: &TagChanges) {
    for (key, change) in changes {
        match &change.to {
            Some(value) => tags.insert(key.clone(), value.clone()),
            None => tags.remove(key),
        };
    }
}

fn change_role(role: &mut RoleState, step: &Step) {
    match step {
        Step::UpdateRole {
            description,
            max_session_duration,
            ..
        } => {
            if let Some(change) = description {
                role.spec.description = change.to.clone();
            }
            if let Some(change) = max_session_duration {
                role.spec.max_session_duration = change.to;
            }
        }
        Step::SetBoundary { boundary, .. } => {
            role.spec.permissions_boundary = boundary.to.clone();
        }
        Step::UpdateTrustPolicy { document, .. } => {
            role.spec.trust_policy = document.to.clone();
        }
        Step::AttachPolicy { policy, .. } => {
            role.attached.insert(policy.clone());
        }
        Step::DetachPolicy { policy, .. } => {
            role.attached.remove(policy);
        }
        Step::PutInlinePolicy { name, to, .. } => {
            role.inline.insert(name.clone(), to.clone());
        }
        Step::DeleteInlinePolicy { name, .. } => {
            role.inline.remove(name);
        }
        _ => {}
    }
}
