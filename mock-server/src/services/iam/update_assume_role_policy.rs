use podpass_policy::DocumentKind;
use serde::Deserialize;

use super::document::Submitted;
use super::{Iam, IamError, lookup, members, permission, trust};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Replaces a role's trust policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateAssumeRolePolicy {
    role_name: String,
    policy_document: Submitted,
}

impl Operation for UpdateAssumeRolePolicy {
    const NAME: &'static str = "UpdateAssumeRolePolicy";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::POLICY_DOCUMENT];
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
        self.policy_document.compile(DocumentKind::Trust)
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        lookup::own_role(cx, &self.role_name)?;
        let trust = trust::bind(cx, self.policy_document)?;
        lookup::change_role(cx, &self.role_name, |role| role.trust = trust)
    }
}
