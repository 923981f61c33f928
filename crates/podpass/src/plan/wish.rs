//! Compares one wish at a time with what is there, and notes steps and conflicts.

use super::step::{Change, Step, Tagged};
use super::tags::tag_changes;
use super::{Conflict, PlanOptions};
use crate::arn::{PolicyArn, RoleArn};
use crate::association::Tags;
use crate::desired::DesiredAssociation;
use crate::observed::Observed;
use crate::port::NamespaceState;
use crate::spec::{PolicySpec, RoleSpec, RoleState, is_owned};
use crate::subject::{ClusterId, Subject};

pub(super) struct Wishes<'a> {
    observed: &'a Observed,
    options: PlanOptions,
    steps: Vec<Step>,
    conflicts: Vec<Conflict>,
}

impl<'a> Wishes<'a> {
    pub(super) fn new(observed: &'a Observed, options: PlanOptions) -> Self {
        Self {
            observed,
            options,
            steps: Vec::new(),
            conflicts: Vec::new(),
        }
    }

    pub(super) fn into_parts(self) -> (Vec<Step>, Vec<Conflict>) {
        (self.steps, self.conflicts)
    }

    pub(super) fn cluster(&mut self, cluster: &ClusterId) {
        if !self.observed.clusters.contains_key(cluster) {
            self.conflicts.push(Conflict::ClusterMissing {
                cluster: cluster.clone(),
            });
        }
    }

    pub(super) fn given_role(&mut self, arn: &RoleArn) {
        let found = self.observed.roles.get(arn);
        if found.is_none_or(|role| role.arn != *arn) {
            self.conflicts
                .push(Conflict::GivenRoleMissing { arn: arn.clone() });
        }
    }

    pub(super) fn policy(&mut self, arn: &PolicyArn, wanted: &PolicySpec) {
        let Some(found) = self.observed.policies.get(arn) else {
            self.steps.push(Step::CreatePolicy {
                arn: arn.clone(),
                spec: wanted.clone(),
            });
            return;
        };
        let found = &found.spec;
        if !self.may_touch(&found.tags) {
            self.conflicts
                .push(Conflict::PolicyNotOwned { arn: arn.clone() });
            return;
        }
        if text(found.description.as_ref()) != text(wanted.description.as_ref()) {
            self.conflicts.push(Conflict::Immutable {
                what: format!("policy `{}`", arn.name()),
                attribute: "description",
                found: text(found.description.as_ref()).to_owned(),
                wanted: text(wanted.description.as_ref()).to_owned(),
            });
        }
        self.tags(Tagged::Policy(arn.clone()), &found.tags, &wanted.tags);
        if !found.document.same_meaning(&wanted.document) {
            self.steps.push(Step::UpdatePolicy {
                arn: arn.clone(),
                document: Change {
                    from: found.document.clone(),
                    to: wanted.document.clone(),
                },
            });
        }
    }

    pub(super) fn role(&mut self, arn: &RoleArn, wanted: &RoleState) {
        let Some(found) = self.observed.roles.get(arn) else {
            self.steps.push(Step::CreateRole {
                arn: arn.clone(),
                spec: wanted.spec.clone(),
            });
            self.existing(arn, wanted.spec.permissions_boundary.as_ref());
            self.permissions(arn, &RoleState::bare(wanted.spec.clone()), wanted);
            return;
        };
        if !self.may_touch(&found.state.spec.tags) {
            self.conflicts
                .push(Conflict::RoleNotOwned { arn: arn.clone() });
            return;
        }
        if found.arn != *arn {
            self.other_arn(arn, &found.arn);
            return;
        }
        self.role_attributes(arn, &found.state.spec, &wanted.spec);
        self.permissions(arn, &found.state, wanted);
    }

    /// IAM finds roles by name whatever the path, and whatever the case; the partition is the caller's.
    fn other_arn(&mut self, wanted: &RoleArn, found: &RoleArn) {
        let parts = |arn: &RoleArn| {
            [
                ("partition", arn.partition().to_string()),
                ("account", arn.account().to_string()),
                ("path", arn.path().to_string()),
                ("name", arn.name().to_string()),
            ]
        };
        let differing = parts(found)
            .into_iter()
            .zip(parts(wanted))
            .filter(|(found, wanted)| found != wanted);
        let what = format!("role `{}`", wanted.name());
        self.conflicts
            .extend(
                differing.map(|((attribute, found), (_, wanted))| Conflict::Immutable {
                    what: what.clone(),
                    attribute,
                    found,
                    wanted,
                }),
            );
    }

    /// Notes that a policy which a role is to get is not there.
    fn existing(&mut self, role: &RoleArn, policy: Option<&PolicyArn>) {
        let missing = policy.filter(|arn| self.observed.missing_policies.contains(*arn));
        if let Some(arn) = missing {
            self.conflicts.push(Conflict::PolicyMissing {
                arn: arn.clone(),
                role: role.clone(),
            });
        }
    }

