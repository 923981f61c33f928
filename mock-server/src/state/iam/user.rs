//! Users, and the administrator that every account begins with.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Permissions, Tags};
use crate::account::AccountId;
use crate::clock::in_seconds;
use crate::id::Ids;
use crate::state::table::{Row, SEPARATOR};

/// A user, with all that lives and dies with it but its access keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) permissions: Permissions,
    /// The unique ids of its groups.
    pub(crate) groups: BTreeSet<String>,
}

/// The user that every account begins with.
pub(crate) const ADMINISTRATOR: &str = "admin";

impl User {
    pub(crate) const BY_NAME: usize = 0;
    pub(crate) const BY_ID: usize = 1;

    /// The administrator of a new account, before anything is attached.
    pub(super) fn administrator(account: AccountId, partition: &str, created: Timestamp) -> Self {
        Self {
            name: ADMINISTRATOR.to_owned(),
            path: "/".to_owned(),
            id: administrator_id(account),
            arn: administrator_arn(account, partition),
            created: in_seconds(created),
            tags: Tags::default(),
            permissions: Permissions::default(),
            groups: BTreeSet::new(),
        }
    }
}

/// The unique id of the administrator that an account begins with: one for ever, as the account is the seed.
pub(crate) fn administrator_id(account: AccountId) -> String {
    Ids::new(Some(account.number())).unique("AIDA", account)
}

/// The ARN of the administrator that an account begins with.
pub(crate) fn administrator_arn(account: AccountId, partition: &str) -> String {
    format!("arn:{partition}:iam::{account}:user/{ADMINISTRATOR}")
}

impl Row for User {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase(), self.id.clone()]
    }
}
