//! The typed policy document: what it holds (here), how it is written back, and when two documents
//! mean the same.

mod meaning;
mod write;

pub(crate) use meaning::account_of_root;

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::Serialize;

use crate::{ParseError, Span, pattern::variables};

/// A policy document as IAM stores it, read and typed but not yet judged.
///
/// What reading does not know (a condition operator, a kind of principal) is kept as written:
/// [`validate`](crate::validate) says what IAM refuses, and evaluation never lets it allow anything.
///
/// ```
/// use podpass_policy::{Effect, PolicyDocument};
///
/// let policy = PolicyDocument::parse(
///     r#"{"Version": "2012-10-17",
///         "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}"#,
/// )?;
/// assert_eq!(policy.statements[0].effect, Effect::Allow);
/// assert_eq!(policy.statements[0].span.start.line, 2);
/// # Ok::<(), podpass_policy::ParseError>(())
/// ```
///
/// Equal documents are written alike; whether they mean the same, [`PolicyDocument::same_meaning`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    /// The stated version; without one, IAM reads the document as [`Version::V2008`].
    pub version: Option<Version>,
    /// The document's `Id`, which means nothing to IAM.
    pub id: Option<String>,
    /// The statements in their order.
    pub statements: Vec<Statement>,
}

/// The version of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Version {
    /// `2008-10-17`: `${…}` is plain text.
    #[serde(rename = "2008-10-17")]
    V2008,
    /// `2012-10-17`: with policy variables.
    #[serde(rename = "2012-10-17")]
    V2012,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement's name.
    pub sid: Option<String>,
    /// Whether a match allows or denies.
    pub effect: Effect,
    /// Who: in trust and resource policies only.
    pub principal: Option<Clause<Principals>>,
    /// What may be done, as patterns such as `s3:Get*`.
    pub action: Option<Clause<Vec<String>>>,
    /// On what, as ARN patterns or `*`; absent in trust policies.
    pub resource: Option<Clause<Vec<String>>>,
    /// Under which conditions: all must hold.
    pub conditions: Vec<Condition>,
    /// Where the statement stands in the text.
    pub span: Span,
}

/// What a matching statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Effect {
    /// The statement grants.
    Allow,
    /// The statement forbids, whatever else grants.
    Deny,
}

/// An element and its `Not` form: `Action` or `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clause<T> {
    /// Matches what is listed.
    Only(T),
    /// Matches all but what is listed.
    AllBut(T),
}

impl<T> Clause<T> {
    /// What is listed, in either form.
    pub fn listed(&self) -> &T {
        match self {
            Self::Only(listed) | Self::AllBut(listed) => listed,
        }
    }

    /// Whether this is the `Not` form.
    pub fn is_not(&self) -> bool {
        matches!(self, Self::AllBut(_))
    }
}

/// The principals of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// `"Principal": "*"`.
    Everyone,
    /// `"Principal": {"AWS": …, "Service": …}`.
    Listed(Vec<PrincipalEntry>),
}

impl Principals {
    /// The listed principals; none for [`Principals::Everyone`].
    pub fn entries(&self) -> &[PrincipalEntry] {
        match self {
            Self::Everyone => &[],
            Self::Listed(entries) => entries,
        }
    }
}

/// One principal as a policy writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrincipalEntry {
    /// The key it stands under.
    pub kind: PrincipalKind,
    /// An ARN, account id, unique id, service name or provider.
    pub value: String,
}

/// The kinds of principals that a policy can name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// `AWS`: accounts, users, roles, sessions.
    Aws,
    /// `Service`: AWS services such as `pods.eks.amazonaws.com`.
    Service,
    /// `Federated`: OIDC and SAML providers.
    Federated,
    /// `CanonicalUser`: S3 only.
    CanonicalUser,
    /// A key that IAM does not know.
    Other(String),
}

impl PrincipalKind {
    /// The JSON key.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
            Self::Other(key) => key,
        }
    }
}

impl From<&str> for PrincipalKind {
    fn from(key: &str) -> Self {
        match key {
            "AWS" => Self::Aws,
            "Service" => Self::Service,
            "Federated" => Self::Federated,
            "CanonicalUser" => Self::CanonicalUser,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// One condition: an operator, a context key and the values it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// The operator as written, such as `ForAnyValue:StringLikeIfExists`.
    pub operator: String,
    /// The context key as written, such as `aws:RequestTag/kubernetes-namespace`.
    pub key: String,
    /// The values; numbers and booleans by their text.
    pub values: Vec<String>,
}

impl PolicyDocument {
    /// Reads a policy document.
    ///
    /// # Errors
    /// When the text is not JSON, is longer than [`MAX_DOCUMENT_LENGTH`](crate::MAX_DOCUMENT_LENGTH), is
    /// nested absurdly deep, repeats a key, or does not have the shape of a policy.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        crate::parse::document(text)
    }

    /// Reads a policy document from bytes, which must be UTF-8.
    ///
    /// # Errors
    /// As [`PolicyDocument::parse`], and when the bytes are no text.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, ParseError> {
        Self::parse(crate::json::utf8(bytes)?)
    }

    /// The context keys that conditions and policy variables speak of, as written, each of them once
    /// whatever its case (`GetContextKeysForCustomPolicy`).
    ///
    /// ```
    /// use podpass_policy::PolicyDocument;
    ///
    /// let policy = PolicyDocument::parse(
    ///     r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
    ///         "Resource": "arn:aws:s3:::b/${aws:username}/*",
    ///         "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#,
    /// )?;
    /// assert_eq!(policy.context_keys(), ["aws:SecureTransport", "aws:username"]);
    /// # Ok::<(), podpass_policy::ParseError>(())
    /// ```
    pub fn context_keys(&self) -> Vec<String> {
        let has_variables = self.effective_version() == Version::V2012;
        let mut keys: Vec<String> = Vec::new();
        let mut known = BTreeSet::new();
        let mut add = |key: &str| {
            if known.insert(key.to_ascii_lowercase()) {
                keys.push(key.to_owned());
            }
        };
        for statement in &self.statements {
            statement
                .conditions
                .iter()
                .for_each(|condition| add(&condition.key));
            let resources = statement.resource.iter().flat_map(Clause::listed);
            let values = statement
                .conditions
                .iter()
                .flat_map(|condition| &condition.values);
            if has_variables {
                resources
                    .chain(values)
                    .flat_map(|text| variables(text))
                    .for_each(|(key, _)| add(key));
            }
        }
        keys
    }

    /// The version by which IAM reads the document.
    pub fn effective_version(&self) -> Version {
        self.version.unwrap_or(Version::V2008)
    }

    /// All principals that the document names, with the index of their statement.
    pub fn principals(&self) -> impl Iterator<Item = (usize, &PrincipalEntry)> {
        self.statements
            .iter()
            .enumerate()
            .flat_map(|(index, statement)| {
                statement.principal.iter().flat_map(move |clause| {
                    clause.listed().entries().iter().map(move |p| (index, p))
                })
            })
    }
}

impl FromStr for PolicyDocument {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        })
    }
}
