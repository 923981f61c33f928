//! The manifest: which service accounts may assume which roles.
//!
//! `source` is the text's own shape (and the JSON Schema's), `validate` turns it into the checked types
//! of this file and collects everything that is wrong, `problem` says it with line and column.

mod document;
mod located;
mod problem;
mod source;
mod validate;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use located::Position;
pub use problem::{ManifestError, Problem};

use crate::arn::{PolicyArn, RoleArn};
use crate::association::Tags;
use crate::document::Document;
use crate::id::{
    AccountId, ClusterName, IamPath, Namespace, PolicyName, Region, RoleName, ServiceAccountName,
};

/// The largest manifest that is read, in bytes: room for every association of some thirty full clusters.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A checked manifest.
///
/// ```
/// use podpass::Manifest;
///
/// let error = Manifest::parse("clusters:\n  - clustername: my-cluster\n").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "2:5: unknown key `clustername` (help: did you mean `clusterName`?)"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The clusters, in the order of the text.
    pub clusters: Vec<ClusterEntry>,
}

/// A cluster and its associations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterEntry {
    /// Where it stands.
    pub at: Option<Position>,
    /// The cluster's name.
    pub name: ClusterName,
    /// Its region, if the manifest tells it.
    pub region: Option<Region>,
    /// Its account, if the manifest tells it.
    pub account: Option<AccountId>,
    /// Its associations, in the order of the text.
    pub associations: Vec<AssociationEntry>,
}

/// A service account and the role that its pods assume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssociationEntry {
    /// Where it stands.
    pub at: Option<Position>,
    /// The namespace.
    pub namespace: Namespace,
    /// The service account.
    pub service_account: ServiceAccountName,
    /// Whether to create the service account when it is not there.
    pub create_service_account: bool,
    /// The role.
    pub role: RoleEntry,
    /// The role that EKS assumes next.
    pub target_role_arn: Option<RoleArn>,
    /// Whether EKS leaves out the six session tags.
    pub disable_session_tags: bool,
    /// The session policy.
    pub policy: Option<Document>,
    /// Tags, without podpass's own.
    pub tags: Tags,
}

/// A role, given or described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleEntry {
    /// It exists; podpass only checks it.
    Given(RoleArn),
    /// podpass owns it.
    Described(Box<RoleEntryDescription>),
}

/// A role that podpass owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleEntryDescription {
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
    /// Tags, without podpass's own.
    pub tags: Tags,
    /// Managed policies that exist already.
    pub managed_policy_arns: BTreeSet<PolicyArn>,
    /// Customer managed policies that podpass owns.
    pub policies: Vec<PolicyEntry>,
    /// Inline policies.
    pub inline_policies: BTreeMap<PolicyName, Document>,
    /// How far the trust policy is narrowed.
    pub trust: Narrowing,
}

/// A customer managed policy that podpass owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEntry {
    /// The name.
    pub name: PolicyName,
    /// The path.
    pub path: IamPath,
    /// Free text.
    pub description: Option<String>,
    /// The document.
    pub document: Document,
    /// Tags, without podpass's own.
    pub tags: Tags,
}

/// How far a trust policy is narrowed to the associations that use the role.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "trust")]
pub enum Narrowing {
    /// Any association of the account may use the role, as on AWS's page.
    #[default]
    None,
    /// Only associations of these clusters.
    Cluster,
    /// Only these namespaces of these clusters. Needs session tags.
    Namespace,
    /// Only these service accounts. Needs session tags.
    ServiceAccount,
}

impl Manifest {
    /// Reads a manifest in YAML or JSON (which is YAML), of at most 64 MiB.
    ///
    /// # Errors
    /// [`ManifestError`]: broken syntax, or else everything in it that EKS, IAM or Kubernetes would refuse,
    /// each with line and column.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        if text.len() > MAX_BYTES {
            let message = format!("the manifest is larger than {} MiB", MAX_BYTES >> 20);
            return Err(ManifestError::new(vec![Problem::new(None, message)]));
        }
        let options = serde_saphyr::options! {
            budget: serde_saphyr::budget! {
                max_events: 16_000_000,
                max_nodes: 8_000_000,
            },
            with_snippet: false,
        };
        let source: source::ManifestSource =
            serde_saphyr::from_str_with_options(text, options).map_err(ManifestError::from)?;
        validate::manifest(source)
    }

    /// The JSON Schema of manifests, with every key documented.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(source::ManifestSource).to_value()
    }
}
