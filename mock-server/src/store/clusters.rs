//! Clusters and their issuers, by the names that others have for them.

use std::sync::Arc;

use super::Store;
use crate::auth::caller::Caller;
use crate::kubernetes::KubernetesCluster;
use crate::oidc::{Issuer, RotateError};
use crate::state::eks;

impl Store {
    /// The Kubernetes side of a cluster and who created it, by its [address](Settings::cluster_address).
    pub(crate) fn kubernetes(&self, address: &str) -> Option<(Arc<KubernetesCluster>, Caller)> {
        self.cluster(address, |cluster| {
            (Arc::clone(&cluster.kubernetes), cluster.creator.clone())
        })
    }

    /// Looks at a cluster, by its [address](Settings::cluster_address).
    pub(crate) fn cluster<T>(
        &self,
        address: &str,
        look: impl FnOnce(&eks::Cluster) -> T,
    ) -> Option<T> {
        let parts: Vec<&str> = address.split('.').collect();
        let (name, region, account) = match parts.as_slice() {
            [name] => (*name, self.settings.region.as_str(), self.settings.account),
            [name, region, account] => (*name, *region, account.parse().ok()?),
            _ => return None,
        };
        let mut inner = self.lock();
        inner.state.settle(self.clock.now());
        inner.state.eks(account, region).cluster(name).map(look)
    }

    /// The issuer of a URL, as tokens name it.
    pub(crate) fn issuer(&self, url: &str) -> Option<Arc<Issuer>> {
        let mut inner = self.lock();
        inner.state.settle(self.clock.now());
        inner.state.issuers.find(url)
    }

    /// Has the issuer of a cluster sign with a new key, whose id is answered.
    pub(crate) fn rotate_issuer_key(&self, address: &str) -> Result<String, RotateError> {
        let issuer = self.cluster(address, |cluster| Arc::clone(&cluster.issuer));
        let issuer = issuer.ok_or_else(|| RotateError::NoCluster(address.to_owned()))?;
        // A key takes a moment to find: the lock is not held meanwhile.
        issuer.rotate().map_err(RotateError::from)
    }

    /// The issuer of this server's whose URL ends with an id.
    pub(crate) fn issuer_with_id(&self, id: &str) -> Option<Arc<Issuer>> {
        let mut inner = self.lock();
        inner.state.settle(self.clock.now());
        inner.state.issuers.find_by_id(id)
    }
}
