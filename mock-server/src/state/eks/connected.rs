//! Clusters of elsewhere that EKS only shows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::Row;

/// A cluster that was registered. Nothing ever connects it, so it stays pending.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConnectedCluster {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) role_arn: String,
    /// Where the cluster runs, as on the wire.
    pub(crate) provider: String,
    /// What its connector would have to show.
    pub(crate) activation_id: String,
    pub(crate) activation_code: String,
    pub(crate) activation_expiry: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) created: Timestamp,
    /// The request that registered it.
    pub(crate) request: Option<RequestToken>,
}

impl Requested for ConnectedCluster {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for ConnectedCluster {
    type Indices = [String; 1];

    fn key(&self) -> String {
        self.name.clone()
    }

    fn indices(&self) -> Self::Indices {
        [RequestToken::index_text(self.request.as_ref())]
    }
}
