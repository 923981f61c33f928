//! A managed policy of the manifest is not attached to its role.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (arn, wanted) in &desired.roles {
        let Some(found) = observed.roles.get(arn) else {
            continue;
        };
        for policy in wanted.attached.difference(&found.state.attached) {
            findings.push(Finding {
                code: "policy-not-attached",
                severity: Severity::Error,
                subject: arn.to_string(),
                explanation: format!("policy `{policy}` is not attached to the role"),
                remedy: "attach it: `podpass apply`".to_owned(),
            });
        }
    }
    findings
}
