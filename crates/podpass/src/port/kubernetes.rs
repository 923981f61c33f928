//! The Kubernetes API server of one cluster: namespaces and service accounts.

use std::collections::BTreeMap;
use std::future::Future;

use serde::{Deserialize, Serialize};

use super::PortError;
use crate::id::{Namespace, ServiceAccountName};

/// Whether a namespace is there and takes new objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NamespaceState {
    /// It exists.
    Active,
    /// It is being deleted and takes no new objects.
    Terminating,
    /// It does not exist.
    Missing,
}

/// A service account as the API server holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccount {
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name.
    pub name: ServiceAccountName,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// The `manager` of each entry in `metadata.managedFields`.
    pub field_managers: Vec<String>,
    /// Its uid, by which a deletion makes sure that it deletes this object and no successor.
    pub uid: String,
}

/// The API server of one cluster, as far as the engine asks it.
///
/// # Errors
/// Every method answers the API server's failure as a [`PortError`].
pub trait Kubernetes: Clone + Send + Sync + 'static {
    /// Reads a namespace; a missing one is an answer, not an error.
    fn namespace(
        &self,
        name: &Namespace,
    ) -> impl Future<Output = Result<NamespaceState, PortError>> + Send;

    /// Reads a service account; a missing one is an answer, not an error.
    fn service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
    ) -> impl Future<Output = Result<Option<ServiceAccount>, PortError>> + Send;

    /// Lists all service accounts of a namespace, for when many are wanted.
    fn service_accounts(
        &self,
        namespace: &Namespace,
    ) -> impl Future<Output = Result<Vec<ServiceAccount>, PortError>> + Send;

    /// Writes a service account with exactly these labels by server-side apply, under `field_manager`.
    fn apply_service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
        labels: &BTreeMap<String, String>,
        field_manager: &str,
    ) -> impl Future<Output = Result<ServiceAccount, PortError>> + Send;

    /// Deletes the service account if it still has this `uid`.
    fn delete_service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
        uid: &str,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}
