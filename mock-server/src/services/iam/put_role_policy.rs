use podpass_policy::{DocumentKind, size_without_whitespace};
use serde::Deserialize;

use super::document::Submitted;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Writes an inline policy of a role, over the one of the same name if there is one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutRolePolicy {
    role_name: String,
    policy_name: String,
    policy_document: Submitted,
}

impl Operation for PutRolePolicy {
    const NAME: &'static str = "PutRolePolicy";
    const INPUT: &'static [Member] = &[
        members::ROLE_NAME,
        members::POLICY_NAME,
        members::POLICY_DOCUMENT,
    ];
    const ERRORS: &'static [&'static str] = &[
        "LimitExceeded",
        "MalformedPolicyDocument",
        "NoSuchEntity",
        "UnmodifiableEntity",
    ];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_role::<Self>(cx, &self.role_name)]
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        self.policy_document.compile(DocumentKind::InlineIdentity)
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let role = lookup::own_role(cx, &self.role_name)?;
        let others = role
            .inline
            .iter()
            .filter(|(name, _)| **name != self.policy_name);
        let size: usize = others
            .map(|(_, document)| size_without_whitespace(&document.text))
            .sum();
        let limit = cx.quota(Quota::RoleInlinePolicySize);
        if size + self.policy_document.size() > limit {
            return Err(IamError::InlinePoliciesTooLarge {
                limit,
                role: role.name.clone(),
            });
        }
        let document = self
            .policy_document
            .into_document(DocumentKind::InlineIdentity, &self.policy_name)?;
        lookup::change_role(cx, &self.role_name, |role| {
            role.inline.insert(self.policy_name, document);
        })
    }
}
