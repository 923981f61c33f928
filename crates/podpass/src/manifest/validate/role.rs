//! Roles and their policies.

use std::collections::BTreeMap;

use podpass_policy::DocumentKind;

use super::Checker;
use crate::document::Document;
use crate::id::PolicyName;
use crate::manifest::located::Located;
use crate::manifest::source::{InlinePolicySource, PolicySource, RoleSource};
use crate::manifest::{Narrowing, PolicyEntry, RoleEntryDescription};
use crate::role::DEFAULT_MAX_SESSION_DURATION;

/// A managed policy's quota of characters, white space left out.
const MANAGED_POLICY_SIZE: usize = 6144;
/// The quota of a role's inline policies together, white space left out.
const INLINE_POLICIES_SIZE: usize = 10_240;
/// The longest description of a role or policy, in characters.
const DESCRIPTION_LENGTH: usize = 1000;

impl Checker {
    pub(super) fn role(
        &mut self,
        source: RoleSource,
        no_session_tags: bool,
    ) -> Option<RoleEntryDescription> {
        let name = self.name(&source.name);
        let path = self.optional_name(source.path.as_ref());
        let description = self.description(source.description);
        let max_session_duration = self.max_session_duration(source.max_session_duration);
        let permissions_boundary = self.optional_name(source.permissions_boundary.as_ref());
        let tags = self.tags(source.tags);
        let managed_policy_arns = source
            .managed_policy_arns
            .iter()
            .filter_map(|arn| self.name(arn))
            .collect();
        let policies: Vec<_> = source
            .policies
            .into_iter()
            .filter_map(|policy| self.policy(policy.value))
            .collect();
        let inline_policies = self.inline_policies(source.inline_policies);
        let trust = source
            .trust
            .as_ref()
            .map_or(Narrowing::None, |trust| trust.value);
        if no_session_tags && matches!(trust, Narrowing::Namespace | Narrowing::ServiceAccount) {
            self.problem_with_help(
                source.trust.and_then(|trust| trust.at),
                "the trust policy is narrowed by session tags, which `disableSessionTags` turns off",
                "narrow it to `cluster`, which needs none",
            );
        }
        Some(RoleEntryDescription {
            name: name?,
            path: path?.unwrap_or_default(),
            description,
            max_session_duration,
            permissions_boundary: permissions_boundary?,
            tags,
            managed_policy_arns,
            policies,
            inline_policies,
            trust,
        })
    }

    fn max_session_duration(&mut self, seconds: Option<Located<u32>>) -> u32 {
        let Some(seconds) = seconds else {
            return DEFAULT_MAX_SESSION_DURATION;
        };
        if !(3600..=43_200).contains(&seconds.value) {
            self.problem(
                seconds.at,
                format!("`{}` is not between 3600 and 43200 seconds", seconds.value),
            );
        }
        seconds.value
    }

    fn description(&mut self, text: Option<Located<String>>) -> Option<String> {
        let text = text?;
        if text.value.chars().count() > DESCRIPTION_LENGTH {
            self.problem(
                text.at,
                format!("the description is longer than {DESCRIPTION_LENGTH} characters"),
            );
        }
        (!text.value.is_empty()).then_some(text.value)
    }

    fn policy(&mut self, source: PolicySource) -> Option<PolicyEntry> {
        let name = self.name(&source.name);
        let path = self.optional_name(source.path.as_ref());
        let description = self.description(source.description);
        let document = self.document(&source.document, DocumentKind::ManagedIdentity);
        let tags = self.tags(source.tags);
        if document
            .as_ref()
            .is_some_and(|document| document.size() > MANAGED_POLICY_SIZE)
        {
            self.problem(
                source.document.at,
                format!("the document is longer than {MANAGED_POLICY_SIZE} characters, white space left out"),
            );
        }
        Some(PolicyEntry {
            name: name?,
            path: path?.unwrap_or_default(),
            description,
            document: document?,
            tags,
        })
    }

    fn inline_policies(
        &mut self,
        sources: Vec<Located<InlinePolicySource>>,
    ) -> BTreeMap<PolicyName, Document> {
        let mut policies = BTreeMap::new();
        let mut size = 0;
        for Located { value: source, at } in sources {
            let name: Option<PolicyName> = self.name(&source.name);
            let document = self.document(&source.document, DocumentKind::InlineIdentity);
            let (Some(name), Some(document)) = (name, document) else {
                continue;
            };
            size += document.size();
            if size > INLINE_POLICIES_SIZE {
                self.problem(
                    at,
                    format!("the inline policies are together longer than {INLINE_POLICIES_SIZE} characters, white space left out"),
                );
            }
            if policies.insert(name, document).is_some() {
                self.problem(
                    source.name.at,
                    format!(
                        "the role has two inline policies called `{}`",
                        source.name.value
                    ),
                );
            }
        }
        policies
    }
}
