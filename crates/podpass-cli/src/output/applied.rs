//! What an apply did, in one line or as data.

use std::fmt::{self, Display, Formatter};

use podpass::{Applied, ApplyError, AssociationId, FailedStep, Kept, Plan, Step, Subject, Totals};
use serde::Serialize;

use super::style;

/// What was done, what failed, what is left to do and what is left alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppliedView<'a> {
    totals: Totals,
    done: &'a [Step],
    failed: Vec<FailedView<'a>>,
    left: &'a [Step],
    kept: &'a [Kept],
    associations: Vec<AssociationView<'a>>,
}

#[derive(Serialize)]
struct FailedView<'a> {
    step: &'a Step,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssociationView<'a> {
    subject: &'a Subject,
    association_id: &'a AssociationId,
}

impl<'a> AppliedView<'a> {
    /// Of a plan whose apply ended, well or not.
    pub(crate) fn new(plan: &'a Plan, outcome: &'a Result<Applied, ApplyError>) -> Self {
        let (applied, failed, left): (_, &[FailedStep], &[Step]) = match outcome {
            Ok(applied) => (applied, &[], &[]),
            Err(error) => (&error.done, &error.failed, &error.left),
        };
        Self {
            totals: Totals::of(&applied.done),
            done: &applied.done,
            failed: failed.iter().map(FailedView::new).collect(),
            left,
            kept: &plan.kept,
            associations: applied
                .associations
                .iter()
                .map(|(subject, association_id)| AssociationView {
                    subject,
                    association_id,
                })
                .collect(),
        }
    }
}

impl<'a> FailedView<'a> {
    fn new(failed: &'a FailedStep) -> Self {
        Self {
            step: &failed.step,
            error: failed.error.to_string(),
            help: super::failure::step_help(&failed.error),
        }
    }
}

impl Display for AppliedView<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Totals {
            create,
            change,
            delete,
        } = self.totals;
        let strong = style::STRONG;
        write!(
            f,
            "{strong}Done:{strong:#} {create} created, {change} changed, {delete} deleted."
        )
    }
}
