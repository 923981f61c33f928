//! An association's role cannot assume its target role.

use super::{Finding, Severity, handovers};
use crate::can_i::AccessReason;
use crate::desired::Desired;
use crate::observed::Observed;

/// The role's session needs permission of its own policies, and the trust of the target role, for exactly what EKS sends: the
/// session tags or none, and the external id.
pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    handovers(desired, observed)
        .filter(|handover| handover.is_denied())
        .map(|handover| {
            let (role, target) = (handover.role, handover.target);
            let reasons: Vec<_> = handover.reasons.iter().map(ToString::to_string).collect();
            let remedy = handover.reasons.iter().find_map(AccessReason::remedy);
            Finding {
                code: "target-role-denied",
                severity: Severity::Error,
                subject: handover.subject.to_string(),
                explanation: reasons.join("; "),
                remedy: remedy.unwrap_or_else(|| {
                    format!(
                        "let role `{}` do sts:AssumeRole and sts:TagSession on `{target}`, and let the trust policy of that \
                         one allow both to `{role}`, under conditions that this association meets",
                        role.name()
                    )
                }),
            }
        })
        .collect()
}
