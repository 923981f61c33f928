use serde::Deserialize;

use super::paging::Paging;
use super::tag::{self, Tagged, TagsPage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the tags of a customer managed policy, by key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListPolicyTags {
    policy_arn: String,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListPolicyTags {
    const NAME: &'static str = "ListPolicyTags";
    const INPUT: &'static [Member] = &[members::POLICY_ARN, members::MARKER, members::MAX_ITEMS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = TagsPage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_policy::<Self>(cx, &self.policy_arn)]
    }

    fn call(self, cx: &Context) -> Result<TagsPage, IamError> {
        tag::page(cx, Tagged::Policy(&self.policy_arn), &self.paging)
    }
}
