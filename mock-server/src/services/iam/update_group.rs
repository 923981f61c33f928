use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{EntityKind, Group};
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Gives a group another name or path, and with them another ARN; id, users and permissions stay.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateGroup {
    group_name: String,
    new_path: Option<String>,
    new_group_name: Option<String>,
}

impl Operation for UpdateGroup {
    const NAME: &'static str = "UpdateGroup";
    const INPUT: &'static [Member] = &[
        members::GROUP_NAME,
        members::NEW_PATH,
        members::NEW_GROUP_NAME,
    ];
    const ERRORS: &'static [&'static str] = &["EntityAlreadyExists", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let update = permission::on_group::<Self>(cx, &self.group_name);
        let group = cx.iam().group(&self.group_name);
        let path = self.new_path.as_deref();
        let path = path.or(group.map(|group| group.path.as_str()));
        let name = self.new_group_name.as_deref();
        let name = name.or(group.map(|group| group.name.as_str()));
        let to = (
            "group",
            path.unwrap_or("/"),
            name.unwrap_or(&self.group_name),
        );
        permission::with_new_arn::<Self>(cx, update, to)
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let group = lookup::group(cx, &self.group_name)?;
        let name = self.new_group_name.unwrap_or_else(|| group.name.clone());
        let path = self.new_path.unwrap_or_else(|| group.path.clone());
        let is_other = |other: &Group| other.id != group.id;
        if cx.iam().group(&name).is_some_and(is_other) {
            return Err(IamError::AlreadyExists(EntityKind::Group, name));
        }
        let (key, arn) = (group.key(), cx.iam_arn("group", &path, &name));
        let Some(mut group) = cx.iam_mut().groups.remove(&key) else {
            return Err(IamError::NotFound(EntityKind::Group, self.group_name));
        };
        let former = (EntityKind::Group, std::mem::replace(&mut group.name, name));
        policies::rename(cx, &former, &group.name, &group.permissions);
        (group.path, group.arn) = (path, arn);
        cx.iam_mut().groups.put(group);
        Ok(())
    }
}
