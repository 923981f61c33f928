use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::Tag;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Adds tags to a user; those whose keys it has already are replaced.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagUser {
    user_name: String,
    tags: Vec<Tag>,
}

impl Operation for TagUser {
    const NAME: &'static str = "TagUser";
    const INPUT: &'static [Member] = &[members::EXISTING_USER_NAME, members::TAGS.required()];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "LimitExceeded", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user::<Self>(cx, &self.user_name).setting_tags(tag::pairs(&self.tags))]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::add(cx, Tagged::User(&self.user_name), self.tags)
    }
}
