//! Access policies on an access entry: how they look in requests and answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access_rule::AccessRule;
use crate::auth::permission::Permission;
use crate::clock::epoch_seconds;
use crate::state::eks::AccessGrant;

/// Where an access policy holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Scope {
    #[serde(rename = "type")]
    kind: ScopeKind,
    #[serde(default)]
    namespaces: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ScopeKind {
    Cluster,
    Namespace,
}

impl Scope {
    pub(super) fn of(grant: &AccessGrant) -> Self {
        Self {
            kind: match grant.namespaces.is_empty() {
                true => ScopeKind::Cluster,
                false => ScopeKind::Namespace,
            },
            namespaces: grant.namespaces.clone(),
        }
    }

    /// With the keys that tell where the policy is to hold.
    pub(super) fn limits(&self, permission: Permission) -> Permission {
        let scope = match self.kind {
            ScopeKind::Cluster => "cluster",
            ScopeKind::Namespace => "namespace",
        };
        permission
            .with("eks:accessScope", scope)
            .listing("eks:namespaces", &self.namespaces)
    }

    /// The namespaces that it names; none means the whole cluster.
    pub(super) fn into_namespaces(self) -> Result<Vec<String>, AccessRule> {
        match (self.kind, self.namespaces.is_empty()) {
            (ScopeKind::Namespace, true) => Err(AccessRule::NoNamespaces),
            (ScopeKind::Cluster, false) => Err(AccessRule::Namespaces),
            _ => Ok(self.namespaces),
        }
    }
}

/// An access policy in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    policy_arn: String,
    access_scope: Scope,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    associated_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    modified_at: Timestamp,
}

impl View {
    pub(super) fn new(policy_arn: &str, grant: &AccessGrant) -> Self {
        Self {
            policy_arn: policy_arn.to_owned(),
            access_scope: Scope::of(grant),
            associated_at: grant.associated,
            modified_at: grant.modified,
        }
    }
}
