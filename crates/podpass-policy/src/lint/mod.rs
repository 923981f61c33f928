//! Lint: what is well-formed and yet surely or probably not what its author meant. One file per group
//! of rules; `knowledge` holds what AWS services have, `overlap` compares patterns.

mod action;
mod condition;
mod document;
mod knowledge;
mod overlap;
mod packed_size;
mod principal;
mod resource;
mod trust;

use std::fmt;

use serde::Serialize;

use crate::{Condition, DocumentKind, PolicyDocument, Position, Statement, path::Path};

/// What lint found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// Which rule.
    pub code: LintCode,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Where the statement (or the document) begins.
    pub position: Position,
    /// The JSON path, such as `Statement[0].Action[1]`.
    pub path: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Cannot work.
    Error,
}

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintCode {
    /// A `Sid` with characters other than letters and digits.
    InvalidSid,
    /// Two statements with one `Sid`.
    DuplicateSid,
    /// No `Version`, or the one of 2008.
    OldVersion,
    /// An action of a service that AWS does not have.
    UnknownService,
    /// An action that its service does not have.
    UnknownAction,
    /// A resource that none of the statement's actions can apply to, or an action without its resource.
    ResourceMismatch,
    /// A resource that is no ARN.
    InvalidArn,
    /// A condition operator that IAM does not know.
    UnknownOperator,
    /// A condition key that none of the statement's actions has.
    UnknownConditionKey,
    /// An operator that does not fit the type of its key, or a value that its operator cannot read.
    MismatchedType,
    /// `*` or `?` in a value that is compared literally.
    WildcardUnderEquals,
    /// A list compared without `ForAllValues` or `ForAnyValue`.
    ListWithoutSetOperator,
    /// An Allow by `ForAllValues`, which holds as well where the key is absent.
    AbsentKeyAllowed,
    /// A trust policy that lets a role be assumed, but not with session tags.
    MissingTagSession,
    /// A condition on session tags that are not sent.
    RequestTagWithoutSessionTags,
    /// `aws:PrincipalTag` where the tags still are `aws:RequestTag`.
    PrincipalTagInTrust,
    /// A trust policy that any cluster of the account can use.
    TrustOpenToEveryCluster,
    /// A principal that cannot exist.
    UnknownPrincipal,
    /// `"Resource": "*"` where the actions could be held to certain resources.
    ResourceStar,
    /// Session tags that STS will probably not pack.
    PackedSize,
    /// A document longer than the default quota of its kind.
    TooLong,
}

/// What lint is told beside the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintOptions {
    /// Whether the associations that use the role disable session tags (`disableSessionTags`).
    pub disable_session_tags: bool,
    /// The session tags that the role's sessions will have, as far as they are known.
    pub session_tags: Vec<(String, String)>,
}

/// Looks for what is probably not meant.
///
/// ```
/// use podpass_policy::{DocumentKind, LintCode, LintOptions, PolicyDocument, lint};
///
/// let document = PolicyDocument::parse(
///     r#"{"Version": "2012-10-17", "Statement": [
///         {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-pod-secrets-bucket"}]}"#,
/// )?;
/// let found = lint(&document, DocumentKind::ManagedIdentity, &LintOptions::default());
/// assert_eq!(found[0].code, LintCode::ResourceMismatch);
/// assert!(found[0].remedy.contains("arn:aws:s3:::my-pod-secrets-bucket/*"));
/// # Ok::<(), podpass_policy::ParseError>(())
/// ```
pub fn lint(document: &PolicyDocument, kind: DocumentKind, options: &LintOptions) -> Vec<Lint> {
    let subject = Subject {
        document,
        kind,
        options,
    };
    let mut found = Vec::new();
    for rule in [
        document::check,
        action::check,
        resource::check,
        condition::check,
        principal::check,
        trust::check,
        packed_size::check,
    ] {
        rule(&subject, &mut found);
    }
    found.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.position.cmp(&b.position))
    });
    found
}

impl Lint {
    /// A finding about the document as a whole.
    fn of_document(
        code: LintCode,
        severity: Severity,
        message: impl Into<String>,
        remedy: &str,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            remedy: remedy.to_owned(),
            position: Position { line: 1, column: 1 },
            path: String::new(),
        }
    }
}

/// What the rules look at.
struct Subject<'a> {
    document: &'a PolicyDocument,
    kind: DocumentKind,
    options: &'a LintOptions,
}

impl<'a> Subject<'a> {
    fn statements(&self) -> impl Iterator<Item = Place<'a>> {
        let statements = self.document.statements.iter().enumerate();
        statements.map(|(index, statement)| Place { index, statement })
    }
}

/// A statement and where it stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    index: usize,
    statement: &'a Statement,
}

impl Place<'_> {
    fn lint(
        self,
        code: LintCode,
        severity: Severity,
        element: impl fmt::Display,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Lint {
        Lint {
            code,
            severity,
            message: message.into(),
            remedy: remedy.into(),
            position: self.statement.span.start,
            path: format!("Statement[{}].{element}", self.index),
        }
    }
}

/// The path of a condition within its statement.
fn condition_path(condition: &Condition) -> String {
    let conditions = Path::Root.key("Condition");
    let operator = conditions.key(&condition.operator);
    operator.key(&condition.key).to_string()
}

/// The entry of a list: `Action[1]`, or `Action` when it is the only one.
fn entry(name: &str, index: usize, of: usize) -> String {
    if of == 1 {
        name.to_owned()
    } else {
        format!("{name}[{index}]")
    }
}

/// The code as findings carry it, such as `resource-mismatch`.
impl fmt::Display for LintCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            severity,
            message,
            position,
            path,
            ..
        } = self;
        write!(
            f,
            "{severity}: {message} (`{path}`, line {} column {})",
            position.line, position.column
        )
    }
}

#[cfg(test)]
mod tests;
