use serde::Deserialize;

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Sets the managed policy that bounds what a user may do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutUserPermissionsBoundary {
    user_name: String,
    permissions_boundary: String,
}

impl Operation for PutUserPermissionsBoundary {
    const NAME: &'static str = "PutUserPermissionsBoundary";
    const INPUT: &'static [Member] =
        &[members::USER_NAME, members::PERMISSIONS_BOUNDARY.required()];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity", "PolicyNotAttachable"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_user::<Self>(cx, &self.user_name)
                .with(permission::BOUNDARY, self.permissions_boundary.as_str()),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let user = Entity::user(&self.user_name);
        policies::put_boundary(cx, user, self.permissions_boundary)
    }
}
