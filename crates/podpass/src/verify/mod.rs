//! Verifying: what a pod would meet, judged from what was observed, without asking anyone.
//!
//! Each kind of finding is one file with its code, severity, explanation, remedy and tests.

mod association_differs;
mod association_missing;
mod cluster_missing;
mod namespace_missing;
mod policy_differs;
mod policy_missing;
mod policy_not_attached;
mod policy_not_wanted;
mod policy_questionable;
mod report;
mod resource_never_matches;
mod role_differs;
mod role_missing;
mod role_without_permissions;
mod service_account_missing;
mod session_tags_needed;
mod target_role_denied;
mod target_role_unseen;
mod trust_denied;
mod trust_sid_invalid;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use podpass_policy::{DocumentKind, Lint, LintOptions, PolicyDocument, lint};

pub use report::{Finding, Report, Severity};

use crate::arn::RoleArn;
use crate::can_i::{
    Access, AccessReason, AccessStage, external_id as external_id_of, walk_association,
};
use crate::desired::{Desired, DesiredAssociation};
use crate::document::Document;
use crate::later::Later;
use crate::observed::{Observed, ObservedAssociation, ObservedRole};
use crate::subject::Subject;
use crate::trust::SessionTags;

/// A check: everything of one kind that is wrong.
type Check = fn(&Desired, &Observed) -> Vec<Finding>;

/// All checks, in the order in which their findings stand in a report: causes before consequences.
const CHECKS: &[Check] = &[
    cluster_missing::check,
    role_missing::check,
    trust_denied::check,
    session_tags_needed::check,
    trust_sid_invalid::check,
    target_role_denied::check,
    target_role_unseen::check,
    role_differs::check,
    policy_missing::check,
    policy_differs::check,
    policy_not_attached::check,
    policy_not_wanted::check,
    role_without_permissions::check,
    resource_never_matches::check,
    policy_questionable::check,
    namespace_missing::check,
    service_account_missing::check,
    association_missing::check,
    association_differs::check,
];

/// Checks that pods of the manifest's service accounts will get the credentials that it promises.
/// `observed` must have been read with [`Depth::Verify`](crate::Depth::Verify). What hides behind a missing cluster is not
/// reported again.
pub fn verify(desired: &Desired, observed: &Observed) -> Report {
    Report {
        findings: CHECKS
            .iter()
            .flat_map(|check| check(desired, observed))
            .collect(),
    }
}

/// The associations whose cluster exists.
fn associations<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> impl Iterator<Item = (&'a Subject, &'a DesiredAssociation)> {
    desired
        .associations
        .iter()
        .filter(|(subject, _)| observed.clusters.contains_key(&subject.cluster))
}

/// An association that will assume an existing role.
struct Assumption<'a> {
    subject: &'a Subject,
    cluster_arn: &'a str,
    role_arn: &'a RoleArn,
    role: &'a ObservedRole,
    session_tags: SessionTags,
}

/// The associations whose cluster and role exist.
fn assumptions<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> impl Iterator<Item = Assumption<'a>> {
    associations(desired, observed).filter_map(|(subject, association)| {
        let role_arn = &association.spec.role_arn;
        let present = observed.associations.get(subject);
        Some(Assumption {
            subject,
            cluster_arn: &observed.clusters.get(&subject.cluster)?.arn,
            role_arn,
            role: observed.roles.get(role_arn)?,
            session_tags: SessionTags::of(present.map_or(&association.spec, |found| &found.spec)),
        })
    })
}

/// An association whose role exists, and does not reach the target role or may not.
struct Handover<'a> {
    subject: &'a Subject,
    role: &'a RoleArn,
    target: &'a RoleArn,
    external_id: String,
    reasons: Vec<AccessReason>,
}

impl Handover<'_> {
    /// Whether the target role cannot be assumed, rather than that this cannot be seen.
    fn is_denied(&self) -> bool {
        let is_here = self.target.account() == &self.subject.cluster.account;
        self.reasons.iter().any(|reason| match reason {
            AccessReason::Policy { .. } => true,
            AccessReason::RoleMissing { .. } => is_here,
            _ => false,
        })
    }
}

/// The associations with a target role that, as the manifest has them, do not get there. Where EKS cannot even assume the
/// first role, other checks tell.
fn handovers<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> impl Iterator<Item = Handover<'a>> {
    associations(desired, observed).filter_map(|(subject, association)| {
        let spec = &association.spec;
        let (role, target) = (&spec.role_arn, spec.target_role_arn.as_ref()?);
        let present = observed.associations.get(subject);
        let external_id = present.and_then(|found| found.external_id.clone());
        let external_id = external_id.unwrap_or_else(|| external_id_of(subject));
        let wanted = ObservedAssociation {
            id: Later::AfterApply,
            arn: Later::AfterApply,
            spec: spec.clone(),
            tags: association.tags.clone(),
            owner_arn: None,
            external_id: Some(external_id.clone()),
        };
        let Access { reasons, .. } = walk_association(observed, subject, &wanted);
        let [first, ..] = reasons.as_slice() else {
            return None;
        };
        let is_of_first = match first {
            AccessReason::RoleMissing { role: missing } => missing == role,
            AccessReason::Policy { stage, .. } => *stage == AccessStage::AssumeRole,
            _ => false,
        };
        (!is_of_first).then_some(Handover {
            subject,
            role,
            target,
            external_id,
            reasons,
        })
    })
}

/// The roles that associations use and that exist, each once.
fn roles<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> BTreeMap<&'a RoleArn, &'a ObservedRole> {
    desired
        .roles
        .keys()
        .chain(desired.given_roles())
        .filter_map(|arn| Some((arn, observed.roles.get(arn)?)))
        .collect()
}

/// The permissions and session policies that decide what pods may do, by what they are called, each once.
fn documents<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> BTreeMap<String, (&'a Document, DocumentKind)> {
    let mut documents = BTreeMap::new();
    let mut attached = BTreeSet::new();
    for (arn, role) in roles(desired, observed) {
        attached.extend(&role.state.attached);
        for (name, document) in &role.state.inline {
            let what = format!("{arn}, inline policy {name}");
            documents.insert(what, (document, DocumentKind::InlineIdentity));
        }
    }
    for arn in attached {
        // AWS's own, which are read where a target role is, are nobody's to mend.
        let policy = arn.account().and(observed.policies.get(arn));
        if let Some(policy) = policy {
            let document = &policy.spec.document;
            documents.insert(arn.to_string(), (document, DocumentKind::ManagedIdentity));
        }
    }
    for (subject, _) in associations(desired, observed) {
        let found = observed.associations.get(subject);
        if let Some(document) = found.and_then(|found| found.spec.policy.as_ref()) {
            let what = format!("{subject}, session policy");
            documents.insert(what, (document, DocumentKind::Session));
        }
    }
    documents
}

/// What lint says of a document; nothing if it cannot be read, which other checks tell.
fn lints(document: &Document, kind: DocumentKind) -> Vec<Lint> {
    PolicyDocument::parse(document.as_str())
        .map(|document| lint(&document, kind, &LintOptions::default()))
        .unwrap_or_default()
}
