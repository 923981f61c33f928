//! What IAM refuses, in IAM's words: one file per kind of document, one for what they share.

mod date;
mod identity;
mod service;
mod trust;

pub use service::is_known_service_principal;

use crate::{
    DocumentKind, ParseError, PolicyDocument, Position, PrincipalEntry, Statement, path::Path,
};

/// IAM's refusal of a document: the message of `MalformedPolicyDocument` is its display.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{message}")]
pub struct MalformedPolicy {
    /// AWS's exact text.
    pub message: String,
    /// The JSON path of what it is about, such as `Statement[0]`; empty for the document.
    pub path: String,
    /// Where that begins.
    pub position: Position,
    /// What AWS does not tell: what cannot be read, and what would help.
    pub hint: Option<String>,
}

impl MalformedPolicy {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            path: String::new(),
            position: Position { line: 1, column: 1 },
            hint: None,
        }
    }

    /// The refusal of what cannot be read.
    fn of_unreadable(message: impl Into<String>, error: ParseError) -> Self {
        Self {
            message: message.into(),
            path: error.path,
            position: Position {
                line: error.line,
                column: error.column,
            },
            hint: Some(match error.hint {
                Some(hint) => format!("{}; {hint}", error.message),
                None => error.message,
            }),
        }
    }

    /// The refusal of a principal that does not exist, for the caller who knows which do.
    ///
    /// ```
    /// use podpass_policy::{MalformedPolicy, PrincipalEntry, PrincipalKind};
    ///
    /// let entry = PrincipalEntry { kind: PrincipalKind::Service, value: "invalid.amazonaws.com".into() };
    /// assert_eq!(
    ///     MalformedPolicy::invalid_principal(&entry).to_string(),
    ///     r#"Invalid principal in policy: "SERVICE":"invalid.amazonaws.com""#,
    /// );
    /// ```
    pub fn invalid_principal(entry: &PrincipalEntry) -> Self {
        let kind = entry.kind.as_str().to_ascii_uppercase();
        Self::new(format!(
            "Invalid principal in policy: \"{kind}\":\"{}\"",
            entry.value
        ))
    }
}

/// Reads a document as IAM does when it is to be stored, in IAM's order of checks.
///
/// Whether the principals of a trust policy exist is for the caller to know, who has the directory of
/// accounts: see [`PolicyDocument::principals`] and [`is_known_service_principal`].
///
/// # Errors
/// [`MalformedPolicy`] with AWS's text.
///
/// ```
/// use podpass_policy::{DocumentKind, validate};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "my-bucket"}]}"#;
/// let refusal = validate(text, DocumentKind::ManagedIdentity).unwrap_err();
/// assert_eq!(refusal.to_string(), "Resource my-bucket must be in ARN format or \"*\".");
/// assert_eq!((refusal.path.as_str(), refusal.position.line), ("Statement[0]", 2));
/// ```
pub fn validate(text: &str, kind: DocumentKind) -> Result<PolicyDocument, MalformedPolicy> {
    match kind {
        DocumentKind::Trust => trust::validate(text),
        _ => identity::validate(text, kind),
    }
}

/// Checks one statement after the other; a refusal tells which one it is about.
fn in_each(
    statements: &[Statement],
    check: impl Fn(&Statement) -> Result<(), MalformedPolicy>,
) -> Result<(), MalformedPolicy> {
    for (index, statement) in statements.iter().enumerate() {
        check(statement).map_err(|refusal| MalformedPolicy {
            path: Path::Root.key("Statement").index(index).to_string(),
            position: statement.span.start,
            ..refusal
        })?;
    }
    Ok(())
}

/// Refuses the first statement of which something is true.
fn refuse_where(
    statements: &[Statement],
    test: impl Fn(&Statement) -> bool,
    message: &str,
) -> Result<(), MalformedPolicy> {
    in_each(statements, |statement| match test(statement) {
        true => Err(MalformedPolicy::new(message)),
        false => Ok(()),
    })
}

/// The size of a document as IAM's quotas count it: characters other than white space.
///
/// ```
/// assert_eq!(podpass_policy::size_without_whitespace("{ \"a\":\n 1 }"), 7);
/// ```
pub fn size_without_whitespace(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}
