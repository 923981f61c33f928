//! What a cluster keeps as it came: Fargate profiles, capabilities, and the OIDC providers that it knows
//! users by.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Lifecycle, Tags};
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::Row;

/// A Fargate profile, a capability or an OIDC provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    /// The last part of its ARN.
    pub(crate) id: String,
    /// The members of the creating request that answers repeat as they are.
    pub(crate) settings: Map<String, Value>,
    pub(crate) tags: Tags,
    pub(crate) life: Lifecycle,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The request that made it.
    pub(crate) request: Option<RequestToken>,
}

impl Requested for Attachment {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Attachment {
    type Indices = [String; 1];

    fn key(&self) -> String {
        self.name.clone()
    }

    fn indices(&self) -> Self::Indices {
        [RequestToken::index_text(self.request.as_ref())]
    }
}
