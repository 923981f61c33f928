use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the names of a role's inline policies.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListRolePolicies {
    role_name: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_names: Vec<String>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::MARKER, members::MAX_ITEMS];
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
        let names = role.inline.keys().map(|name| (name, name));
        let (policy_names, more) = self.paging.of(names, Clone::clone)?;
        Ok(Output { policy_names, more })
    }
}
