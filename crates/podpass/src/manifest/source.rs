//! The manifest as it is written. The published JSON Schema is made from these types and their
//! comments, so a comment here is what a user reads on a key.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Narrowing;
use super::document::DocumentSource;
use super::located::Located;

/// Which service accounts of which EKS clusters may assume which IAM roles.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "podpass manifest")]
pub(super) struct ManifestSource {
    /// The clusters, any number.
    pub(super) clusters: Vec<Located<ClusterSource>>,
}

/// A cluster and its associations.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "cluster")]
pub(super) struct ClusterSource {
    /// The name of the EKS cluster.
    #[schemars(
        length(min = 1, max = 100),
        regex(pattern = "^[0-9A-Za-z][A-Za-z0-9_-]*$")
    )]
    pub(super) cluster_name: Located<String>,
    /// The region of the cluster; by default that of the AWS profile or environment.
    pub(super) region: Option<Located<String>>,
    /// The account of the cluster, 12 digits; by default that of the credentials.
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    pub(super) account: Option<Located<String>>,
    /// Associations of service accounts with roles: at most one for each service account. One that is taken out
    /// again is not deleted: `podpass destroy` with the old manifest, or one that names only it, does that.
    #[serde(default)]
    pub(super) associations: Vec<Located<AssociationSource>>,
}

/// A service account and the role that its pods assume. Exactly one of `role` and `roleArn` is needed.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "association")]
pub(super) struct AssociationSource {
    /// The namespace of the service account, exactly: EKS knows no wildcards.
    #[schemars(
        length(min = 1, max = 63),
        regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    )]
    pub(super) namespace: Located<String>,
    /// The name of the service account.
    #[schemars(length(min = 1, max = 253))]
    pub(super) service_account: Located<String>,
    /// Create the service account if it is not there. The namespace must exist.
    #[serde(default)]
    pub(super) create_service_account: bool,
    /// A role that exists already. podpass checks it and never changes it.
    pub(super) role_arn: Option<Located<String>>,
    /// A role that podpass creates and keeps as described here. Several associations may share a role
    /// by describing it in the same way.
    pub(super) role: Option<Located<RoleSource>>,
    /// A role, possibly of another account, that EKS assumes next, with the first role's session.
    pub(super) target_role_arn: Option<Located<String>>,
    /// Leave out the six session tags that EKS sends otherwise (cluster, namespace, service account, pod).
    #[serde(default)]
    pub(super) disable_session_tags: bool,
    /// A session policy that narrows the credentials, as an object or as JSON text of at most 2,048
    /// characters. Needs `disableSessionTags: true`.
    pub(super) policy: Option<Located<DocumentSource>>,
    /// Tags of the association, at most 50 with podpass's own.
    #[serde(default)]
    pub(super) tags: Option<Located<BTreeMap<String, String>>>,
}

/// An IAM role that podpass owns.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "role")]
pub(super) struct RoleSource {
    /// The role's name, unique in the account whatever the case.
    #[schemars(length(min = 1, max = 64), regex(pattern = r"^[\w+=,.@-]+$"))]
    pub(super) name: Located<String>,
    /// The role's path, `/` by default. It cannot be changed later.
    pub(super) path: Option<Located<String>>,
    /// What the role is for, at most 1,000 characters.
    #[schemars(length(max = 1000))]
    pub(super) description: Option<Located<String>>,
    /// How long a session may last at most, in seconds; 3,600 by default.
    #[schemars(range(min = 3600, max = 43200))]
    pub(super) max_session_duration: Option<Located<u32>>,
    /// The ARN of the policy that bounds what the role's policies can grant.
    pub(super) permissions_boundary: Option<Located<String>>,
    /// Tags of the role, at most 50 with podpass's own.
    #[serde(default)]
    pub(super) tags: Option<Located<BTreeMap<String, String>>>,
    /// Managed policies that exist already, by ARN, AWS's own included.
    #[serde(default)]
    pub(super) managed_policy_arns: Vec<Located<String>>,
    /// Customer managed policies that podpass creates, keeps as described here, and attaches.
    #[serde(default)]
    pub(super) policies: Vec<Located<PolicySource>>,
    /// Policies that live inside the role.
    #[serde(default)]
    pub(super) inline_policies: Vec<Located<InlinePolicySource>>,
    /// How far the trust policy is narrowed to the associations of this manifest that use the role.
    #[serde(default)]
    pub(super) trust: Option<Located<Narrowing>>,
}

/// A customer managed policy that podpass owns.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "policy")]
pub(super) struct PolicySource {
    /// The policy's name, unique in the account.
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[\w+=,.@-]+$"))]
    pub(super) name: Located<String>,
    /// The policy's path, `/` by default. It cannot be changed later.
    pub(super) path: Option<Located<String>>,
    /// What the policy is for, at most 1,000 characters. It cannot be changed later.
    #[schemars(length(max = 1000))]
    pub(super) description: Option<Located<String>>,
    /// The policy document, as an object or as JSON text.
    pub(super) document: Located<DocumentSource>,
    /// Tags of the policy, at most 50 with podpass's own.
    #[serde(default)]
    pub(super) tags: Option<Located<BTreeMap<String, String>>>,
}

/// A policy inside a role.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "inlinePolicy")]
pub(super) struct InlinePolicySource {
    /// The policy's name, unique in the role.
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[\w+=,.@-]+$"))]
    pub(super) name: Located<String>,
    /// The policy document, as an object or as JSON text.
    pub(super) document: Located<DocumentSource>,
}
