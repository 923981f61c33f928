//! What verifying found: a line for each association, then the findings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::iter::{self, Sum};

use comfy_table::{Table, presets};
use podpass::{
    AssociationId, Desired, DesiredAssociation, Finding, Observed, Report, RoleArn, Severity,
    Subject,
};
use serde::Serialize;

use super::{count, style};

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
    /// Of a report on what was observed; when `strict`, warnings are not ok.
    pub(crate) fn new(
        desired: &'a Desired,
        observed: &'a Observed,
        report: &'a Report,
        strict: bool,
    ) -> Self {
        let counts = Counts::by_name(report);
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
                counts: names(subject, association, desired, observed)
                    .iter()
                    .filter_map(|name| counts.get(name.as_str()).copied())
                    .sum(),
            })
            .collect();
        Self {
            ok: report.is_ok() && !(strict && report.count(Severity::Warning) > 0),
            totals: Counts {
                errors: report.count(Severity::Error),
                warnings: report.count(Severity::Warning),
            },
            associations,
            findings: &report.findings,
        }
    }

    /// Whether nothing was found that counts.
    pub(crate) fn is_ok(&self) -> bool {
        self.ok
    }
}

/// What findings may be about that concern an association: itself, its cluster and namespace, its roles, and
/// the roles' policies.
fn names(
    subject: &Subject,
    association: &DesiredAssociation,
    desired: &Desired,
    observed: &Observed,
) -> BTreeSet<String> {
    let Subject {
        cluster, namespace, ..
    } = subject;
    let mut names = BTreeSet::from([
        subject.to_string(),
        cluster.to_string(),
        format!("{cluster}/{namespace}"),
    ]);
    let spec = &association.spec;
    for role in iter::once(&spec.role_arn).chain(&spec.target_role_arn) {
        let wished = desired.roles.get(role);
        let found = observed.roles.get(role).map(|role| &role.state);
        names.insert(role.to_string());
        for state in wished.into_iter().chain(found) {
            names.extend(state.attached.iter().map(ToString::to_string));
        }
    }
    names
}

impl Counts {
    /// How many findings there are on each thing. One on `ROLE, inline policy NAME` is one on the role.
    fn by_name(report: &Report) -> BTreeMap<&str, Self> {
        let mut counts: BTreeMap<&str, Self> = BTreeMap::new();
        for finding in &report.findings {
            let name = finding.subject.split(", ").next().unwrap_or_default();
            let counts = counts.entry(name).or_default();
            match finding.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => {}
            }
        }
        counts
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, counts| Self {
            errors: sum.errors + counts.errors,
            warnings: sum.warnings + counts.warnings,
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
        Severity::Note => style::FAINT,
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
