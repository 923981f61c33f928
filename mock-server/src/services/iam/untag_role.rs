use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members};
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes tags from a role; keys that it does not have are no error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UntagRole {
    role_name: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagRole {
    const NAME: &'static str = "UntagRole";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::TAG_KEYS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::take(cx, Tagged::Role(&self.role_name), &self.tag_keys)
    }
}
