//! Verifying: what a pod would meet, judged from what was observed, without asking anyone.
//!
//! Each kind of finding is one file with its code, severity, explanation and remedy.

mod report;

pub use report::{Finding, Report, Severity};

use crate::desired::Desired;
use crate::observed::Observed;

/// A check: everything of one kind that is wrong.
type Check = fn(&Desired, &Observed) -> Vec<Finding>;

/// All checks, in the order in which their findings stand in a report.
const CHECKS: &[Check] = &[];

/// Checks that pods of the manifest's service accounts will get the credentials that it promises:
/// [`Observed`] must have been read with [`Depth::Verify`](crate::Depth::Verify).
pub fn verify(desired: &Desired, observed: &Observed) -> Report {
    Report {
        findings: CHECKS
            .iter()
            .flat_map(|check| check(desired, observed))
            .collect(),
    }
}
