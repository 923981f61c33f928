//! IAM roles and managed policies, as IAM describes and creates them.

use serde::{Deserialize, Serialize};

use crate::arn::{PolicyArn, RoleArn};
use crate::association::Tags;
use crate::id::{IamPath, PolicyName, PolicyVersionId, RoleName};

/// The `MaxSessionDuration` of a role that was created without one, in seconds.
pub const DEFAULT_MAX_SESSION_DURATION: u32 = 3600;

/// A role as `GetRole` describes it; its policies are read apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// The role's ARN, which also holds its path and name.
    pub arn: RoleArn,
    /// Free text, at most 1,000 characters; empty and absent are the same.
    pub description: Option<String>,
    /// Seconds that a session may last at most: 3,600 to 43,200.
    pub max_session_duration: u32,
    /// The policy that bounds what the role's permissions policies can grant.
    pub permissions_boundary: Option<PolicyArn>,
    /// The trust policy: decoded JSON text, byte for byte as IAM stores it.
    pub trust_policy: String,
    /// The role's tags.
    pub tags: Tags,
}

/// What `CreateRole` is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRole {
    /// The name.
    pub name: RoleName,
    /// The path.
    pub path: IamPath,
    /// Free text.
    pub description: Option<String>,
    /// Seconds that a session may last at most.
    pub max_session_duration: u32,
    /// The policy that bounds what the role's permissions policies can grant.
    pub permissions_boundary: Option<PolicyArn>,
    /// The trust policy, as JSON text.
    pub trust_policy: String,
    /// Tags, at most 50.
    pub tags: Tags,
}

/// What `UpdateRole` is asked for. `None` leaves a member as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleUpdate {
    /// The new description; the empty text removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Seconds that a session may last at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_session_duration: Option<u32>,
}

/// A managed policy as `GetPolicy` describes it; its document is read apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedPolicy {
    /// The policy's ARN, which also holds its path and name.
    pub arn: PolicyArn,
    /// The version that is in force.
    pub default_version: PolicyVersionId,
    /// Free text that can never be changed.
    pub description: Option<String>,
    /// How many users, groups and roles it is attached to.
    pub attachment_count: u32,
    /// How many users and roles it is the permissions boundary of.
    pub boundary_count: u32,
    /// The policy's tags.
    pub tags: Tags,
}

/// What `CreatePolicy` is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPolicy {
    /// The name.
    pub name: PolicyName,
    /// The path.
    pub path: IamPath,
    /// Free text that can never be changed.
    pub description: Option<String>,
    /// The document, as JSON text.
    pub document: String,
    /// Tags, at most 50.
    pub tags: Tags,
}

/// One version of a managed policy, as `ListPolicyVersions` gives it: without its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyVersion {
    /// The version's id.
    pub id: PolicyVersionId,
    /// Whether this is the version in force.
    pub is_default: bool,
}
