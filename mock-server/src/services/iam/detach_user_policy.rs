use serde::Deserialize;

use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Detaches a managed policy from a user.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DetachUserPolicy {
    user_name: String,
    policy_arn: String,
}

impl Operation for DetachUserPolicy {
    const NAME: &'static str = "DetachUserPolicy";
    const INPUT: &'static [Member] = &[members::USER_NAME, members::POLICY_ARN];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_bounded_user::<Self>(cx, &self.user_name)
                .with("iam:PolicyARN", self.policy_arn.as_str()),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        policies::detach(cx, Entity::user(&self.user_name), &self.policy_arn)
    }
}
