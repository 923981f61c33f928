//! Planning the removal of what a manifest speaks of, as far as podpass owns it.

use std::collections::BTreeMap;

use super::step::Step;
use super::{Kept, Plan, PlanOptions};
use crate::arn::{PolicyArn, RoleArn};
use crate::desired::Desired;
use crate::observed::Observed;
use crate::spec::is_owned;
use crate::subject::Subject;

const NOT_OWNED: &str = "it does not carry podpass's ownership tag";

/// Plans the removal of everything in `desired` that carries podpass's ownership tag: associations
/// before roles, policies once nothing holds them. Everything else is [kept](Plan::kept), with the reason:
/// a role too that an association uses which stays, be it in the manifest or outside, and every role when
/// `observed` was not read with [`Depth::Destroy`](crate::Depth::Destroy), which looks for those.
/// Roles given by `roleArn` are not spoken of at all.
pub fn destroy(desired: &Desired, observed: &Observed) -> Plan {
    let mut removal = Removal {
        observed,
        steps: Vec::new(),
        kept: Vec::new(),
        detached: BTreeMap::new(),
        unbound: BTreeMap::new(),
        staying: BTreeMap::new(),
    };
    for subject in desired.associations.keys() {
        removal.association(subject);
        removal.service_account(subject);
    }
    for arn in desired.roles.keys() {
        removal.role(arn);
    }
    for arn in desired.policies.keys() {
        removal.policy(arn);
    }
    Plan::new(removal.steps, removal.kept, PlanOptions::default())
}

struct Removal<'a> {
    observed: &'a Observed,
    steps: Vec<Step>,
    kept: Vec<Kept>,
    /// How many attachments of a policy the plan removes.
    detached: BTreeMap<&'a PolicyArn, u32>,
    /// How many roles that a policy bounds the plan deletes.
    unbound: BTreeMap<&'a PolicyArn, u32>,
    /// Associations of the manifest that stay, by the roles that they use.
    staying: BTreeMap<&'a RoleArn, &'a Subject>,
}

impl<'a> Removal<'a> {
    fn keep(&mut self, what: String, why: impl Into<String>) {
        self.kept.push(Kept {
            what,
            why: why.into(),
        });
    }

    fn association(&mut self, subject: &'a Subject) {
        let Some(found) = self.observed.associations.get(subject) else {
            return;
        };
        if found.owner_arn.is_none() && is_owned(&found.tags) {
            self.steps.push(Step::DeleteAssociation {
                subject: subject.clone(),
                id: found.id.clone(),
                spec: found.spec.clone(),
                tags: found.tags.clone(),
            });
            return;
        }
        let why = match &found.owner_arn {
            Some(owner) => format!("it belongs to the add-on `{owner}`"),
            None => NOT_OWNED.to_owned(),
        };
        self.keep(format!("association `{subject}`"), why);
        self.staying.insert(&found.spec.role_arn, subject);
        if let Some(target) = &found.spec.target_role_arn {
            self.staying.insert(target, subject);
        }
    }

    fn service_account(&mut self, subject: &Subject) {
        let Some(Some(found)) = self.observed.service_accounts.get(subject) else {
            return;
        };
        if !found.ours {
            return;
        }
        if found.modified_by_others {
            self.keep(
                format!("service account `{subject}`"),
                "others have written to it since podpass created it",
            );
        } else {
            self.steps.push(Step::DeleteServiceAccount {
                subject: subject.clone(),
            });
        }
    }

    fn role(&mut self, arn: &RoleArn) {
        let Some(found) = self.observed.roles.get(arn) else {
            return;
        };
        let state = &found.state;
        if found.arn != *arn || !is_owned(&state.spec.tags) {
            self.keep(format!("role `{}`", arn.name()), NOT_OWNED);
            return;
        }
        if let Some(why) = self.why_needed(arn) {
            self.keep(format!("role `{}`", arn.name()), why);
            return;
        }
        for policy in &state.attached {
            *self.detached.entry(policy).or_default() += 1;
            self.steps.push(Step::DetachPolicy {
                role: arn.clone(),
                policy: policy.clone(),
            });
        }
        for (name, document) in &state.inline {
            self.steps.push(Step::DeleteInlinePolicy {
                role: arn.clone(),
                name: name.clone(),
                document: document.clone(),
            });
        }
        if let Some(boundary) = &state.spec.permissions_boundary {
            *self.unbound.entry(boundary).or_default() += 1;
        }
        self.steps.push(Step::DeleteRole {
            arn: arn.clone(),
            spec: state.spec.clone(),
        });
    }

    /// Why a role must stay although it is podpass's: someone's pods need it, or may.
    fn why_needed(&self, arn: &RoleArn) -> Option<String> {
        if let Some(subject) = self.staying.get(arn) {
            return Some(format!("association `{subject}`, which stays, uses it"));
        }
        let Some(others) = &self.observed.other_users else {
            return Some("it was not looked whether other associations use it".to_owned());
        };
        if let Some(subjects) = others.associations.get(arn) {
            let first = subjects.first()?;
            let cluster = &first.cluster;
            return Some(match subjects.len() - 1 {
                0 => format!(
                    "association `{first}` in {}, which the manifest does not speak of, uses it",
                    cluster.region
                ),
                more => format!(
                    "association `{first}` in {} and {more} more, which the manifest does not speak of, use it",
                    cluster.region
                ),
            });
        }
        let reason = others.unseen.get(arn.account())?;
        Some(format!(
            "whether other associations use it cannot be seen: {reason}"
        ))
    }

    fn policy(&mut self, arn: &PolicyArn) {
        let Some(found) = self.observed.policies.get(arn) else {
            return;
        };
        let what = format!("policy `{}`", arn.name());
        let detached = self.detached.get(arn).copied().unwrap_or_default();
        let unbound = self.unbound.get(arn).copied().unwrap_or_default();
        if !is_owned(&found.spec.tags) {
            self.keep(what, NOT_OWNED);
        } else if found.attachment_count > detached {
            self.keep(what, "it is attached to others as well");
        } else if found.boundary_count > unbound {
            self.keep(what, "it is the permissions boundary of others as well");
        } else {
            self.steps.push(Step::DeletePolicy {
                arn: arn.clone(),
                spec: found.spec.clone(),
            });
        }
    }
}
