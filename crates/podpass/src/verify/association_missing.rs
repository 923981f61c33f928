//! An association of the manifest is not there.

use super::{Finding, Severity, associations};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    associations(desired, observed)
        .filter(|(subject, _)| !observed.associations.contains_key(subject))
        .map(|(subject, _)| Finding {
            code: "association-missing",
            severity: Severity::Error,
            subject: subject.to_string(),
            explanation: "the service account has no association, so its pods get no credentials"
                .to_owned(),
            remedy: "create it: `podpass apply`".to_owned(),
        })
        .collect()
}
