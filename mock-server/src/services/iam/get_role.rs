use serde::{Deserialize, Serialize};

use super::view::RoleView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a role.
///
/// `RoleLastUsed` stays empty.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetRole {
    role_name: String,
}

/// The role, with all its members.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role: RoleView,
}

impl Operation for GetRole {
    const NAME: &'static str = "GetRole";
    const INPUT: &'static [Member] = &[members::ROLE_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let role = lookup::role(cx, &self.role_name)?;
        Ok(Output {
            role: RoleView::described(cx.state, role),
        })
    }
}
