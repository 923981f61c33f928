//! The EKS Pod Identity Agent, which exchanges service account tokens for credentials.

use std::fmt;
use std::future::Future;

use super::PortError;

/// Credentials as the agent hands them out. The secrets among them are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ContainerCredentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret that signs requests.
    pub secret_access_key: String,
    /// The session token that goes with it.
    pub session_token: String,
    /// When they expire, as the agent wrote it.
    pub expiration: String,
}

impl fmt::Debug for ContainerCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContainerCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

/// The agent, as pods ask it.
///
/// # Errors
/// [`PortError`]: what EKS Auth refused has its code, what the agent itself refused has none.
pub trait Agent: Clone + Send + Sync + 'static {
    /// Asks for credentials with a service account token, as it stands in its file.
    fn credentials(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<ContainerCredentials, PortError>> + Send;
}
