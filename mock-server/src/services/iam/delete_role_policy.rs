use serde::Deserialize;

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes an inline policy of a role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteRolePolicy {
    role_name: String,
    policy_name: String,
}

impl Operation for DeleteRolePolicy {
    const NAME: &'static str = "DeleteRolePolicy";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::POLICY_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity", "UnmodifiableEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        policies::delete_inline(cx, Entity::role(&self.role_name), self.policy_name)
    }
}
