use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::view::AttachedPolicy;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the managed policies attached to a role, by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListAttachedRolePolicies {
    role_name: String,
    path_prefix: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of attached policies.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    attached_policies: Vec<AttachedPolicy>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListAttachedRolePolicies {
    const NAME: &'static str = "ListAttachedRolePolicies";
    const INPUT: &'static [Member] = &[
        members::ROLE_NAME,
        members::POLICY_PATH_PREFIX,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let role = lookup::role(cx, &self.role_name)?;
        let prefix = format!(":policy{}", self.path_prefix.as_deref().unwrap_or_default());
        let rows = role
            .attached
            .iter()
            .filter(|(_, arn)| arn.contains(&prefix));
        let rows = rows.map(|attached| (format!("{} {}", attached.0, attached.1), attached));
        let (attached_policies, more) = self.paging.of(rows, AttachedPolicy::new)?;
        Ok(Output {
            attached_policies,
            more,
        })
    }
}
