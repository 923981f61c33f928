use serde::Deserialize;

use super::entity::Entity;
use super::paging::Paging;
use super::policies::{self, InlinePage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the names of a user's inline policies.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListUserPolicies {
    user_name: String,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListUserPolicies {
    const NAME: &'static str = "ListUserPolicies";
    const INPUT: &'static [Member] = &[
        members::EXISTING_USER_NAME,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = InlinePage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user::<Self>(cx, &self.user_name)]
    }

    fn call(self, cx: &Context) -> Result<InlinePage, IamError> {
        policies::inline_page(cx, Entity::user(&self.user_name), &self.paging)
    }
}
