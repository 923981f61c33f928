use serde::{Deserialize, Serialize};

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Reads an inline policy of a group.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetGroupPolicy {
    group_name: String,
    policy_name: String,
}

/// The policy.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    group_name: String,
    policy_name: String,
    policy_document: String,
}

impl Operation for GetGroupPolicy {
    const NAME: &'static str = "GetGroupPolicy";
    const INPUT: &'static [Member] = &[members::GROUP_NAME, members::POLICY_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_group::<Self>(cx, &self.group_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let found = policies::inline(cx, Entity::group(&self.group_name), self.policy_name)?;
        Ok(Output {
            group_name: found.entity,
            policy_name: found.name,
            policy_document: found.document,
        })
    }
}
