//! Subscriptions of EKS Anywhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::Row;

/// A subscription.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) arn: String,
    /// In months.
    pub(crate) term: i32,
    pub(crate) license_quantity: i32,
    pub(crate) license_type: String,
    pub(crate) auto_renew: bool,
    pub(crate) tags: Tags,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    /// The request that made the subscription.
    pub(crate) request: Option<RequestToken>,
    /// The request that last changed it.
    pub(crate) last_update: Option<RequestToken>,
}

impl Requested for Subscription {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Subscription {
    type Indices = [String; 1];

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indices(&self) -> Self::Indices {
        [RequestToken::index_text(self.request.as_ref())]
    }
}
