use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes tags from a customer managed policy; keys that it does not have are no error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UntagPolicy {
    policy_arn: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagPolicy {
    const NAME: &'static str = "UntagPolicy";
    const INPUT: &'static [Member] = &[members::POLICY_ARN, members::TAG_KEYS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_policy::<Self>(cx, &self.policy_arn).taking_tags(&self.tag_keys)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::take(cx, Tagged::Policy(&self.policy_arn), &self.tag_keys)
    }
}
