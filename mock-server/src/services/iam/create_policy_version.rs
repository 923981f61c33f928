use podpass_policy::DocumentKind;
use serde::{Deserialize, Serialize};

use super::document::Submitted;
use super::view::VersionView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::PolicyVersion;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Adds a version to a customer managed policy; numbers are never used again.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreatePolicyVersion {
    policy_arn: String,
    policy_document: Submitted,
    #[serde(default)]
    set_as_default: bool,
}

/// The new version.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_version: VersionView,
}

impl Operation for CreatePolicyVersion {
    const NAME: &'static str = "CreatePolicyVersion";
    const INPUT: &'static [Member] = &[
        members::POLICY_ARN,
        members::POLICY_DOCUMENT,
        Member::new("SetAsDefault", Shape::Boolean),
    ];
    const ERRORS: &'static [&'static str] =
        &["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_policy::<Self>(cx, &self.policy_arn)]
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        self.policy_document.compile(DocumentKind::ManagedIdentity)
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        let policy = lookup::customer_policy(cx, &self.policy_arn, Self::NAME)?;
        let limit = cx.quota(Quota::VersionsPerPolicy);
        if policy.versions.len() >= limit {
            return Err(IamError::TooManyVersions(limit));
        }
        self.policy_document.check_size(cx, Quota::PolicySize)?;
        let (key, created) = (policy.key(), cx.now_in_seconds());
        let document = self
            .policy_document
            .into_document(DocumentKind::ManagedIdentity, &self.policy_arn)?;
        let version = PolicyVersion { document, created };
        let view = cx.iam_mut().policies.update(&key, |policy| {
            policy.last_version += 1;
            policy.versions.insert(policy.last_version, version);
            if self.set_as_default {
                policy.default_version = policy.last_version;
            }
            policy.updated = created;
            VersionView::listed(policy, policy.last_version)
        });
        let policy_version = view.ok_or(IamError::PolicyNotFound(self.policy_arn))?;
        Ok(Output { policy_version })
    }
}
