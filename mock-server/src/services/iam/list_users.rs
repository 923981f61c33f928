use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::user_view::UserView;
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the users of the account, by path and name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListUsers {
    path_prefix: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of users.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    users: Vec<UserView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListUsers {
    const NAME: &'static str = "ListUsers";
    const INPUT: &'static [Member] = &[members::PATH_PREFIX, members::MARKER, members::MAX_ITEMS];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_path::<Self>(
            cx,
            "user",
            self.path_prefix.as_deref(),
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let prefix = self.path_prefix.as_deref().unwrap_or_default();
        let users = &cx.iam().users;
        let (users, more) = self.paging.of_table(users, prefix, UserView::listed)?;
        Ok(Output { users, more })
    }
}
