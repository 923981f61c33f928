use serde::Deserialize;

use super::paging::Paging;
use super::tag::{self, Tagged, TagsPage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the tags of an instance profile, by key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListInstanceProfileTags {
    instance_profile_name: String,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListInstanceProfileTags {
    const NAME: &'static str = "ListInstanceProfileTags";
    const INPUT: &'static [Member] = &[
        members::INSTANCE_PROFILE_NAME,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = TagsPage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_instance_profile::<Self>(
            cx,
            &self.instance_profile_name,
        )]
    }

    fn call(self, cx: &Context) -> Result<TagsPage, IamError> {
        tag::page(
            cx,
            Tagged::InstanceProfile(&self.instance_profile_name),
            &self.paging,
        )
    }
}
