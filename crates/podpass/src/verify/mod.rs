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
mod trust_denied;
mod trust_sid_invalid;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use podpass_policy::{DocumentKind, Lint, LintOptions, PolicyDocument, lint};

pub use report::{Finding, Report, Severity};

use crate::arn::RoleArn;
use crate::desired::{Desired, DesiredAssociation};
use crate::document::Document;
use crate::observed::{Observed, ObservedRole};
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
        if let Some(policy) = observed.policies.get(arn) {
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
