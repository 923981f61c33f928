//! A statement of a trust policy has a Sid that IAM does not take.

use podpass_policy::{DocumentKind, LintCode};

use super::{Finding, Severity, lints, roles};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (arn, role) in roles(desired, observed) {
        for lint in lints(&role.state.spec.trust_policy, DocumentKind::Trust) {
            if lint.code == LintCode::InvalidSid {
                findings.push(Finding {
                    code: "trust-sid-invalid",
                    severity: Severity::Warning,
                    subject: arn.to_string(),
                    explanation: format!("in the trust policy: {}", lint.message),
                    remedy: lint.remedy,
                });
            }
        }
    }
    findings
}
