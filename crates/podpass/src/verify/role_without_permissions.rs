//! A role has no permissions policy at all.

use super::{Finding, Severity, roles};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    roles(desired, observed)
        .into_iter()
        .filter(|(_, role)| role.state.attached.is_empty() && role.state.inline.is_empty())
        .map(|(arn, _)| Finding {
            code: "role-without-permissions",
            severity: Severity::Warning,
            subject: arn.to_string(),
            explanation:
                "the role has no permissions policy, so pods get credentials that allow nothing, \
                          unless resource policies name the role"
                    .to_owned(),
            remedy: "give it one with `policies`, `managedPolicyArns` or `inlinePolicies`"
                .to_owned(),
        })
        .collect()
}
