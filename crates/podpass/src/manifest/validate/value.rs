//! Documents and tags.

use std::collections::{BTreeMap, BTreeSet};

use podpass_policy::DocumentKind;
use serde_json::Value;

use super::Checker;
use crate::association::Tags;
use crate::document::Document;
use crate::manifest::document::DocumentSource;
use crate::manifest::located::Located;

/// The longest session policy of an association, in characters.
const SESSION_POLICY_LENGTH: usize = 2048;
/// Tags per resource, podpass's own among them.
const TAGS: usize = 50;

impl Checker {
    pub(super) fn session_policy(
        &mut self,
        policy: &Located<DocumentSource>,
        disable_session_tags: bool,
    ) -> Option<Document> {
        if !disable_session_tags {
            self.problem_with_help(
                policy.at,
                "a session `policy` needs `disableSessionTags: true`",
                "EKS sends either session tags or a session policy, never both",
            );
        }
        let document = self.document(policy, DocumentKind::Session)?;
        if document.as_str().chars().count() > SESSION_POLICY_LENGTH {
            self.problem(
                policy.at,
                format!("the session policy is longer than {SESSION_POLICY_LENGTH} characters"),
            );
        }
        Some(document)
    }

    /// Reads a document, given as an object or as JSON text, as IAM will read it.
    pub(super) fn document(
        &mut self,
        source: &Located<DocumentSource>,
        kind: DocumentKind,
    ) -> Option<Document> {
        let document = match &source.value.0 {
            Value::String(text) => Document::new(text.as_str()),
            Value::Object(_) => Document::from_value(&source.value.0),
            _ => {
                self.problem(
                    source.at,
                    "a policy document must be an object, or JSON text",
                );
                return None;
            }
        };
        if let Err(refusal) = podpass_policy::validate(document.as_str(), kind) {
            self.problem(
                source.at,
                format!("IAM would refuse the document: {refusal}"),
            );
            return None;
        }
        Some(document)
    }

    pub(super) fn tags(&mut self, source: Option<Located<BTreeMap<String, String>>>) -> Tags {
        let Some(Located { value: tags, at }) = source else {
            return Tags::new();
        };
        if tags.len() >= TAGS {
            self.problem(
                at,
                format!(
                    "more than {} tags, with podpass's own more than {TAGS}",
                    TAGS - 1
                ),
            );
        }
        let allowed = |text: &str| {
            text.chars()
                .all(|c| c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c))
        };
        let mut seen = BTreeSet::new();
        for (key, value) in &tags {
            let lower = key.to_lowercase();
            if lower.starts_with("aws:") || lower.starts_with("podpass:") {
                let owner = if lower.starts_with("aws:") {
                    "AWS"
                } else {
                    "podpass"
                };
                self.problem(
                    at,
                    format!("tag keys such as `{key}` are reserved for {owner}"),
                );
            }
            if !(1..=128).contains(&key.chars().count()) || !allowed(key) {
                self.problem(
                    at,
                    format!("`{key}` is not a tag key: it must be 1 to 128 letters, digits, spaces and `+-=._:/@`"),
                );
            }
            if value.chars().count() > 256 || !allowed(value) {
                self.problem(
                    at,
                    format!("the value of tag `{key}` must be at most 256 letters, digits, spaces and `+-=._:/@`"),
                );
            }
            if !seen.insert(lower) {
                self.problem(at, format!("two tag keys differ from `{key}` in case only"));
            }
        }
        tags
    }
}
