//! A policy is well-formed and yet probably not what its author meant.

use podpass_policy::{LintCode, Severity as LintSeverity};

use super::{Finding, Severity, documents, lints};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (what, (document, kind)) in documents(desired, observed) {
        for lint in lints(document, kind) {
            // Resources that never match have a finding of their own.
            if lint.severity >= LintSeverity::Warning && lint.code != LintCode::ResourceMismatch {
                findings.push(Finding {
                    code: "policy-questionable",
                    severity: Severity::Warning,
                    subject: what.clone(),
                    explanation: format!("{}: {}", lint.path, lint.message),
                    remedy: lint.remedy,
                });
            }
        }
    }
    findings
}
