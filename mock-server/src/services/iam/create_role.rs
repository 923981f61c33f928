use std::collections::BTreeSet;

use podpass_policy::DocumentKind;
use serde::{Deserialize, Serialize};

use super::document::Submitted;
use super::view::RoleView;
use super::{Iam, IamError, lookup, members, permission, tag, trust};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::{EntityKind, Permissions, Role, SERVICE_LINKED_PATH, Tag};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Creates a role with its trust policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateRole {
    role_name: String,
    path: Option<String>,
    assume_role_policy_document: Submitted,
    description: Option<String>,
    max_session_duration: Option<u32>,
    max_signin_session_duration: Option<u32>,
    permissions_boundary: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// The new role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role: RoleView,
}

impl Operation for CreateRole {
    const NAME: &'static str = "CreateRole";
    const INPUT: &'static [Member] = &[
        members::PATH,
        members::ROLE_NAME,
        members::TRUST_POLICY,
        members::DESCRIPTION,
        members::MAX_SESSION_DURATION,
        members::MAX_SIGNIN_SESSION_DURATION,
        members::PERMISSIONS_BOUNDARY,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] = &[
        "EntityAlreadyExists",
        "InvalidInput",
        "LimitExceeded",
        "MalformedPolicyDocument",
        "NoSuchEntity",
    ];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let create = permission::on_new::<Self>(cx, "role", self.path.as_deref(), &self.role_name);
        let boundary = self.permissions_boundary.as_deref();
        permission::with_tags(
            create.given(permission::BOUNDARY, boundary),
            "iam:TagRole",
            &self.tags,
        )
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        self.assume_role_policy_document
            .compile(DocumentKind::Trust)
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        if cx.iam().role(&self.role_name).is_some() {
            return Err(IamError::AlreadyExists(EntityKind::Role, self.role_name));
        }
        let limit = cx.quota(Quota::RolesPerAccount);
        if cx.iam().roles.len() >= limit {
            return Err(IamError::QuotaExceeded(Quota::RolesPerAccount, limit));
        }
        if let Some(boundary) = &self.permissions_boundary {
            lookup::check_boundary(cx, boundary)?;
        }
        let path = self.path.unwrap_or_else(|| "/".to_owned());
        if path.starts_with(SERVICE_LINKED_PATH) {
            return Err(IamError::ReservedPath);
        }
        let role = Role {
            trust: trust::bind(cx, self.assume_role_policy_document)?,
            tags: tag::new(self.tags)?,
            id: cx.ids.unique("AROA", cx.scope.account),
            arn: cx.iam_arn("role", &path, &self.role_name),
            created: cx.now_in_seconds(),
            name: self.role_name,
            path,
            description: self.description.filter(|text| !text.is_empty()),
            max_session_duration: self.max_session_duration.unwrap_or(3_600),
            max_signin_session_duration: self.max_signin_session_duration,
            permissions: Permissions {
                boundary: self.permissions_boundary,
                ..Permissions::default()
            },
            instance_profiles: BTreeSet::new(),
        };
        let view = RoleView::created(cx.state, &role);
        let iam = cx.iam_mut();
        if let Some(boundary) = &role.permissions.boundary {
            iam.change_usage(boundary, |usage| {
                _ = usage.bounded.insert((EntityKind::Role, role.name.clone()))
            });
        }
        iam.roles.put(role);
        Ok(Output { role: view })
    }
}
