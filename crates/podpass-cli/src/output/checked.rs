//! What `policy check` found: a line for each finding, as compilers write them, and the totals.

use std::fmt::{self, Display, Formatter};

use podpass_policy::{DocumentKind, Lint, MalformedPolicy, ParseError, Severity};
use serde::Serialize;

use super::{count, style};

/// All files that were checked.
#[derive(Serialize)]
pub(crate) struct CheckedView {
    ok: bool,
    totals: Totals,
    files: Vec<CheckedFile>,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Totals {
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// A file and what was found in it.
#[derive(Serialize)]
pub(crate) struct CheckedFile {
    file: String,
    kind: DocumentKind,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Finding {
    code: String,
    severity: Severity,
    line: u32,
    column: u32,
    path: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl CheckedFile {
    /// A file without findings.
    pub(crate) fn new(file: String, kind: DocumentKind) -> Self {
        Self {
            file,
            kind,
            findings: Vec::new(),
        }
    }

    /// Adds what IAM says of the document, and where it stops being one.
    pub(crate) fn refused(&mut self, refusal: Option<MalformedPolicy>, error: Option<ParseError>) {
        let (mut line, mut column, mut path) = (1, 1, String::new());
        if let Some(error) = error {
            (line, column, path) = (error.line, error.column, error.path);
            self.findings.push(Finding {
                code: "unreadable".to_owned(),
                severity: Severity::Error,
                line,
                column,
                path: path.clone(),
                message: error.message,
                remedy: error.hint,
            });
        }
        self.findings.extend(refusal.map(|refusal| Finding {
            code: "malformed-policy-document".to_owned(),
            severity: Severity::Error,
            line,
            column,
            path,
            message: refusal.message,
            remedy: None,
        }));
    }

    /// Adds what lint found.
    pub(crate) fn linted(&mut self, lints: Vec<Lint>) {
        self.findings.extend(lints.into_iter().map(|lint| Finding {
            code: lint.code.to_string(),
            severity: lint.severity,
            line: lint.position.line,
            column: lint.position.column,
            path: lint.path,
            message: lint.message,
            remedy: Some(lint.remedy),
        }));
    }
}

impl CheckedView {
    /// Of files, in the order in which they were named.
    pub(crate) fn new(files: Vec<CheckedFile>) -> Self {
        let mut totals = Totals::default();
        for finding in files.iter().flat_map(|file| &file.findings) {
            match finding.severity {
                Severity::Error => totals.errors += 1,
                Severity::Warning => totals.warnings += 1,
                Severity::Note => totals.notes += 1,
            }
        }
        Self {
            ok: totals.errors == 0,
            totals,
            files,
        }
    }

    /// Whether nothing worse than a warning was found.
    pub(crate) fn is_ok(&self) -> bool {
        self.ok
    }
}

impl Display for CheckedView {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            for finding in &file.findings {
                paint(f, &file.file, finding)?;
            }
        }
        let strong = style::STRONG;
        let Totals {
            errors,
            warnings,
            notes,
        } = self.totals;
        let files = self.files.len();
        write!(
            f,
            "{strong}Checked:{strong:#} {}, {}, {}, {}.",
            count(files, "file"),
            count(errors, "error"),
            count(warnings, "warning"),
            count(notes, "note"),
        )
    }
}

fn paint(f: &mut Formatter<'_>, file: &str, finding: &Finding) -> fmt::Result {
    let color = match finding.severity {
        Severity::Error => style::ERROR,
        Severity::Warning => style::WARNING,
        Severity::Note => style::STRONG,
    };
    let Finding {
        code,
        severity,
        line,
        column,
        path,
        message,
        remedy,
    } = finding;
    write!(
        f,
        "{file}:{line}:{column}: {color}{severity}[{code}]:{color:#} {message}"
    )?;
    match path.as_str() {
        "" => writeln!(f)?,
        path => writeln!(f, " (`{path}`)")?,
    }
    let help = style::HELP;
    match remedy {
        Some(remedy) => writeln!(f, "  {help}help:{help:#} {remedy}"),
        None => Ok(()),
    }
}
