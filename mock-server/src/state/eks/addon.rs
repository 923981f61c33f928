//! Add-ons of a cluster.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Lifecycle, Tags};
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::Row;

/// An add-on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Addon {
    pub(crate) name: String,
    /// The last part of its ARN.
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) namespace: String,
    pub(crate) service_account_role_arn: Option<String>,
    pub(crate) configuration_values: Option<String>,
    /// Ids of the associations that it made. They can be deleted without it.
    pub(crate) associations: Vec<String>,
    pub(crate) tags: Tags,
    pub(crate) life: Lifecycle,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The request that made the add-on.
    pub(crate) request: Option<RequestToken>,
}

impl Requested for Addon {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Addon {
    type Indices = [String; 1];

    fn key(&self) -> String {
        self.name.clone()
    }

    fn indices(&self) -> Self::Indices {
        [RequestToken::index_text(self.request.as_ref())]
    }
}
