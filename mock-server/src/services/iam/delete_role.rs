use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::EntityKind;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a role that has no policies and is in no instance profile any more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteRole {
    role_name: String,
}

impl Operation for DeleteRole {
    const NAME: &'static str = "DeleteRole";
    const INPUT: &'static [Member] = &[members::ROLE_NAME];
    const ERRORS: &'static [&'static str] =
        &["DeleteConflict", "NoSuchEntity", "UnmodifiableEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let role = lookup::own_role(cx, &self.role_name)?;
        if !role.instance_profiles.is_empty() {
            return Err(IamError::InInstanceProfile);
        }
        policies::check_none(&role.permissions)?;
        let key = role.key();
        if let Some(role) = cx.iam_mut().roles.remove(&key) {
            policies::forget(cx, &(EntityKind::Role, role.name), &role.permissions);
        }
        Ok(())
    }
}
