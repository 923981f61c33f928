use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Detaches a managed policy from a role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DetachRolePolicy {
    role_name: String,
    policy_arn: String,
}

impl Operation for DetachRolePolicy {
    const NAME: &'static str = "DetachRolePolicy";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::POLICY_ARN];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity", "UnmodifiableEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_bounded_role::<Self>(cx, &self.role_name)
                .with("iam:PolicyARN", self.policy_arn.as_str()),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let attached = &lookup::own_role(cx, &self.role_name)?.attached;
        let attachment = attached
            .iter()
            .find(|(_, arn)| *arn == self.policy_arn)
            .cloned();
        let attachment =
            attachment.ok_or_else(|| IamError::PolicyNotFound(self.policy_arn.clone()))?;
        let name = lookup::change_role(cx, &self.role_name, |role| {
            role.attached.remove(&attachment);
            role.name.clone()
        })?;
        cx.iam_mut()
            .change_usage(&self.policy_arn, |usage| _ = usage.roles.remove(&name));
        Ok(())
    }
}
