use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a version of a customer managed policy that is not the one in force.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeletePolicyVersion {
    policy_arn: String,
    version_id: String,
}

impl Operation for DeletePolicyVersion {
    const NAME: &'static str = "DeletePolicyVersion";
    const INPUT: &'static [Member] = &[members::POLICY_ARN, members::VERSION_ID];
    const ERRORS: &'static [&'static str] = &["DeleteConflict", "NoSuchEntity"];
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
        if number == policy.default_version {
            return Err(IamError::DefaultVersion);
        }
        let (key, now) = (policy.key(), cx.now_in_seconds());
        cx.iam_mut().policies.update(&key, |policy| {
            policy.versions.remove(&number);
            policy.updated = now;
        });
        Ok(())
    }
}
