use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes a user out of a group.
///
/// A user who is not in the group is an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RemoveUserFromGroup {
    group_name: String,
    user_name: String,
}

impl Operation for RemoveUserFromGroup {
    const NAME: &'static str = "RemoveUserFromGroup";
    const INPUT: &'static [Member] = &[members::GROUP_NAME, members::EXISTING_USER_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_group::<Self>(cx, &self.group_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let id = lookup::group(cx, &self.group_name)?.id.clone();
        let removed = lookup::change_user(cx, &self.user_name, |user| {
            user.groups.remove(&id).then(|| user.name.to_lowercase())
        })?;
        let Some(name) = removed else {
            return Err(IamError::NotInGroup {
                user: self.user_name,
                group: self.group_name,
            });
        };
        cx.iam_mut()
            .change_group(&id, |group| _ = group.users.remove(&name));
        Ok(())
    }
}
