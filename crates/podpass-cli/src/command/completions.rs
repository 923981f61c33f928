//! `podpass completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::args::Cli;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::Console;

/// What can be typed after `podpass completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
For bash: source <(podpass completions bash)
For zsh:  podpass completions zsh > \"${fpath[1]}/_podpass\"
For fish: podpass completions fish | source")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the completion script.
pub(super) fn run(args: &CompletionsArgs, console: &mut Console) -> Result<ExitCode, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "podpass", &mut script);
    console.raw(&script)?;
    Ok(ExitCode::Success)
}
