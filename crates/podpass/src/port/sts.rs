//! STS: who the run is.

use std::future::Future;

use super::PortError;
use crate::arn::Partition;
use crate::id::AccountId;

/// Who signs the run's requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account of the credentials.
    pub account: AccountId,
    /// The partition, read from the caller's ARN.
    pub partition: Partition,
    /// The caller's ARN.
    pub arn: String,
}

/// STS, as far as the engine asks it.
pub trait Sts: Clone + Send + Sync + 'static {
    /// `GetCallerIdentity`: needs valid credentials and no permission.
    fn caller_identity(&self) -> impl Future<Output = Result<CallerIdentity, PortError>> + Send;
}
