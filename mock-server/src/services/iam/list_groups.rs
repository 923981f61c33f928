use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::user_view::GroupView;
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the groups of the account, by path and name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListGroups {
    path_prefix: Option<String>,
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

impl Operation for ListGroups {
    const NAME: &'static str = "ListGroups";
    const INPUT: &'static [Member] = &[members::PATH_PREFIX, members::MARKER, members::MAX_ITEMS];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_path::<Self>(
            cx,
            "group",
            self.path_prefix.as_deref(),
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let prefix = self.path_prefix.as_deref().unwrap_or_default();
        let groups = &cx.iam().groups;
        let (groups, more) = self.paging.of_table(groups, prefix, GroupView::of)?;
        Ok(Output { groups, more })
    }
}
