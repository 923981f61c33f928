//! The policies and tags given when a session begins, and the space they take.

use std::sync::Arc;

use podpass_policy::{CompiledPolicy, DocumentKind, size_without_whitespace, validate};
use serde::Deserialize;

use super::StsError;
use crate::account::AccountId;
use crate::auth::authorize;
use crate::propagation::Propagation;
use crate::state::iam::Tag;
use crate::store::Context;

/// A managed policy that limits a session.
#[derive(Debug, Deserialize)]
pub(super) struct PolicyArn {
    arn: String,
}

/// The limits of a session, as a request gives them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SessionPolicies {
    policy: Option<String>,
    #[serde(default)]
    policy_arns: Vec<PolicyArn>,
    #[serde(skip)]
    compiled: Option<Arc<CompiledPolicy>>,
}

const MAX_POLICY_ARNS: usize = 10;

/// The most characters of all session policies together, their ARNs included.
const MAX_PLAIN_TEXT: usize = 2_048;

/// AWS packs tags into a binary form of a size that it does not tell. The six tags of EKS Pod Identity,
/// all transitive, took 56 % in a recorded call: this many bytes reproduce it.
const PACKED_TAG_BYTES: usize = 700;

impl SessionPolicies {
    /// Checks and compiles the policy, which needs no state.
    pub(super) fn prepare(&mut self) -> Result<(), StsError> {
        if self.policy_arns.len() > MAX_POLICY_ARNS {
            return Err(StsError::TooManyPolicies(MAX_POLICY_ARNS));
        }
        if let Some(text) = &self.policy {
            let document = validate(text, DocumentKind::Session)?;
            let compiled = CompiledPolicy::compile(&document, DocumentKind::Session);
            self.compiled = Some(Arc::new(compiled));
        }
        Ok(())
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.policy.is_none() && self.policy_arns.is_empty()
    }

    /// The policies, the managed ones from the account of the session.
    pub(super) fn compiled(
        &self,
        cx: &Context,
        account: AccountId,
    ) -> Result<Vec<Arc<CompiledPolicy>>, StsError> {
        let managed = self.policy_arns.iter().map(|PolicyArn { arn }| {
            let missing = || StsError::MalformedPolicy(format!("Policy {arn} does not exist."));
            authorize::managed(cx, account, arn, cx.moment(Propagation::IamToSts))
                .ok_or_else(missing)
        });
        self.compiled
            .iter()
            .cloned()
            .map(Ok)
            .chain(managed)
            .collect()
    }

    /// The space that policies and tags take, in percent of what AWS allots.
    pub(super) fn packed_size(
        &self,
        tags: &[Tag],
        transitive: &[String],
    ) -> Result<usize, StsError> {
        let arns = self.policy_arns.iter().map(|policy| policy.arn.len());
        let policy = self.policy.as_deref().map(size_without_whitespace);
        let text: usize = arns.chain(policy).sum();
        let tags = tags.iter().map(|tag| tag.key.len() + tag.value.len());
        let bytes: usize = tags.chain(transitive.iter().map(String::len)).sum();
        let percent =
            (text * 100).div_ceil(MAX_PLAIN_TEXT) + (bytes * 100).div_ceil(PACKED_TAG_BYTES);
        if percent > 100 {
            Err(StsError::PackedPolicyTooLarge(percent))
        } else {
            Ok(percent)
        }
    }
}
