use podpass_policy::DocumentKind;
use serde::Deserialize;

use super::document::Submitted;
use super::entity::Entity;
use super::{Iam, IamError, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Writes an inline policy of a group, over the one of the same name if there is one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutGroupPolicy {
    group_name: String,
    policy_name: String,
    policy_document: Submitted,
}

impl Operation for PutGroupPolicy {
    const NAME: &'static str = "PutGroupPolicy";
    const INPUT: &'static [Member] = &[
        members::GROUP_NAME,
        members::POLICY_NAME,
        members::POLICY_DOCUMENT,
    ];
    const ERRORS: &'static [&'static str] =
        &["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_group::<Self>(cx, &self.group_name)]
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        self.policy_document.compile(DocumentKind::InlineIdentity)
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let group = Entity::group(&self.group_name);
        policies::put_inline(cx, group, self.policy_name, self.policy_document)
    }
}
