use serde::Deserialize;

use super::entity::Entity;
use super::paging::Paging;
use super::policies::{self, InlinePage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the names of a role's inline policies.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListRolePolicies {
    role_name: String,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::MARKER, members::MAX_ITEMS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = InlinePage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &Context) -> Result<InlinePage, IamError> {
        policies::inline_page(cx, Entity::role(&self.role_name), &self.paging)
    }
}
