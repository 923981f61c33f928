use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
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

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_role::<Self>(cx, &self.role_name).taking_tags(&self.tag_keys)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::take(cx, Tagged::Role(&self.role_name), &self.tag_keys)
    }
}
