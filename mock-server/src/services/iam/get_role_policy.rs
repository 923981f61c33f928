use serde::{Deserialize, Serialize};

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Reads an inline policy of a role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetRolePolicy {
    role_name: String,
    policy_name: String,
}

/// The policy.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role_name: String,
    policy_name: String,
    policy_document: String,
}

impl Operation for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::POLICY_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let found = policies::inline(cx, Entity::role(&self.role_name), self.policy_name)?;
        Ok(Output {
            role_name: found.entity,
            policy_name: found.name,
            policy_document: found.document,
        })
    }
}
