//! The service account of an association is not there, though its namespace is.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;
use crate::port::NamespaceState;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    desired
        .associations
        .iter()
        .filter(|(subject, _)| observed.namespace(subject) == Some(NamespaceState::Active))
        .filter(|(subject, _)| matches!(observed.service_accounts.get(subject), Some(None)))
        .map(|(subject, wanted)| Finding {
            code: "service-account-missing",
            severity: Severity::Error,
            subject: subject.to_string(),
            explanation: "the service account does not exist, so no pod can run under it"
                .to_owned(),
            remedy: if wanted.create_service_account {
                "create it: `podpass apply`".to_owned()
            } else {
                format!(
                    "create it: `kubectl create serviceaccount {} --namespace {}`, \
                     or set `createServiceAccount: true`",
                    subject.service_account, subject.namespace
                )
            },
        })
        .collect()
}
