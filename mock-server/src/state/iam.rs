//! IAM in one account: roles and managed policies, and who uses which policy.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::table::{Row, SEPARATOR, Table};

/// The IAM entities of an account.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) roles: Table<Role>,
}

impl Account {
    /// The role of a name; IAM compares names without regard to case.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.find(Role::BY_NAME, &name.to_lowercase())
    }
}

/// A role, with all that lives and dies with it.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    /// The text as it was submitted.
    pub(crate) trust_policy: String,
    pub(crate) description: Option<String>,
    pub(crate) max_session_duration: u32,
    pub(crate) permissions_boundary: Option<String>,
    pub(crate) tags: Tags,
    /// Inline policies by name, as they were submitted.
    pub(crate) inline: BTreeMap<String, String>,
    /// ARNs of the attached managed policies.
    pub(crate) attached: BTreeSet<String>,
}

impl Role {
    pub(crate) const BY_NAME: usize = 0;
    pub(crate) const BY_ID: usize = 1;
}

impl Row for Role {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase(), self.id.clone()]
    }
}

/// The tags of an IAM resource. Keys are unique without regard to case, and keep their case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tags(BTreeMap<String, Tag>);

/// One tag, as on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl Tags {
    /// Adds a tag; one whose key differs in case only is replaced, key included.
    pub(crate) fn put(&mut self, tag: Tag) {
        self.0.insert(tag.key.to_lowercase(), tag);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The tags in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.values()
    }
}
