use serde::{Deserialize, Serialize};

use super::view::VersionView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Reads one version of a managed policy, with its document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetPolicyVersion {
    policy_arn: String,
    version_id: String,
}

/// The version.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_version: VersionView,
}

impl Operation for GetPolicyVersion {
    const NAME: &'static str = "GetPolicyVersion";
    const INPUT: &'static [Member] = &[members::POLICY_ARN, members::VERSION_ID];
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
        let number = lookup::version(policy, &self.version_id)?;
        Ok(Output {
            policy_version: VersionView::described(policy, number),
        })
    }
}
