//! The long-lived access keys of users.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::secret::{self, Secret};
use crate::state::table::{Row, SEPARATOR};

/// An access key with its secret, which is told once and never shown again.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AccessKey {
    /// `AKIA…`.
    pub(crate) id: String,
    /// The unique id of its user.
    pub(crate) user_id: String,
    #[serde(with = "secret::kept")]
    pub(crate) secret: Secret,
    pub(crate) active: bool,
    pub(crate) created: Timestamp,
    pub(crate) last_used: Option<LastUse>,
}

/// The last request that a key signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LastUse {
    pub(crate) at: Timestamp,
    pub(crate) service: Cow<'static, str>,
    pub(crate) region: String,
}

impl AccessKey {
    pub(crate) const BY_ID: usize = 0;

    /// What the keys of a user begin with in the order of listing.
    pub(crate) fn prefix(user_id: &str) -> String {
        format!("{user_id}{SEPARATOR}")
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

impl Row for AccessKey {
    type Indices = [String; 1];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.user_id, self.id)
    }

    fn indices(&self) -> Self::Indices {
        [self.id.clone()]
    }
}
