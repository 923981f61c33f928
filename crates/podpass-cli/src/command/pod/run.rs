//! `podpass pod run`.

use std::ffi::OsString;

use clap::Args;

use super::{OpenPod, PodArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::Console;
use crate::pod::{self, Program};

/// What can be typed after `podpass pod run`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
A pod is created that no scheduler takes, so that nothing runs in it. The program gets what the webhook of EKS added \
to it: the token, in a private file that is replaced in time, and the variables that lead SDKs to the agent. What \
would win over these is taken out of its environment: AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_WEB_IDENTITY_TOKEN_FILE and \
the like, and the AWS configuration files. AWS_ENDPOINT_URL stays. Signals go on to the program. When it ends, the pod \
and the file go.

Without an association the program runs without credentials, as it would in the cluster, and a warning says so.

Exit status: that of the program, or 128 and the number of the signal that ended it; 127 when there is no such \
program, 126 when it cannot be run, 1 for an error before.")]
pub(crate) struct PodRunArgs {
    /// The program and its arguments
    #[arg(
        value_name = "COMMAND",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<OsString>,

    #[command(flatten)]
    pod: PodArgs,
}

/// Creates the pod, runs the program, deletes the pod.
pub(super) async fn run(args: PodRunArgs, console: &mut Console) -> Result<ExitCode, CliError> {
    let PodRunArgs { command, pod: args } = args;
    super::with_pod(&args, console, async |mut pod, console| {
        if !pod.environment.has_credentials() {
            super::warn(console, pod.subject);
        }
        let outcome = live(&mut pod, command, console).await;
        pod::delete(&pod.identity, console).await;
        outcome
    })
    .await
}

/// The pod's life: its tokens are written, and the program runs while they are kept fresh.
async fn live(
    pod: &mut OpenPod<'_>,
    command: Vec<OsString>,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    let OpenPod {
        identity,
        environment,
        folder,
        signals,
        ..
    } = pod;
    folder.prepare(environment).map_err(CliError::PodFolder)?;
    let tokens = tokio::select! {
        tokens = pod::request(identity, environment) => tokens?,
        signal = signals.next() => return Ok(ExitCode::Program(signal.status())),
    };
    let program = Program::new(command);
    let ended = tokio::select! {
        ended = program.run(environment, signals) => ended,
        never = pod::keep_fresh(identity, tokens) => match never {},
    };
    Ok(ExitCode::Program(ended.unwrap_or_else(|source| {
        let status = pod::status_of_failure(&source);
        let program = program.name();
        console.fail(&CliError::Program { program, source });
        status
    })))
}
