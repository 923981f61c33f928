//! The kinds this server knows, one file each: a file with a [`Kind`] and a line in [`ALL`] make a new one.

pub(crate) mod event;
pub(crate) mod namespace;
pub(crate) mod pod;
pub(crate) mod self_subject_access_review;
pub(crate) mod self_subject_review;
pub(crate) mod self_subject_rules_review;
pub(crate) mod service_account;
pub(crate) mod token_request;
pub(crate) mod token_review;

use super::kind::Kind;

/// Every kind, in the order of discovery.
pub(crate) static ALL: &[&Kind] = &[
    &event::EVENT,
    &namespace::NAMESPACE,
    &pod::POD,
    &service_account::SERVICE_ACCOUNT,
    &token_review::TOKEN_REVIEW,
    &self_subject_review::SELF_SUBJECT_REVIEW,
    &self_subject_access_review::SELF_SUBJECT_ACCESS_REVIEW,
    &self_subject_rules_review::SELF_SUBJECT_RULES_REVIEW,
];

/// The kind at a group, version and plural.
pub(crate) fn find(group: &str, version: &str, plural: &str) -> Option<&'static Kind> {
    ALL.iter()
        .copied()
        .find(|kind| kind.group == group && kind.version == version && kind.plural == plural)
}

/// Groups with their versions, the core group first.
pub(crate) fn group_versions() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = ALL.iter().map(|kind| (kind.group, kind.version)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The kinds of a group and version.
pub(crate) fn of(group: &str, version: &str) -> impl Iterator<Item = &'static Kind> {
    ALL.iter()
        .copied()
        .filter(move |kind| kind.group == group && kind.version == version)
}
