use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::user_view::GroupView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the groups that a user is in, by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListGroupsForUser {
    user_name: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of groups.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    groups: Vec<GroupView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListGroupsForUser {
    const NAME: &'static str = "ListGroupsForUser";
    const INPUT: &'static [Member] = &[
        members::EXISTING_USER_NAME,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user::<Self>(cx, &self.user_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let user = lookup::user(cx, &self.user_name)?;
        let groups = cx.iam().groups_of(user).into_iter();
        let groups = groups.map(|group| (group.name.to_lowercase(), group));
        let (groups, more) = self.paging.of(groups, GroupView::of)?;
        Ok(Output { groups, more })
    }
}
