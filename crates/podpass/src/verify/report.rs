//! What verifying answers.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something that could not be judged.
    Note,
    /// Pods get credentials, but probably not the rights that were meant.
    Warning,
    /// Pods get no credentials, or not those that the manifest promises.
    Error,
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

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The kind of finding, such as `role-missing`: it never changes.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: an association as `CLUSTER/NAMESPACE/SERVICE-ACCOUNT`, a role or a policy by its ARN.
    pub subject: String,
    /// What is wrong.
    pub explanation: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            severity,
            subject,
            explanation,
            remedy,
        } = self;
        write!(
            f,
            "{severity}[{code}] {subject}: {explanation}\n  remedy: {remedy}"
        )
    }
}

/// Everything that verifying found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The findings, kind by kind.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether pods get the credentials that the manifest promises: there may be warnings.
    pub fn is_ok(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.severity < Severity::Error)
    }

    /// How many findings are this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        write!(
            f,
            "{} errors, {} warnings",
            self.count(Severity::Error),
            self.count(Severity::Warning)
        )
    }
}
