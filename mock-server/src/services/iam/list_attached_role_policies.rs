use serde::Deserialize;

use super::entity::Entity;
use super::paging::Paging;
use super::policies::{self, AttachedPage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the managed policies attached to a role, by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListAttachedRolePolicies {
    role_name: String,
    path_prefix: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListAttachedRolePolicies {
    const NAME: &'static str = "ListAttachedRolePolicies";
    const INPUT: &'static [Member] = &[
        members::ROLE_NAME,
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
        vec![permission::on_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &Context) -> Result<AttachedPage, IamError> {
        let role = Entity::role(&self.role_name);
        policies::attached_page(cx, role, self.path_prefix.as_deref(), &self.paging)
    }
}
