//! From the text's shape to checked types. Every check notes its problem and goes on, so that one run
//! shows them all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

use podpass_policy::DocumentKind;
use serde_json::Value;

use super::document::DocumentSource;
use super::located::{Located, Position};
use super::problem::{ManifestError, Problem};
use super::source::{
    AssociationSource, ClusterSource, InlinePolicySource, ManifestSource, PolicySource, RoleSource,
};
use super::{
    AssociationEntry, ClusterEntry, Manifest, Narrowing, PolicyEntry, RoleEntry,
    RoleEntryDescription,
};
use crate::association::Tags;
use crate::document::Document;
use crate::id::{InvalidName, PolicyName};
use crate::role::DEFAULT_MAX_SESSION_DURATION;

/// A managed policy's quota of characters, white space left out.
const MANAGED_POLICY_SIZE: usize = 6144;
/// The quota of a role's inline policies together, white space left out.
const INLINE_POLICIES_SIZE: usize = 10_240;
/// The longest session policy of an association, in characters.
const SESSION_POLICY_LENGTH: usize = 2048;
/// The longest description of a role or policy, in characters.
const DESCRIPTION_LENGTH: usize = 1000;
/// Tags per resource, podpass's own among them.
const TAGS: usize = 50;

pub(super) fn manifest(source: ManifestSource) -> Result<Manifest, ManifestError> {
    let mut checker = Checker::default();
    let clusters: Vec<_> = source
        .clusters
        .into_iter()
        .filter_map(|cluster| checker.cluster(cluster))
        .collect();
    if checker.problems.is_empty() {
        checker.clusters_once(&clusters);
    }
    if checker.problems.is_empty() {
        Ok(Manifest { clusters })
    } else {
        Err(ManifestError::new(checker.problems))
    }
}

#[derive(Default)]
struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    fn problem(&mut self, at: Option<Position>, message: impl Into<String>) {
        self.problems.push(Problem::new(at, message));
    }

    fn problem_with_help(&mut self, at: Option<Position>, message: &str, help: &str) {
        self.problems
            .push(Problem::new(at, message).with_help(help));
    }

    /// Reads a checked name, or notes why it is none.
    fn name<T: FromStr<Err = InvalidName>>(&mut self, text: &Located<String>) -> Option<T> {
        match text.value.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                self.problem(text.at, error.to_string());
                None
            }
        }
    }

    /// Reads a name that may be left out: `None` only when it is there and wrong.
    fn optional_name<T: FromStr<Err = InvalidName>>(
        &mut self,
        text: Option<&Located<String>>,
    ) -> Option<Option<T>> {
        match text {
            Some(text) => self.name(text).map(Some),
            None => Some(None),
        }
    }

    fn cluster(&mut self, source: Located<ClusterSource>) -> Option<ClusterEntry> {
        let Located { value: source, at } = source;
        let name = self.name(&source.cluster_name);
        let region = self.optional_name(source.region.as_ref());
        let account = self.optional_name(source.account.as_ref());
        let associations: Vec<_> = source
            .associations
            .into_iter()
            .filter_map(|association| self.association(association))
            .collect();
        self.subjects_once(&associations);
        Some(ClusterEntry {
            at,
            name: name?,
            region: region?,
            account: account?,
            context: source.context,
            associations,
        })
    }

    fn association(&mut self, source: Located<AssociationSource>) -> Option<AssociationEntry> {
        let Located { value: source, at } = source;
        let namespace = self.name(&source.namespace);
        let service_account = self.name(&source.service_account);
        let target_role_arn = self.optional_name(source.target_role_arn.as_ref());
        let role = self.role_choice(
            at,
            source.role_arn,
            source.role,
            source.disable_session_tags,
        );
        let policy = match source.policy {
            Some(policy) => self
                .session_policy(&policy, source.disable_session_tags)
                .map(Some),
            None => Some(None),
        };
        let tags = self.tags(source.tags);
        Some(AssociationEntry {
            at,
            namespace: namespace?,
            service_account: service_account?,
            create_service_account: source.create_service_account,
            role: role?,
            target_role_arn: target_role_arn?,
            disable_session_tags: source.disable_session_tags,
            policy: policy?,
            tags,
        })
    }

    fn role_choice(
        &mut self,
        at: Option<Position>,
        given: Option<Located<String>>,
        described: Option<Located<RoleSource>>,
        disable_session_tags: bool,
    ) -> Option<RoleEntry> {
        match (given, described) {
            (Some(arn), None) => self.name(&arn).map(RoleEntry::Given),
            (None, Some(role)) => self
                .role(role.value, disable_session_tags)
                .map(|role| RoleEntry::Described(Box::new(role))),
            (None, None) => {
                self.problem_with_help(
                    at,
                    "the association has neither `role` nor `roleArn`",
                    "describe a role with `role:`, or give one that exists with `roleArn:`",
                );
                None
            }
            (Some(arn), Some(_)) => {
                self.problem_with_help(
                    arn.at,
                    "the association has both `role` and `roleArn`",
                    "`role` is for a role that podpass owns, `roleArn` for one that it leaves alone",
                );
                None
            }
        }
    }

    fn role(&mut self, source: RoleSource, no_session_tags: bool) -> Option<RoleEntryDescription> {
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

    fn session_policy(
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
    fn document(
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

    fn tags(&mut self, source: Option<Located<BTreeMap<String, String>>>) -> Tags {
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

    fn subjects_once(&mut self, associations: &[AssociationEntry]) {
        let mut seen = HashMap::new();
        for entry in associations {
            let subject = (&entry.namespace, &entry.service_account);
            if let Some(first) = seen.insert(subject, entry.at) {
                let message = format!(
                    "service account `{}` of namespace `{}` has two associations",
                    entry.service_account, entry.namespace
                );
                let problem = Problem::new(entry.at, message);
                self.problems.push(match first {
                    Some(first) => problem.with_help(format!("the other one stands at {first}")),
                    None => problem,
                });
            }
        }
    }

    fn clusters_once(&mut self, clusters: &[ClusterEntry]) {
        let mut seen = BTreeSet::new();
        for cluster in clusters {
            if !seen.insert((&cluster.account, &cluster.region, &cluster.name)) {
                self.problem_with_help(
                    cluster.at,
                    &format!("cluster `{}` is listed twice", cluster.name),
                    "write all its associations under one entry",
                );
            }
        }
    }
}
