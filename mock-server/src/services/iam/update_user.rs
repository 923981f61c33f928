use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{EntityKind, User};
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Gives a user another name or path, and with them another ARN; id, keys and permissions stay.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateUser {
    user_name: String,
    new_path: Option<String>,
    new_user_name: Option<String>,
}

impl Operation for UpdateUser {
    const NAME: &'static str = "UpdateUser";
    const INPUT: &'static [Member] = &[
        members::EXISTING_USER_NAME,
        members::NEW_PATH,
        members::NEW_USER_NAME,
    ];
    const ERRORS: &'static [&'static str] = &["EntityAlreadyExists", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let update = permission::on_user::<Self>(cx, &self.user_name);
        let user = cx.iam().user(&self.user_name);
        let path = self.new_path.as_deref();
        let path = path.or(user.map(|user| user.path.as_str()));
        let name = self.new_user_name.as_deref();
        let name = name.or(user.map(|user| user.name.as_str()));
        let to = ("user", path.unwrap_or("/"), name.unwrap_or(&self.user_name));
        permission::with_new_arn::<Self>(cx, update, to)
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let user = lookup::user(cx, &self.user_name)?;
        let name = self.new_user_name.unwrap_or_else(|| user.name.clone());
        let path = self.new_path.unwrap_or_else(|| user.path.clone());
        let is_other = |other: &User| other.id != user.id;
        if cx.iam().user(&name).is_some_and(is_other) {
            return Err(IamError::AlreadyExists(EntityKind::User, name));
        }
        let (key, arn) = (user.key(), cx.iam_arn("user", &path, &name));
        let iam = cx.iam_mut();
        let Some(mut user) = iam.users.remove(&key) else {
            return Err(IamError::NotFound(EntityKind::User, self.user_name));
        };
        let (from, to) = (user.name.to_lowercase(), name.to_lowercase());
        for id in &user.groups {
            iam.change_group(id, |group| {
                group.users.remove(&from);
                group.users.insert(to.clone());
            });
        }
        let former = (EntityKind::User, std::mem::replace(&mut user.name, name));
        policies::rename(cx, &former, &user.name, &user.permissions);
        (user.path, user.arn) = (path, arn);
        cx.iam_mut().users.put(user);
        Ok(())
    }
}
