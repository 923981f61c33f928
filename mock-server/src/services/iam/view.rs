//! How entities look in answers: which operation shows which member.

use jiff::Timestamp;
use serde::Serialize;

use super::document;
use crate::state::iam::{Role, Tag, Tags};

/// A role in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RoleView {
    path: String,
    role_name: String,
    role_id: String,
    arn: String,
    create_date: Timestamp,
    assume_role_policy_document: String,
    description: Option<String>,
    max_session_duration: Option<u32>,
    permissions_boundary: Option<BoundaryView>,
    tags: Option<Vec<Tag>>,
    role_last_used: Option<RoleLastUsed>,
}

/// The permissions boundary of a role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BoundaryView {
    permissions_boundary_type: &'static str,
    permissions_boundary_arn: String,
}

/// Empty while a role was never used.
#[derive(Debug, Serialize)]
struct RoleLastUsed {}

impl RoleView {
    /// As CreateRole answers: without session duration and last use.
    pub(super) fn created(role: &Role) -> Self {
        Self {
            max_session_duration: None,
            role_last_used: None,
            ..Self::described(role)
        }
    }

    /// As GetRole answers: everything.
    pub(super) fn described(role: &Role) -> Self {
        Self {
            path: role.path.clone(),
            role_name: role.name.clone(),
            role_id: role.id.clone(),
            arn: role.arn.clone(),
            create_date: role.created,
            assume_role_policy_document: document::encoded(&role.trust_policy),
            description: role.description.clone(),
            max_session_duration: Some(role.max_session_duration),
            permissions_boundary: role.permissions_boundary.clone().map(|arn| BoundaryView {
                permissions_boundary_type: "Policy",
                permissions_boundary_arn: arn,
            }),
            tags: if_any(&role.tags),
            role_last_used: Some(RoleLastUsed {}),
        }
    }
}

fn if_any(tags: &Tags) -> Option<Vec<Tag>> {
    (tags.len() > 0).then(|| tags.iter().cloned().collect())
}
