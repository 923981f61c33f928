use std::collections::BTreeMap;

use podpass_policy::DocumentKind;
use serde::{Deserialize, Serialize};

use super::document::Submitted;
use super::view::PolicyView;
use super::{Iam, IamError, members, permission, tag};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::{Policy, PolicyVersion, Tag};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Creates a customer managed policy; its document becomes version `v1`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreatePolicy {
    policy_name: String,
    path: Option<String>,
    policy_document: Submitted,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// The new policy.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy: PolicyView,
}

impl Operation for CreatePolicy {
    const NAME: &'static str = "CreatePolicy";
    const INPUT: &'static [Member] = &[
        members::POLICY_NAME,
        members::POLICY_PATH,
        members::POLICY_DOCUMENT,
        members::POLICY_DESCRIPTION,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] = &[
        "EntityAlreadyExists",
        "InvalidInput",
        "LimitExceeded",
        "MalformedPolicyDocument",
    ];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let create =
            permission::on_new::<Self>(cx, "policy", self.path.as_deref(), &self.policy_name);
        let create = create.named(format!("policy {}", self.policy_name));
        permission::with_tags(create, "iam:TagPolicy", &self.tags)
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        self.policy_document.compile(DocumentKind::ManagedIdentity)
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        let policies = &cx.iam().policies;
        if policies
            .find(Policy::BY_NAME, &self.policy_name.to_lowercase())
            .is_some()
        {
            return Err(IamError::PolicyExists(self.policy_name));
        }
        let limit = cx.quota(Quota::PoliciesPerAccount);
        if policies.len() >= limit {
            return Err(IamError::QuotaExceeded(Quota::PoliciesPerAccount, limit));
        }
        self.policy_document.check_size(cx, Quota::PolicySize)?;
        let path = self.path.unwrap_or_else(|| "/".to_owned());
        let created = cx.now_in_seconds();
        let arn = cx.iam_arn("policy", &path, &self.policy_name);
        let document = self
            .policy_document
            .into_document(DocumentKind::ManagedIdentity, &arn)?;
        let version = PolicyVersion { document, created };
        let policy = Policy {
            id: cx.ids.unique("ANPA", cx.scope.account),
            arn,
            name: self.policy_name,
            path,
            created,
            updated: created,
            description: self.description.filter(|text| !text.is_empty()),
            tags: tag::new(self.tags)?,
            default_version: 1,
            last_version: 1,
            versions: BTreeMap::from([(1, version)]),
        };
        let view = PolicyView::created(&policy);
        cx.iam_mut().policies.put(policy);
        Ok(Output { policy: view })
    }
}
