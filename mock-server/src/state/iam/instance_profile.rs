//! Instance profiles.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::state::table::{Row, SEPARATOR};

/// An instance profile, which holds one role at most.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InstanceProfile {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    /// The name of the role.
    pub(crate) role: Option<String>,
}

impl InstanceProfile {
    pub(crate) const BY_NAME: usize = 0;
}

impl Row for InstanceProfile {
    type Indices = [String; 1];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase()]
    }
}
