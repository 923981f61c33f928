use serde::Deserialize;

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Sets the managed policy that bounds what a role may do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutRolePermissionsBoundary {
    role_name: String,
    permissions_boundary: String,
}

impl Operation for PutRolePermissionsBoundary {
    const NAME: &'static str = "PutRolePermissionsBoundary";
    const INPUT: &'static [Member] =
        &[members::ROLE_NAME, members::PERMISSIONS_BOUNDARY.required()];
    const ERRORS: &'static [&'static str] =
        &["NoSuchEntity", "PolicyNotAttachable", "UnmodifiableEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_role::<Self>(cx, &self.role_name)
                .with(permission::BOUNDARY, self.permissions_boundary.as_str()),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let role = Entity::role(&self.role_name);
        policies::put_boundary(cx, role, self.permissions_boundary)
    }
}
