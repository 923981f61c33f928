//! The document as a whole, and the names of statements.

use std::collections::HashSet;

use super::{Lint, LintCode, Severity, Subject};
use crate::{DocumentKind, Version, size_without_whitespace};

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    if subject.document.effective_version() == Version::V2008 {
        found.push(Lint::of_document(
            LintCode::OldVersion,
            Severity::Warning,
            "the policy has the version of 2008, in which variables such as `${aws:username}` are plain \
             text",
            "write `\"Version\": \"2012-10-17\"`",
        ));
    }
    check_size(subject, found);
    let mut seen = HashSet::new();
    for place in subject.statements() {
        let Some(sid) = place.statement.sid.as_deref().filter(|sid| !sid.is_empty()) else {
            continue;
        };
        if !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let kept: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
            found.push(place.lint(
                LintCode::InvalidSid,
                Severity::Warning,
                "Sid",
                format!("the Sid `{sid}` has characters other than ASCII letters and digits"),
                format!("write `{kept}`"),
            ));
        }
        if !seen.insert(sid) {
            found.push(place.lint(
                LintCode::DuplicateSid,
                Severity::Error,
                "Sid",
                format!("another statement has the Sid `{sid}` too"),
                "give each statement a Sid of its own, or none",
            ));
        }
    }
}

fn check_size(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    let size = size_without_whitespace(&subject.document.to_string());
    let Some(quota) = subject.kind.size_quota().filter(|quota| size > *quota) else {
        return;
    };
    let severity = match subject.kind {
        // AWS's own managed policies are longer.
        DocumentKind::ManagedIdentity | DocumentKind::Boundary => Severity::Note,
        // The quota can be raised.
        DocumentKind::Trust => Severity::Warning,
        _ => Severity::Error,
    };
    found.push(Lint::of_document(
        LintCode::TooLong,
        severity,
        format!("the document has {size} characters, the quota is {quota}"),
        "split it, or merge statements that differ in one list",
    ));
}
