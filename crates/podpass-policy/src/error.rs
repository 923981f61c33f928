//! Why a text cannot be read as a policy document.

use crate::Position;

/// A text that is no policy document: where, why, and what would help.
///
/// ```
/// use podpass_policy::PolicyDocument;
///
/// let error = PolicyDocument::parse(r#"{"Statement": [{"Effect": "allow"}]}"#).unwrap_err();
/// assert_eq!(error.path, "Statement[0].Effect");
/// assert_eq!((error.line, error.column), (1, 27));
/// assert_eq!(error.hint.as_deref(), Some("write `Allow`: Effect is case-sensitive"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{message} at line {line} column {column}{}", in_path(path))]
pub struct ParseError {
    /// The JSON path of the offending value, such as `Statement[0].Effect`; empty for the document.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What would help.
    pub hint: Option<String>,
    #[serde(skip)]
    pub(crate) flaw: Flaw,
}

/// The kinds of errors that validation answers differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Not JSON at all.
    Json,
    /// JSON, but not of a policy's shape.
    Shape,
    /// `allow` for `Allow`: IAM finds it later than the others.
    EffectCase,
}

impl ParseError {
    pub(crate) fn new(
        flaw: Flaw,
        path: impl Into<String>,
        at: Position,
        message: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            line: at.line,
            column: at.column,
            message: message.into(),
            hint: None,
            flaw,
        }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

fn in_path(path: &str) -> String {
    match path {
        "" => String::new(),
        path => format!(" (`{path}`)"),
    }
}
