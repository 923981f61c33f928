use serde::{Deserialize, Serialize};

use super::view::RoleView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Changes a role's description: the older way, which answers the role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateRoleDescription {
    role_name: String,
    description: String,
}

/// The role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role: RoleView,
}

impl Operation for UpdateRoleDescription {
    const NAME: &'static str = "UpdateRoleDescription";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::DESCRIPTION.required()];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        lookup::change_role(cx, &self.role_name, |role| {
            role.description = Some(self.description).filter(|text| !text.is_empty());
        })?;
        let role = lookup::role(cx, &self.role_name)?;
        Ok(Output {
            role: RoleView::listed(cx.state, role),
        })
    }
}
