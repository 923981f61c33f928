//! What verifying found: a line for each association, then the findings.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use comfy_table::{Table, presets};
use podpass::{AssociationId, Desired, Finding, Observed, Report, RoleArn, Severity, Subject};
use serde::Serialize;

use super::style;

/// A report beside the associations that it speaks of.
#[derive(Serialize)]
pub(crate) struct VerifiedView<'a> {
    ok: bool,
    totals: Counts,
    associations: Vec<Row<'a>>,
    findings: &'a [Finding],
}

#[derive(Clone, Copy, Default, Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    subject: &'a Subject,
    role_arn: &'a RoleArn,
    #[serde(skip_serializing_if = "Option::is_none")]
    association_id: Option<&'a AssociationId>,
    #[serde(flatten)]
    counts: Counts,
}

impl<'a> VerifiedView<'a> {
    /// Of a report on what was observed.
    pub(crate) fn new(desired: &'a Desired, observed: &'a Observed, report: &'a Report) -> Self {
        let associations = desired
            .associations
            .iter()
            .map(|(subject, association)| Row {
                subject,
                role_arn: &association.spec.role_arn,
                association_id: observed
                    .associations
                    .get(subject)
                    .and_then(|found| found.id.known()),
                counts: Counts::of(&about(
                    subject,
                    &association.spec.role_arn,
                    observed,
                    report,
                )),
            })
            .collect();
        Self {
            ok: report.is_ok(),
            totals: Counts {
                errors: report.count(Severity::Error),
                warnings: report.count(Severity::Warning),
            },
            associations,
            findings: &report.findings,
        }
    }
}

/// The findings on an association, on its role, and on the role's policies.
fn about<'a>(
    subject: &Subject,
    role: &RoleArn,
    observed: &Observed,
    report: &'a Report,
) -> Vec<&'a Finding> {
    let policies = observed
        .roles
        .get(role)
        .into_iter()
        .flat_map(|role| &role.state.attached)
        .map(ToString::to_string);
    let names: BTreeSet<String> = [subject.to_string(), role.to_string()]
        .into_iter()
        .chain(policies)
        .collect();
    report
        .findings
        .iter()
        .filter(|finding| names.contains(&finding.subject))
        .collect()
}

impl Counts {
    fn of(findings: &[&Finding]) -> Self {
        findings
            .iter()
            .fold(Self::default(), |mut counts, finding| {
                match finding.severity {
                    Severity::Error => counts.errors += 1,
                    Severity::Warning => counts.warnings += 1,
                }
                counts
            })
    }
}

/// `ok`, or what was counted.
impl Display for Counts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("ok"),
            (0, warnings) => f.write_str(&count(warnings, "warning")),
            (errors, 0) => f.write_str(&count(errors, "error")),
            (errors, warnings) => {
                write!(
                    f,
                    "{}, {}",
                    count(errors, "error"),
                    count(warnings, "warning")
                )
            }
        }
    }
}

impl Display for VerifiedView<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_header(["ASSOCIATION", "ROLE", "ID", "RESULT"]);
        for row in &self.associations {
            table.add_row([
                row.subject.to_string(),
                row.role_arn.name().to_string(),
                row.association_id
                    .map_or_else(|| "-".to_owned(), ToString::to_string),
                row.counts.to_string(),
            ]);
        }
        for line in table.lines() {
            writeln!(f, "{}", line.trim())?;
        }
        writeln!(f)?;
        for finding in self.findings {
            paint(f, finding)?;
        }
        let strong = style::STRONG;
        write!(
            f,
            "{strong}Verified:{strong:#} {}, {}, {}.",
            count(self.associations.len(), "association"),
            count(self.totals.errors, "error"),
            count(self.totals.warnings, "warning"),
        )
    }
}

fn paint(f: &mut Formatter<'_>, finding: &Finding) -> fmt::Result {
    let color = match finding.severity {
        Severity::Error => style::ERROR,
        Severity::Warning => style::WARNING,
    };
    let (strong, help) = (style::STRONG, style::HELP);
    let Finding {
        code,
        severity,
        subject,
        explanation,
        remedy,
    } = finding;
    writeln!(
        f,
        "{color}{severity}[{code}]:{color:#} {strong}{subject}{strong:#}"
    )?;
    writeln!(f, "  {explanation}")?;
    writeln!(f, "  {help}help:{help:#} {remedy}\n")
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
