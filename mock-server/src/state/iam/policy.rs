//! Managed policies, and who uses them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Document, EntityKind, Tags};
use crate::state::table::{Row, SEPARATOR};

/// A managed policy with its versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) default_version: u32,
    /// The number of the newest version there ever was: numbers are not used again.
    pub(crate) last_version: u32,
    pub(crate) versions: BTreeMap<u32, PolicyVersion>,
}

/// One version of a managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PolicyVersion {
    pub(crate) document: Document,
    pub(crate) created: Timestamp,
}

impl Policy {
    pub(crate) const BY_NAME: usize = 0;
    pub(crate) const BY_ARN: usize = 1;

    /// The document of the version in force.
    pub(crate) fn document(&self) -> Option<&Document> {
        let version = self.versions.get(&self.default_version)?;
        Some(&version.document)
    }

    /// Whether AWS owns the policy, and no customer can change it.
    pub(crate) fn is_aws_managed(&self) -> bool {
        self.arn.contains("::aws:")
    }
}

impl Row for Policy {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase(), self.arn.clone()]
    }
}

/// An entity that uses a policy, by its name.
pub(crate) type UsedBy = (EntityKind, String);

/// Who uses a managed policy.
#[derive(Debug, Clone)]
pub(crate) struct Usage {
    policy_arn: String,
    /// Those that it is attached to.
    pub(crate) attached: BTreeSet<UsedBy>,
    /// Those whose permissions boundary it is.
    pub(crate) bounded: BTreeSet<UsedBy>,
}

impl Usage {
    /// Nobody uses the policy.
    pub(crate) const fn none(policy_arn: String) -> Self {
        Self {
            policy_arn,
            attached: BTreeSet::new(),
            bounded: BTreeSet::new(),
        }
    }
}

impl Row for Usage {
    type Indices = [String; 0];

    fn key(&self) -> String {
        self.policy_arn.clone()
    }

    fn indices(&self) -> Self::Indices {
        []
    }
}
