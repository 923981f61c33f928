use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::user_view::{GroupView, UserView};
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a group and lists its users, by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetGroup {
    group_name: String,
    #[serde(flatten)]
    paging: Paging,
}

/// The group, and a page of its users.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    group: GroupView,
    users: Vec<UserView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for GetGroup {
    const NAME: &'static str = "GetGroup";
    const INPUT: &'static [Member] = &[members::GROUP_NAME, members::MARKER, members::MAX_ITEMS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_group::<Self>(cx, &self.group_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let group = lookup::group(cx, &self.group_name)?;
        let users = group.users.iter();
        let users = users.filter_map(|name| Some((name, cx.iam().user(name)?)));
        let (users, more) = self.paging.of(users, UserView::listed)?;
        Ok(Output {
            group: GroupView::of(group),
            users,
            more,
        })
    }
}
