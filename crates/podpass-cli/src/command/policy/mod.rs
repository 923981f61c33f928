//! `podpass policy`: what can be asked of policies in files, without AWS.

mod check;
mod explain;

use clap::Subcommand;

use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::Console;

/// What can be typed after `podpass policy`.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Check policy documents: whether IAM takes them, and whether they say what was probably meant
    Check(check::CheckArgs),
    /// Decide about a request as AWS would, and say why
    Explain(Box<explain::ExplainArgs>),
}

/// Runs the command that was typed.
pub(super) fn run(command: &PolicyCommand, console: &mut Console) -> Result<ExitCode, CliError> {
    match command {
        PolicyCommand::Check(args) => check::run(args, console),
        PolicyCommand::Explain(args) => explain::run(args, console),
    }
}
