//! What roles, users and groups have in common: their permissions policies.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Document;

/// The permissions policies of a role, a user or a group, and what bounds them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Permissions {
    /// Inline policies by name.
    pub(crate) inline: BTreeMap<String, Document>,
    /// The attached managed policies, by name and ARN.
    pub(crate) attached: BTreeSet<(String, String)>,
    /// The ARN of the managed policy that is the boundary; groups have none.
    pub(crate) boundary: Option<String>,
}

/// A kind of entity that has permissions, in the order in which AWS lists those who use a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EntityKind {
    Group,
    User,
    Role,
}

impl EntityKind {
    /// As AWS's messages and ARNs have it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::User => "user",
            Self::Role => "role",
        }
    }

    /// The same at the beginning of a sentence.
    pub(crate) const fn capitalized(self) -> &'static str {
        match self {
            Self::Group => "Group",
            Self::User => "User",
            Self::Role => "Role",
        }
    }
}
