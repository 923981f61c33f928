//! A statement of a policy speaks of resources that its actions do not have: it does nothing.
//!
//! The user guide's own example is one: `s3:GetObject` on a bucket's ARN reads no object.

use podpass_policy::LintCode;

use super::{Finding, Severity, documents, lints};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (what, (document, kind)) in documents(desired, observed) {
        for lint in lints(document, kind) {
            if lint.code == LintCode::ResourceMismatch {
                findings.push(Finding {
                    code: "resource-never-matches",
                    severity: Severity::Warning,
                    subject: what.clone(),
                    explanation: lint.message,
                    remedy: lint.remedy,
                });
            }
        }
    }
    findings
}
