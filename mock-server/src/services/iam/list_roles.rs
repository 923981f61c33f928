use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::view::RoleView;
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::Role;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the roles of the account, by path and name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListRoles {
    path_prefix: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of roles.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    roles: Vec<RoleView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListRoles {
    const NAME: &'static str = "ListRoles";
    const INPUT: &'static [Member] = &[members::PATH_PREFIX, members::MARKER, members::MAX_ITEMS];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_path::<Self>(
            cx,
            "role",
            self.path_prefix.as_deref(),
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let prefix = self.path_prefix.as_deref().unwrap_or_default();
        let listed = |role: &Role| RoleView::listed(cx.state, role);
        let (roles, more) = self.paging.of_table(&cx.iam().roles, prefix, listed)?;
        Ok(Output { roles, more })
    }
}
