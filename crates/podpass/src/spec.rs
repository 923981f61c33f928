//! What a role, a policy and an association consist of: the same shape whether it is wished for,
//! found in AWS, or about to be created. Comparing wish and finding is comparing two of these.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::arn::{PolicyArn, RoleArn};
use crate::association::Tags;
use crate::document::Document;
use crate::id::PolicyName;

/// The tag that marks a role, policy or association as podpass's own.
pub const OWNERSHIP_TAG: &str = "podpass:managed";

/// The value of podpass's own tags.
pub const OWNERSHIP_VALUE: &str = "true";

/// The tag, with the value of [`OWNERSHIP_VALUE`], of what podpass adopted with tags of others, which it leaves alone.
pub const ADOPTED_TAG: &str = "podpass:adopted";

/// The field manager of podpass's server-side apply.
pub const FIELD_MANAGER: &str = "podpass";

/// The label on service accounts that podpass created, and its value.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "podpass");

/// Whether these tags say that the resource is podpass's own.
pub fn is_owned(tags: &Tags) -> bool {
    tags.get(OWNERSHIP_TAG)
        .is_some_and(|value| value == OWNERSHIP_VALUE)
}

/// A role's own attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleSpec {
    /// Free text; empty and absent are the same.
    pub description: Option<String>,
    /// Seconds that a session may last at most.
    pub max_session_duration: u32,
    /// The policy that bounds what the role's permissions policies can grant.
    pub permissions_boundary: Option<PolicyArn>,
    /// Who may assume the role.
    pub trust_policy: Document,
    /// The role's tags.
    pub tags: Tags,
}

/// A role with its permissions policies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleState {
    /// The role's own attributes.
    pub spec: RoleSpec,
    /// The managed policies attached to it.
    pub attached: BTreeSet<PolicyArn>,
    /// Its inline policies.
    pub inline: BTreeMap<PolicyName, Document>,
}

impl RoleState {
    /// A role without any permissions policy.
    pub fn bare(spec: RoleSpec) -> Self {
        Self {
            spec,
            attached: BTreeSet::new(),
            inline: BTreeMap::new(),
        }
    }
}

/// A customer managed policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicySpec {
    /// Free text that IAM never lets anyone change.
    pub description: Option<String>,
    /// The document in force.
    pub document: Document,
    /// The policy's tags.
    pub tags: Tags,
}

/// What an association says, besides whom it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationSpec {
    /// The role that EKS assumes for the pods.
    pub role_arn: RoleArn,
    /// The role that EKS assumes next.
    pub target_role_arn: Option<RoleArn>,
    /// Whether EKS leaves out the six session tags.
    pub disable_session_tags: bool,
    /// The session policy.
    pub policy: Option<Document>,
}

impl AssociationSpec {
    /// Whether both associations give pods the same rights.
    pub fn same_meaning(&self, other: &Self) -> bool {
        self.role_arn == other.role_arn
            && self.target_role_arn == other.target_role_arn
            && self.disable_session_tags == other.disable_session_tags
            && same_session_policy(self.policy.as_ref(), other.policy.as_ref())
    }
}

pub(crate) fn same_session_policy(one: Option<&Document>, two: Option<&Document>) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => one.same_meaning(two),
        (None, None) => true,
        _ => false,
    }
}
