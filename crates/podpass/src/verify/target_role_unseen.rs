//! Whether an association's role can assume its target role cannot be seen with these credentials.

use super::{Finding, Severity, handovers};
use crate::desired::Desired;
use crate::observed::Observed;

/// A role of another account is that account's to read, and a policy that cannot be read could deny.
pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    handovers(desired, observed)
        .filter(|handover| !handover.is_denied())
        .map(|handover| {
            let reasons: Vec<_> = handover.reasons.iter().map(ToString::to_string).collect();
            let external_id = handover.external_id;
            Finding {
                code: "target-role-unseen",
                severity: Severity::Note,
                subject: handover.subject.to_string(),
                explanation: format!(
                    "whether role `{}` can assume target role `{}` was not judged: {}",
                    handover.role.name(),
                    handover.target,
                    reasons.join("; ")
                ),
                remedy: format!(
                    "see to it that its trust policy allows `{}` sts:AssumeRole and sts:TagSession, if it asks for an external \
                     id for `{external_id}`",
                    handover.role
                ),
            }
        })
        .collect()
}
