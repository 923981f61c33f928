use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a customer managed policy that nobody uses, with its last version.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeletePolicy {
    policy_arn: String,
}

impl Operation for DeletePolicy {
    const NAME: &'static str = "DeletePolicy";
    const INPUT: &'static [Member] = &[members::POLICY_ARN];
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
        if cx.iam().usages.row(&policy.arn).is_some() {
            return Err(IamError::PolicyAttached);
        }
        if policy.versions.len() > 1 {
            return Err(IamError::PolicyHasVersions);
        }
        let key = policy.key();
        cx.iam_mut().policies.remove(&key);
        Ok(())
    }
}
