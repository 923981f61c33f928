use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Attaches a managed policy to a role; once is enough.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttachRolePolicy {
    role_name: String,
    policy_arn: String,
}

impl Operation for AttachRolePolicy {
    const NAME: &'static str = "AttachRolePolicy";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::POLICY_ARN];
    const ERRORS: &'static [&'static str] = &[
        "LimitExceeded",
        "NoSuchEntity",
        "PolicyNotAttachable",
        "UnmodifiableEntity",
    ];
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
        if !lookup::is_policy_arn(&self.policy_arn) {
            return Err(IamError::UnparsableArn);
        }
        let role = lookup::own_role(cx, &self.role_name)?;
        let policy = lookup::managed_policy(cx, &self.policy_arn)
            .ok_or_else(|| IamError::NotAttachable(self.policy_arn.clone()))?;
        lookup::attachable(policy)?;
        let attachment = (policy.name.clone(), self.policy_arn.clone());
        let limit = cx.quota(Quota::PoliciesPerRole);
        if role.attached.len() >= limit && !role.attached.contains(&attachment) {
            return Err(IamError::QuotaExceeded(Quota::PoliciesPerRole, limit));
        }
        let name = lookup::change_role(cx, &self.role_name, |role| {
            role.attached.insert(attachment);
            role.name.clone()
        })?;
        cx.iam_mut()
            .change_usage(&self.policy_arn, |usage| _ = usage.roles.insert(name));
        Ok(())
    }
}
