//! `podpass mock`: the same as the program `podpass-mock`.

use clap::Args;
use podpass_mock::command::MockArgs;

use crate::error::CliError;
use crate::exit_code::ExitCode;

/// What can be typed after `podpass mock`.
#[derive(Debug, Args)]
pub(crate) struct MockCommandArgs {
    #[command(flatten)]
    mock: MockArgs,
}

/// Runs the server until it is told to stop.
pub(super) async fn run(args: MockCommandArgs) -> Result<ExitCode, CliError> {
    podpass_mock::command::run(args.mock).await?;
    Ok(ExitCode::Success)
}
