use serde::Deserialize;

use super::paging::Paging;
use super::tag::{self, Tagged, TagsPage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the tags of a role, by key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListRoleTags {
    role_name: String,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListRoleTags {
    const NAME: &'static str = "ListRoleTags";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::MARKER, members::MAX_ITEMS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = TagsPage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &Context) -> Result<TagsPage, IamError> {
        tag::page(cx, Tagged::Role(&self.role_name), &self.paging)
    }
}
