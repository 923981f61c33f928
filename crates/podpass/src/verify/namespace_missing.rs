//! The namespace of an association is not there: allowed, but nothing can run in it.

use std::collections::BTreeSet;

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;
use crate::port::NamespaceState;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let used: BTreeSet<_> = desired
        .associations
        .keys()
        .map(|subject| (subject.cluster.clone(), subject.namespace.clone()))
        .collect();
    used.into_iter()
        .filter_map(|key| {
            let explanation = match observed.namespaces.get(&key)? {
                NamespaceState::Active => return None,
                NamespaceState::Missing => "the namespace does not exist",
                NamespaceState::Terminating => "the namespace is being deleted",
            };
            let (cluster, namespace) = key;
            Some(Finding {
                code: "namespace-missing",
                severity: Severity::Error,
                subject: format!("{cluster}/{namespace}"),
                explanation: explanation.to_owned(),
                remedy: format!("create it: `kubectl create namespace {namespace}`"),
            })
        })
        .collect()
}
