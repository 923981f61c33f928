use serde::Deserialize;

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes a user's permissions boundary away.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUserPermissionsBoundary {
    user_name: String,
}

impl Operation for DeleteUserPermissionsBoundary {
    const NAME: &'static str = "DeleteUserPermissionsBoundary";
    const INPUT: &'static [Member] = &[members::USER_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_user::<Self>(cx, &self.user_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        policies::delete_boundary(cx, Entity::user(&self.user_name))
    }
}
