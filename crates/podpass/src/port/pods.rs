//! Pods of one cluster, as far as their way to credentials goes, and the tokens that are bound to them.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use super::PortError;
use crate::id::{Namespace, ServiceAccountName};

/// A pod as the API server holds it, webhooks' changes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// Its uid, which the tokens bound to it carry.
    pub uid: String,
    /// The service account that it runs as.
    pub service_account: ServiceAccountName,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Its containers, those that initialize it left out.
    pub containers: Vec<Container>,
}

/// A container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its environment; `None` for a value that comes from elsewhere, such as a secret.
    pub environment: BTreeMap<String, Option<String>>,
    /// The service account tokens that it can read.
    pub tokens: Vec<TokenMount>,
}

/// A service account token that is mounted into a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMount {
    /// The file, as the container sees it.
    pub path: String,
    /// Whom the token is for; `None` for the API server itself.
    pub audience: Option<String>,
    /// How long the token is to be good.
    pub lifetime: Duration,
}

/// How a new pod is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodName {
    /// Just so.
    Exactly(String),
    /// So, and then something that no other pod has.
    StartingWith(&'static str),
}

/// A service account token. It is a secret, and so is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceAccountToken {
    /// The token itself.
    pub text: String,
    /// How long it is good from now on, by the server's word.
    pub lifetime: Duration,
}

impl fmt::Debug for ServiceAccountToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccountToken")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// The pods of one cluster, as far as the engine asks for them.
///
/// # Errors
/// Every method answers the API server's failure as a [`PortError`].
pub trait Pods: Clone + Send + Sync + 'static {
    /// Creates a pod of this service account that no scheduler ever takes: it has a name, a uid and what webhooks
    /// add, and nothing runs in it.
    fn create_pod(
        &self,
        namespace: &Namespace,
        service_account: &ServiceAccountName,
        name: &PodName,
    ) -> impl Future<Output = Result<Pod, PortError>> + Send;

    /// Reads a pod; a missing one is an answer, not an error.
    fn pod(
        &self,
        namespace: &Namespace,
        name: &str,
    ) -> impl Future<Output = Result<Option<Pod>, PortError>> + Send;

    /// Deletes the pod at once if it still has its uid.
    fn delete_pod(
        &self,
        namespace: &Namespace,
        pod: &Pod,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Requests the token that the kubelet would request for this mount of the pod.
    fn token(
        &self,
        namespace: &Namespace,
        pod: &Pod,
        mount: &TokenMount,
    ) -> impl Future<Output = Result<ServiceAccountToken, PortError>> + Send;
}
