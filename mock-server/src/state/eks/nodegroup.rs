//! Managed node groups of a cluster.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Lifecycle, Tags};
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::Row;

/// A node group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Nodegroup {
    pub(crate) name: String,
    /// The last part of its ARN.
    pub(crate) id: String,
    /// The version of Kubernetes, and of the nodes' image.
    pub(crate) version: String,
    pub(crate) release_version: String,
    /// The members of the creating request that answers repeat as they are.
    pub(crate) settings: Map<String, Value>,
    pub(crate) tags: Tags,
    pub(crate) life: Lifecycle,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The request that made the node group.
    pub(crate) request: Option<RequestToken>,
}

impl Requested for Nodegroup {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Nodegroup {
    type Indices = [String; 1];

    fn key(&self) -> String {
        self.name.clone()
    }

    fn indices(&self) -> Self::Indices {
        [RequestToken::index_text(self.request.as_ref())]
    }
}
