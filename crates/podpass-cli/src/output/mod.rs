//! How answers look: on standard output for people or for machines; errors on standard error.

mod access;
mod applied;
mod chain;
mod checked;
mod console;
mod decision;
mod explained;
mod failure;
mod plan;
mod snippet;
pub(crate) mod style;
mod verified;

use clap::ValueEnum;

pub(crate) use access::AccessView;
pub(crate) use applied::AppliedView;
pub(crate) use chain::ChainView;
pub(crate) use checked::{CheckedFile, CheckedView};
pub(crate) use console::Console;
pub(crate) use explained::{Explained, ExplainedView};
pub(crate) use plan::PlanView;
pub(crate) use verified::VerifiedView;

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
    /// For programs, easier to read
    Yaml,
}

/// A number with its noun.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
