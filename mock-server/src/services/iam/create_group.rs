use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::user_view::GroupView;
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::{EntityKind, Group, Permissions};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Creates a group, in which nobody is yet.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateGroup {
    group_name: String,
    path: Option<String>,
}

/// The new group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    group: GroupView,
}

impl Operation for CreateGroup {
    const NAME: &'static str = "CreateGroup";
    const INPUT: &'static [Member] = &[members::PATH, members::GROUP_NAME];
    const ERRORS: &'static [&'static str] = &["EntityAlreadyExists", "LimitExceeded"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let path = self.path.as_deref();
        vec![permission::on_new::<Self>(
            cx,
            "group",
            path,
            &self.group_name,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        if cx.iam().group(&self.group_name).is_some() {
            return Err(IamError::AlreadyExists(EntityKind::Group, self.group_name));
        }
        let limit = cx.quota(Quota::GroupsPerAccount);
        if cx.iam().groups.len() >= limit {
            return Err(IamError::QuotaExceeded(Quota::GroupsPerAccount, limit));
        }
        let path = self.path.unwrap_or_else(|| "/".to_owned());
        let group = Group {
            id: cx.ids.unique("AGPA", cx.scope.account),
            arn: cx.iam_arn("group", &path, &self.group_name),
            created: cx.now_in_seconds(),
            name: self.group_name,
            path,
            permissions: Permissions::default(),
            users: BTreeSet::new(),
        };
        let view = GroupView::of(&group);
        cx.iam_mut().groups.put(group);
        Ok(Output { group: view })
    }
}
