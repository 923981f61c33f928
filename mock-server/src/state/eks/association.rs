//! Associations, found by service account, by id and by the request that made them.

use jiff::Timestamp;

use super::Tags;
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::{Row, SEPARATOR};

/// An EKS Pod Identity association.
#[derive(Debug, Clone)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) namespace: String,
    pub(crate) service_account: String,
    pub(crate) role_arn: String,
    pub(crate) target_role_arn: Option<String>,
    pub(crate) disable_session_tags: bool,
    pub(crate) policy: Option<String>,
    /// The add-on that made the association, if one did.
    pub(crate) owner_arn: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The request that made the association.
    pub(crate) request: Option<RequestToken>,
    /// The request that last changed it.
    pub(crate) last_update: Option<RequestToken>,
}

impl Association {
    /// Index of the association ids.
    pub(crate) const BY_ID: usize = 0;
    /// Index of service account and namespace, in this order.
    pub(crate) const BY_SERVICE_ACCOUNT: usize = 1;

    /// The key of the association of a service account.
    pub(crate) fn key(namespace: &str, service_account: &str) -> String {
        format!("{namespace}{SEPARATOR}{service_account}")
    }
}

impl Requested for Association {
    const BY_REQUEST: usize = 2;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Association {
    type Indices = [String; 3];

    fn key(&self) -> String {
        Self::key(&self.namespace, &self.service_account)
    }

    fn indices(&self) -> Self::Indices {
        [
            self.id.clone(),
            Self::key(&self.service_account, &self.namespace),
            RequestToken::index_text(self.request.as_ref()),
        ]
    }
}
