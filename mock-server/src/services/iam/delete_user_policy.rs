use serde::Deserialize;

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes an inline policy of a user.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUserPolicy {
    user_name: String,
    policy_name: String,
}

impl Operation for DeleteUserPolicy {
    const NAME: &'static str = "DeleteUserPolicy";
    const INPUT: &'static [Member] = &[members::EXISTING_USER_NAME, members::POLICY_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_user::<Self>(cx, &self.user_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        policies::delete_inline(cx, Entity::user(&self.user_name), self.policy_name)
    }
}
