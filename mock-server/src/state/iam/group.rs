//! Groups of users.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Permissions;
use crate::state::table::{Row, SEPARATOR};

/// A group, whose permissions its users have too.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) permissions: Permissions,
    /// The names of its users, in lower case.
    pub(crate) users: BTreeSet<String>,
}

impl Group {
    pub(crate) const BY_NAME: usize = 0;
    pub(crate) const BY_ID: usize = 1;
}

impl Row for Group {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase(), self.id.clone()]
    }
}
