//! A policy of the manifest, managed or inline, is not there.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let finding = |subject: String, what: &str| Finding {
        code: "policy-missing",
        severity: Severity::Error,
        subject,
        explanation: format!("the {what} does not exist"),
        remedy: "create it: `podpass apply`".to_owned(),
    };
    let managed = desired
        .policies
        .keys()
        .filter(|arn| !observed.policies.contains_key(arn))
        .map(|arn| finding(arn.to_string(), "policy"));
    let inline = desired.roles.iter().flat_map(|(arn, wanted)| {
        let found = observed.roles.get(arn).map(|role| &role.state.inline);
        let missing = wanted
            .inline
            .keys()
            .filter(move |name| found.is_some_and(|found| !found.contains_key(*name)));
        missing.map(move |name| finding(format!("{arn}, inline policy {name}"), "inline policy"))
    });
    managed.chain(inline).collect()
}
