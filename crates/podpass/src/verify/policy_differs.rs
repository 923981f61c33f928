//! A policy says something else than the manifest, in its version in force.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::document::Document;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let managed = desired.policies.iter().filter_map(|(arn, wanted)| {
        let found = &observed.policies.get(arn)?.spec.document;
        finding(arn.to_string(), found, &wanted.document)
    });
    let inline = desired.roles.iter().flat_map(|(arn, wanted)| {
        wanted.inline.iter().filter_map(move |(name, wanted)| {
            let found = observed.roles.get(arn)?.state.inline.get(name)?;
            finding(format!("{arn}, inline policy {name}"), found, wanted)
        })
    });
    managed.chain(inline).collect()
}

fn finding(subject: String, found: &Document, wanted: &Document) -> Option<Finding> {
    (!found.same_meaning(wanted)).then(|| Finding {
        code: "policy-differs",
        severity: Severity::Error,
        subject,
        explanation: "the document in force differs from the manifest in what it allows or denies"
            .to_owned(),
        remedy: "see how with `podpass plan`, and bring it in line with `podpass apply`".to_owned(),
    })
}
