use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Makes a version of a customer managed policy the one that is in force.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SetDefaultPolicyVersion {
    policy_arn: String,
    version_id: String,
}

impl Operation for SetDefaultPolicyVersion {
    const NAME: &'static str = "SetDefaultPolicyVersion";
    const INPUT: &'static [Member] = &[members::POLICY_ARN, members::VERSION_ID];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_policy::<Self>(cx, &self.policy_arn)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let policy = lookup::customer_policy(cx, &self.policy_arn, Self::NAME)?;
        let number = lookup::version(policy, &self.version_id)?;
        let (key, now) = (policy.key(), cx.now_in_seconds());
        cx.iam_mut().policies.update(&key, |policy| {
            policy.default_version = number;
            policy.updated = now;
        });
        Ok(())
    }
}
