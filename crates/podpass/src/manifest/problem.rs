//! What is wrong with a manifest, and where.

use std::fmt;

use serde::Serialize;

use super::located::Position;

/// A manifest that cannot be used: everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// Every problem, in the order of the text, never empty.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Where; `None` where the text does not tell, as for a value that is missing everywhere.
    pub position: Option<Position>,
    /// What.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    pub(crate) fn new(position: Option<Position>, message: impl Into<String>) -> Self {
        Self {
            position,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "{position}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " (help: {help})"),
            None => Ok(()),
        }
    }
}

/// One line per problem, each starting with `LINE:COLUMN: `.
impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ManifestError {}

impl ManifestError {
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort();
        problems.dedup();
        Self { problems }
    }
}

impl From<serde_saphyr::Error> for ManifestError {
    fn from(error: serde_saphyr::Error) -> Self {
        let error = error.without_snippet();
        let position = error.location().and_then(Position::of);
        let problem = match error {
            serde_saphyr::Error::SerdeUnknownField {
                field, expected, ..
            } => {
                let problem = Problem::new(position, format!("unknown key `{field}`"));
                match closest(field, expected) {
                    Some(name) => problem.with_help(format!("did you mean `{name}`?")),
                    None => problem.with_help(format!("known here: {}", list(expected))),
                }
            }
            serde_saphyr::Error::SerdeUnknownVariant {
                variant, expected, ..
            } => Problem::new(position, format!("unknown value `{variant}`"))
                .with_help(format!("one of {}", list(expected))),
            serde_saphyr::Error::SerdeMissingField { field, .. } => {
                Problem::new(position, format!("missing key `{field}`"))
            }
            serde_saphyr::Error::DuplicateMappingKey { key, .. } => {
                let key = key
                    .as_ref()
                    .map_or_else(|| "a key".to_owned(), |key| format!("key `{key}`"));
                Problem::new(position, format!("{key} is there twice"))
                    .with_help("keep one of the two")
            }
            serde_saphyr::Error::MultipleDocuments { .. } => {
                Problem::new(position, "a second YAML document begins here")
                    .with_help("a manifest is one document: list all clusters under one `clusters:`, or use a file for each")
            }
            serde_saphyr::Error::NullIntoString { .. } => {
                Problem::new(position, "the value is missing: text is expected here")
                    .with_help("write a value, `\"\"` for an empty one, or leave the key out")
            }
            serde_saphyr::Error::InvalidScalar { ty: "u32", .. } => {
                Problem::new(position, "a whole number is expected here")
                    .with_help("write digits only, such as `3600`")
            }
            serde_saphyr::Error::InvalidScalar { ty: "boolean", .. } => {
                Problem::new(position, "`true` or `false` is expected here")
            }
            other => Problem::new(position, without_location(&other.to_string())),
        };
        Self::new(vec![problem])
    }
}

/// The parser ends its messages with the place, which we print in front.
fn without_location(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let end = first.rfind(" at line ").unwrap_or(first.len());
    first[..end].to_owned()
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// The known name that was probably meant: the same but for case and separators, or few edits away.
fn closest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    let given = plain(given);
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&given, &plain(name)), *name))
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .min()
        .map(|(_, name)| name)
}
