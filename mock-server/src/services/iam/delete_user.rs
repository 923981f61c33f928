use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::EntityKind;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a user who has no access keys and policies and is in no group any more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUser {
    user_name: String,
}

impl Operation for DeleteUser {
    const NAME: &'static str = "DeleteUser";
    const INPUT: &'static [Member] = &[members::EXISTING_USER_NAME];
    const ERRORS: &'static [&'static str] = &["DeleteConflict", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user::<Self>(cx, &self.user_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let user = lookup::user(cx, &self.user_name)?;
        if !user.groups.is_empty() {
            return Err(IamError::InGroup);
        }
        if !cx.iam().keys_of(user).is_empty() {
            return Err(IamError::HasAccessKeys);
        }
        policies::check_none(&user.permissions)?;
        let key = user.key();
        if let Some(user) = cx.iam_mut().users.remove(&key) {
            policies::forget(cx, &(EntityKind::User, user.name), &user.permissions);
        }
        Ok(())
    }
}
