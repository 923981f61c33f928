use serde::Deserialize;

use super::entity::Entity;
use super::paging::Paging;
use super::policies::{self, AttachedPage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the managed policies attached to a user, by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListAttachedUserPolicies {
    user_name: String,
    path_prefix: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListAttachedUserPolicies {
    const NAME: &'static str = "ListAttachedUserPolicies";
    const INPUT: &'static [Member] = &[
        members::USER_NAME,
        members::POLICY_PATH_PREFIX,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = AttachedPage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user::<Self>(cx, &self.user_name)]
    }

    fn call(self, cx: &Context) -> Result<AttachedPage, IamError> {
        let user = Entity::user(&self.user_name);
        policies::attached_page(cx, user, self.path_prefix.as_deref(), &self.paging)
    }
}
