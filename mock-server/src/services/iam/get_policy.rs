use serde::{Deserialize, Serialize};

use super::view::PolicyView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a managed policy, without its document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetPolicy {
    policy_arn: String,
}

/// The policy, with all its members.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy: PolicyView,
}

impl Operation for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    const INPUT: &'static [Member] = &[members::POLICY_ARN];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_policy::<Self>(cx, &self.policy_arn)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let policy = lookup::policy(cx, &self.policy_arn)?;
        let policy = PolicyView::described(policy, lookup::usage(cx, &self.policy_arn));
        Ok(Output { policy })
    }
}
