//! A cluster of the manifest is not there.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    desired
        .clusters()
        .filter(|cluster| !observed.clusters.contains_key(cluster))
        .map(|cluster| Finding {
            code: "cluster-missing",
            severity: Severity::Error,
            subject: cluster.to_string(),
            explanation: format!(
                "there is no cluster `{cluster}` in {} of account {}",
                cluster.region, cluster.account
            ),
            remedy: "check `clusterName`, `region` and the credentials' account".to_owned(),
        })
        .collect()
}
