use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Puts a user into a group; once is enough.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AddUserToGroup {
    group_name: String,
    user_name: String,
}

impl Operation for AddUserToGroup {
    const NAME: &'static str = "AddUserToGroup";
    const INPUT: &'static [Member] = &[members::GROUP_NAME, members::EXISTING_USER_NAME];
    const ERRORS: &'static [&'static str] = &["LimitExceeded", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_group::<Self>(cx, &self.group_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let (group, user) = (
            lookup::group(cx, &self.group_name)?,
            lookup::user(cx, &self.user_name)?,
        );
        let limit = cx.quota(Quota::GroupsPerUser);
        if user.groups.len() >= limit && !user.groups.contains(&group.id) {
            return Err(IamError::QuotaExceeded(Quota::GroupsPerUser, limit));
        }
        let (id, name) = (group.id.clone(), user.name.to_lowercase());
        lookup::change_user(cx, &self.user_name, |user| {
            _ = user.groups.insert(id.clone())
        })?;
        cx.iam_mut()
            .change_group(&id, |group| _ = group.users.insert(name));
        Ok(())
    }
}
