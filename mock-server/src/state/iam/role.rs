//! Roles.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Document, Permissions, Tags};
use crate::state::table::{Row, SEPARATOR};

/// A role, with all that lives and dies with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) trust: TrustPolicy,
    pub(crate) description: Option<String>,
    /// In seconds.
    pub(crate) max_session_duration: u32,
    /// Of AWS Sign-In, in seconds.
    pub(crate) max_signin_session_duration: Option<u32>,
    pub(crate) tags: Tags,
    pub(crate) permissions: Permissions,
    /// Keys of the instance profiles that hold it.
    pub(crate) instance_profiles: BTreeSet<String>,
}

impl Role {
    pub(crate) const BY_NAME: usize = 0;
    pub(crate) const BY_ID: usize = 1;

    /// Whether the role belongs to an AWS service, and customers can hardly change it.
    pub(crate) fn is_service_linked(&self) -> bool {
        self.path.starts_with(SERVICE_LINKED_PATH)
    }
}

/// The path that is reserved for service-linked roles.
pub(crate) const SERVICE_LINKED_PATH: &str = "/aws-service-role/";

impl Row for Role {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase(), self.id.clone()]
    }
}

/// A role's trust policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TrustPolicy {
    pub(crate) document: Document,
    /// The users and roles that it names, as it names them.
    pub(crate) principals: Vec<BoundPrincipal>,
    /// Whether it lets EKS Pod Identity in, once an association asked: many associations share a role.
    #[serde(skip)]
    pub(crate) admits_pod_identity: OnceLock<bool>,
}

/// A principal of a trust policy, bound to the entity that had its name when the policy was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BoundPrincipal {
    /// An ARN or a unique id, as the text has it.
    pub(crate) written: String,
    /// The ARN of the entity.
    pub(crate) arn: String,
    /// Its unique id, which is what IAM keeps.
    pub(crate) id: String,
}
