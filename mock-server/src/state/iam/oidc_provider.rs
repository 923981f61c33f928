//! OIDC identity providers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::state::table::Row;

/// An OIDC identity provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OidcProvider {
    pub(crate) arn: String,
    /// Without `https://`.
    pub(crate) url: String,
    pub(crate) client_ids: Vec<String>,
    pub(crate) thumbprints: Vec<String>,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
}

impl Row for OidcProvider {
    type Indices = [String; 0];

    fn key(&self) -> String {
        self.arn.clone()
    }

    fn indices(&self) -> Self::Indices {
        []
    }
}
