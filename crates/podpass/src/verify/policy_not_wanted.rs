//! A role of the manifest has permissions that the manifest does not give it.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (arn, wanted) in &desired.roles {
        let Some(found) = observed.roles.get(arn) else {
            continue;
        };
        let attached = found.state.attached.difference(&wanted.attached);
        let attached = attached.map(|policy| format!("policy `{policy}` is attached to the role"));
        let inline = found.state.inline.keys();
        let inline = inline
            .filter(|name| !wanted.inline.contains_key(*name))
            .map(|name| format!("the role has the inline policy `{name}`"));
        findings.extend(attached.chain(inline).map(|what| Finding {
            code: "policy-not-wanted",
            severity: Severity::Warning,
            subject: arn.to_string(),
            explanation: format!("{what}, and the manifest does not speak of it"),
            remedy: "take it away with `podpass apply`, or write it in the manifest".to_owned(),
        }));
    }
    findings
}
