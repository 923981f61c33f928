use serde::Deserialize;

use super::paging::Paging;
use super::tag::{self, Tagged, TagsPage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the tags of a user, by key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListUserTags {
    user_name: String,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListUserTags {
    const NAME: &'static str = "ListUserTags";
    const INPUT: &'static [Member] = &[
        members::EXISTING_USER_NAME,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = TagsPage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user::<Self>(cx, &self.user_name)]
    }

    fn call(self, cx: &Context) -> Result<TagsPage, IamError> {
        tag::page(cx, Tagged::User(&self.user_name), &self.paging)
    }
}
