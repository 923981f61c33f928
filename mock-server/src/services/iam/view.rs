//! How entities look in answers: which operation shows which member.

use jiff::Timestamp;
use serde::Serialize;

use super::{document, trust};
use crate::state::State;
use crate::state::iam::{InstanceProfile, Permissions, Policy, Role, Tag, Tags, Usage};
use crate::store::Context;

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
    max_signin_session_duration: Option<u32>,
    permissions_boundary: Option<BoundaryView>,
    tags: Option<Vec<Tag>>,
    role_last_used: Option<RoleLastUsed>,
}

/// The permissions boundary of a role or user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BoundaryView {
    permissions_boundary_type: &'static str,
    permissions_boundary_arn: String,
}

/// Empty while a role was never used.
#[derive(Debug, Serialize)]
pub(super) struct RoleLastUsed {}

impl BoundaryView {
    /// The boundary, if there is one.
    pub(super) fn of(permissions: &Permissions) -> Option<Self> {
        permissions.boundary.clone().map(|arn| Self {
            // The model says PermissionsBoundaryPolicy; AWS answers this.
            permissions_boundary_type: "Policy",
            permissions_boundary_arn: arn,
        })
    }
}

impl RoleView {
    /// As CreateRole answers: without session duration and last use.
    pub(super) fn created(state: &State, role: &Role) -> Self {
        Self {
            max_session_duration: None,
            max_signin_session_duration: None,
            role_last_used: None,
            ..Self::described(state, role)
        }
    }

    /// As ListRoles answers: without boundary, tags and last use.
    pub(super) fn listed(state: &State, role: &Role) -> Self {
        Self {
            permissions_boundary: None,
            tags: None,
            role_last_used: None,
            ..Self::described(state, role)
        }
    }

    /// As instance profiles answer: who it is, and no more.
    pub(super) fn held(state: &State, role: &Role) -> Self {
        Self {
            description: None,
            max_session_duration: None,
            max_signin_session_duration: None,
            ..Self::listed(state, role)
        }
    }

    /// As GetRole answers: everything.
    pub(super) fn described(state: &State, role: &Role) -> Self {
        Self {
            path: role.path.clone(),
            role_name: role.name.clone(),
            role_id: role.id.clone(),
            arn: role.arn.clone(),
            create_date: role.created,
            assume_role_policy_document: document::encoded(&trust::current_text(state, role)),
            description: role.description.clone(),
            max_session_duration: Some(role.max_session_duration),
            max_signin_session_duration: role.max_signin_session_duration,
            permissions_boundary: BoundaryView::of(&role.permissions),
            tags: if_any(&role.tags),
            role_last_used: Some(RoleLastUsed {}),
        }
    }
}

/// A managed policy in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyView {
    policy_name: String,
    policy_id: String,
    arn: String,
    path: String,
    default_version_id: String,
    attachment_count: usize,
    permissions_boundary_usage_count: usize,
    is_attachable: bool,
    description: Option<String>,
    create_date: Timestamp,
    update_date: Timestamp,
    tags: Option<Vec<Tag>>,
}

impl PolicyView {
    /// As CreatePolicy answers: without the description, and with tags only if there are any.
    pub(super) fn created(policy: &Policy) -> Self {
        Self {
            tags: if_any(&policy.tags),
            ..Self::listed(policy, &Usage::none(policy.arn.clone()))
        }
    }

    /// As ListPolicies answers: without description and tags.
    pub(super) fn listed(policy: &Policy, usage: &Usage) -> Self {
        Self {
            policy_name: policy.name.clone(),
            policy_id: policy.id.clone(),
            arn: policy.arn.clone(),
            path: policy.path.clone(),
            default_version_id: format!("v{}", policy.default_version),
            attachment_count: usage.attached.len(),
            permissions_boundary_usage_count: usage.bounded.len(),
            is_attachable: true,
            description: None,
            create_date: policy.created,
            update_date: policy.updated,
            tags: None,
        }
    }

    /// As GetPolicy answers: everything, tags always.
    pub(super) fn described(policy: &Policy, usage: &Usage) -> Self {
        Self {
            description: policy.description.clone(),
            tags: Some(policy.tags.to_vec()),
            ..Self::listed(policy, usage)
        }
    }
}

/// A version of a managed policy in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VersionView {
    document: Option<String>,
    version_id: String,
    is_default_version: bool,
    create_date: Option<Timestamp>,
}

impl VersionView {
    /// As CreatePolicyVersion and ListPolicyVersions answer: without the document.
    pub(super) fn listed(policy: &Policy, number: u32) -> Self {
        Self {
            document: None,
            version_id: format!("v{number}"),
            is_default_version: number == policy.default_version,
            create_date: policy.versions.get(&number).map(|version| version.created),
        }
    }

    /// As GetPolicyVersion answers.
    pub(super) fn described(policy: &Policy, number: u32) -> Self {
        Self {
            document: policy
                .versions
                .get(&number)
                .map(|version| document::encoded(&version.document.text)),
            ..Self::listed(policy, number)
        }
    }
}

/// An instance profile in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InstanceProfileView {
    path: String,
    instance_profile_name: String,
    instance_profile_id: String,
    arn: String,
    create_date: Timestamp,
    roles: Vec<RoleView>,
    tags: Option<Vec<Tag>>,
}

impl InstanceProfileView {
    /// As CreateInstanceProfile and GetInstanceProfile answer.
    pub(super) fn described(cx: &Context, profile: &InstanceProfile) -> Self {
        let role = profile.role.as_ref().and_then(|name| cx.iam().role(name));
        Self {
            path: profile.path.clone(),
            instance_profile_name: profile.name.clone(),
            instance_profile_id: profile.id.clone(),
            arn: profile.arn.clone(),
            create_date: profile.created,
            roles: role
                .map(|role| RoleView::held(cx.state, role))
                .into_iter()
                .collect(),
            tags: if_any(&profile.tags),
        }
    }

    /// As the lists answer: without tags.
    pub(super) fn listed(cx: &Context, profile: &InstanceProfile) -> Self {
        Self {
            tags: None,
            ..Self::described(cx, profile)
        }
    }
}

/// A managed policy that is attached to a role, user or group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttachedPolicy {
    policy_name: String,
    policy_arn: String,
}

impl AttachedPolicy {
    pub(super) fn new((name, arn): &(String, String)) -> Self {
        Self {
            policy_name: name.clone(),
            policy_arn: arn.clone(),
        }
    }
}

/// The attached managed policies, by name.
pub(super) fn attached(permissions: &Permissions) -> impl Iterator<Item = AttachedPolicy> {
    permissions.attached.iter().map(AttachedPolicy::new)
}

pub(super) fn if_any(tags: &Tags) -> Option<Vec<Tag>> {
    (tags.len() > 0).then(|| tags.to_vec())
}
