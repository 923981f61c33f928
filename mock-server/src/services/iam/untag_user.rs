use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes tags from a user; keys that it does not have are no error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UntagUser {
    user_name: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagUser {
    const NAME: &'static str = "UntagUser";
    const INPUT: &'static [Member] = &[members::EXISTING_USER_NAME, members::TAG_KEYS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user::<Self>(cx, &self.user_name).taking_tags(&self.tag_keys)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::take(cx, Tagged::User(&self.user_name), &self.tag_keys)
    }
}
