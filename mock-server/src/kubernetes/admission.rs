//! What admission knows of a cluster's surroundings.

use std::fmt::Debug;
use std::sync::Arc;

use crate::oidc::Issuer;

/// EKS as a cluster's control plane sees it. It is asked before the cluster's lock is taken, never under it.
pub(crate) trait Eks: Debug {
    /// The cluster's region.
    fn region(&self) -> String;
    /// The issuer of its service account tokens; none when the cluster is gone.
    fn issuer(&self) -> Option<Arc<Issuer>>;
    /// Whether the service account has an association at this moment.
    fn has_association(&self, namespace: &str, service_account: &str) -> bool;
}

/// What EKS answered about a new object.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    /// The cluster's region.
    pub(crate) region: String,
    /// Whether the object's service account has an association.
    pub(crate) has_association: bool,
}
