//! How answers look: on standard output for people or for machines; errors on standard error.

mod applied;
mod console;
mod failure;
mod plan;
mod snippet;
pub(crate) mod style;
mod verified;

use clap::ValueEnum;

pub(crate) use applied::AppliedView;
pub(crate) use console::Console;
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
