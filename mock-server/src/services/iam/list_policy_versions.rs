use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::view::VersionView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the versions of a managed policy, the newest first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListPolicyVersions {
    policy_arn: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of versions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    versions: Vec<VersionView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListPolicyVersions {
    const NAME: &'static str = "ListPolicyVersions";
    const INPUT: &'static [Member] = &[members::POLICY_ARN, members::MARKER, members::MAX_ITEMS];
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
        // Keys that grow while the numbers fall.
        let key = |number: u32| format!("{:010}", u32::MAX - number);
        let newest_first = policy
            .versions
            .keys()
            .rev()
            .map(|number| (key(*number), *number));
        let (versions, more) = self
            .paging
            .of(newest_first, |number| VersionView::listed(policy, number))?;
        Ok(Output { versions, more })
    }
}
