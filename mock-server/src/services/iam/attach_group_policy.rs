use serde::Deserialize;

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Attaches a managed policy to a group; once is enough.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttachGroupPolicy {
    group_name: String,
    policy_arn: String,
}

impl Operation for AttachGroupPolicy {
    const NAME: &'static str = "AttachGroupPolicy";
    const INPUT: &'static [Member] = &[members::GROUP_NAME, members::POLICY_ARN];
    const ERRORS: &'static [&'static str] =
        &["LimitExceeded", "NoSuchEntity", "PolicyNotAttachable"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_group::<Self>(cx, &self.group_name)
                .with("iam:PolicyARN", self.policy_arn.as_str()),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        policies::attach(cx, Entity::group(&self.group_name), self.policy_arn)
    }
}
