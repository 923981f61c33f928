//! Who an association speaks of: a service account of a cluster.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ClusterName, Namespace, Region, ServiceAccountName};

/// A cluster, told apart from every other one that a run may meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterId {
    /// The account that owns the cluster.
    pub account: AccountId,
    /// The region it runs in.
    pub region: Region,
    /// Its name, unique within account and region.
    pub name: ClusterName,
}

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)
    }
}

/// Cluster, namespace and service account: at most one association exists for each subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// The cluster.
    pub cluster: ClusterId,
    /// The namespace, which need not exist yet.
    pub namespace: Namespace,
    /// The service account, which need not exist yet.
    pub service_account: ServiceAccountName,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}",
            self.cluster, self.namespace, self.service_account
        )
    }
}
