use serde::{Deserialize, Serialize};

use super::{Iam, IamError, document, lookup, members, permission};
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
        let role = lookup::role(cx, &self.role_name)?;
        let (name, found) = role
            .inline
            .get_key_value(&self.policy_name)
            .ok_or(IamError::RolePolicyNotFound(self.policy_name))?;
        Ok(Output {
            role_name: role.name.clone(),
            policy_name: name.clone(),
            policy_document: document::encoded(&found.text),
        })
    }
}
