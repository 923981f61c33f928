use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a group in which nobody is and that has no policies any more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteGroup {
    group_name: String,
}

impl Operation for DeleteGroup {
    const NAME: &'static str = "DeleteGroup";
    const INPUT: &'static [Member] = &[members::GROUP_NAME];
    const ERRORS: &'static [&'static str] = &["DeleteConflict", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_group::<Self>(cx, &self.group_name)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let group = lookup::group(cx, &self.group_name)?;
        if !group.users.is_empty() {
            return Err(IamError::InGroup);
        }
        policies::check_none(&group.permissions)?;
        let key = group.key();
        cx.iam_mut().groups.remove(&key);
        Ok(())
    }
}