    fn role_attributes(&mut self, arn: &RoleArn, found: &RoleSpec, wanted: &RoleSpec) {
        self.tags(Tagged::Role(arn.clone()), &found.tags, &wanted.tags);
        let description = (text(found.description.as_ref()) != text(wanted.description.as_ref()))
            .then(|| Change {
                from: found.description.clone(),
                to: wanted.description.clone(),
            });
        let max_session_duration = (found.max_session_duration != wanted.max_session_duration)
            .then_some(Change {
                from: found.max_session_duration,
                to: wanted.max_session_duration,
            });
        if description.is_some() || max_session_duration.is_some() {
            self.steps.push(Step::UpdateRole {
                arn: arn.clone(),
                description,
                max_session_duration,
            });
        }
        if found.permissions_boundary != wanted.permissions_boundary {
            self.existing(arn, wanted.permissions_boundary.as_ref());
            self.steps.push(Step::SetBoundary {
                arn: arn.clone(),
                boundary: Change {
                    from: found.permissions_boundary.clone(),
                    to: wanted.permissions_boundary.clone(),
                },
            });
        }
        if !found.trust_policy.same_meaning(&wanted.trust_policy) {
            self.steps.push(Step::UpdateTrustPolicy {
                arn: arn.clone(),
                document: Change {
                    from: found.trust_policy.clone(),
                    to: wanted.trust_policy.clone(),
                },
            });
        }
    }

    fn permissions(&mut self, role: &RoleArn, found: &RoleState, wanted: &RoleState) {
        for policy in wanted.attached.difference(&found.attached) {
            self.existing(role, Some(policy));
            self.steps.push(Step::AttachPolicy {
                role: role.clone(),
                policy: policy.clone(),
            });
        }
        for policy in found.attached.difference(&wanted.attached) {
            self.steps.push(Step::DetachPolicy {
                role: role.clone(),
                policy: policy.clone(),
            });
        }
        for (name, to) in &wanted.inline {
            let from = found.inline.get(name);
            if !from.is_some_and(|from| from.same_meaning(to)) {
                self.steps.push(Step::PutInlinePolicy {
                    role: role.clone(),
                    name: name.clone(),
                    from: from.cloned(),
                    to: to.clone(),
                });
            }
        }
        for (name, document) in &found.inline {
            if !wanted.inline.contains_key(name) {
                self.steps.push(Step::DeleteInlinePolicy {
                    role: role.clone(),
                    name: name.clone(),
                    document: document.clone(),
                });
            }
        }
    }

    /// An existing service account that is not ours is left alone: it is there, which is what matters.
    pub(super) fn service_account(&mut self, subject: &Subject, wanted: &DesiredAssociation) {
        let exists = matches!(self.observed.service_accounts.get(subject), Some(Some(_)));
        if !wanted.create_service_account || exists {
            return;
        }
        let (cluster, namespace) = (subject.cluster.clone(), subject.namespace.clone());
        match self.observed.namespace(subject) {
            Some(NamespaceState::Active) => self.steps.push(Step::CreateServiceAccount {
                subject: subject.clone(),
            }),
            Some(NamespaceState::Terminating) => {
                self.conflicts
                    .push(Conflict::NamespaceTerminating { cluster, namespace });
            }
            Some(NamespaceState::Missing) => self.conflicts.push(Conflict::NamespaceMissing {
                cluster,
                namespace,
                subject: subject.clone(),
            }),
            // Not looked for, because the cluster itself is missing, which is a conflict already.
            None => {}
        }
    }

    pub(super) fn association(&mut self, subject: &Subject, wanted: &DesiredAssociation) {
        let Some(found) = self.observed.associations.get(subject) else {
            self.steps.push(Step::CreateAssociation {
                subject: subject.clone(),
                spec: wanted.spec.clone(),
                tags: wanted.tags.clone(),
            });
            return;
        };
        if let Some(owner_arn) = &found.owner_arn {
            self.conflicts.push(Conflict::AssociationOfAddOn {
                subject: subject.clone(),
                owner_arn: owner_arn.clone(),
            });
            return;
        }
        if !self.may_touch(&found.tags) {
            self.conflicts.push(Conflict::AssociationNotOwned {
                subject: subject.clone(),
            });
            return;
        }
        let on = Tagged::Association {
            subject: subject.clone(),
            arn: found.arn.clone(),
        };
        self.tags(on, &found.tags, &wanted.tags);
        if !found.spec.same_meaning(&wanted.spec) {
            self.steps.push(Step::UpdateAssociation {
                subject: subject.clone(),
                id: found.id.clone(),
                change: Change {
                    from: found.spec.clone(),
                    to: wanted.spec.clone(),
                },
            });
        }
    }

    fn may_touch(&self, tags: &Tags) -> bool {
        self.options.adopt || is_owned(tags)
    }

    fn tags(&mut self, on: Tagged, found: &Tags, wanted: &Tags) {
        let changes = tag_changes(found, wanted);
        if !changes.is_empty() {
            self.steps.push(Step::Retag { on, changes });
        }
    }
}

fn text(description: Option<&String>) -> &str {
    description.map_or("", String::as_str)
}
