//! Updates of a cluster and of what belongs to it. What they change is changed at once; they are over
//! when the clock says so.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::{Row, SEPARATOR};

/// An update.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Update {
    pub(crate) id: String,
    pub(crate) updated: Updated,
    /// The kind, as on the wire.
    pub(crate) kind: Cow<'static, str>,
    /// What changes, and to which value.
    pub(crate) params: Vec<(Cow<'static, str>, String)>,
    pub(crate) created: Timestamp,
    /// When it is over.
    pub(crate) done: Timestamp,
    /// The request that asked for it.
    pub(crate) request: Option<RequestToken>,
}

/// Names on the wire, and values as texts.
pub(crate) type Params = Vec<(&'static str, String)>;

/// What an update changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Updated {
    Cluster,
    Addon(String),
    Nodegroup(String),
    Capability(String),
}

impl Updated {
    /// The key of an update of this thing; with an empty id, the beginning of all their keys.
    pub(crate) fn key(&self, id: &str) -> String {
        match self {
            Self::Cluster => format!("{SEPARATOR}{id}"),
            Self::Addon(name) => format!("addon/{name}{SEPARATOR}{id}"),
            Self::Nodegroup(name) => format!("nodegroup/{name}{SEPARATOR}{id}"),
            Self::Capability(name) => format!("capability/{name}{SEPARATOR}{id}"),
        }
    }
}

impl Requested for Update {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Update {
    type Indices = [String; 1];

    fn key(&self) -> String {
        self.updated.key(&self.id)
    }

    fn indices(&self) -> Self::Indices {
        [RequestToken::index_text(self.request.as_ref())]
    }
}
