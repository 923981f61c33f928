//! The podpass command line, as a library: the binary and the Python wheel both call [`run`].
//!
//! `args` and `request_args` say what can be typed, `command` holds one file per command, `session` the way from
//! a manifest to what is there, `output` how answers and errors look, `progress` and `interrupt` what happens meanwhile,
//! `pod` what makes a program here a pod's.

mod args;
mod command;
mod confirm;
mod error;
mod exit_code;
mod interrupt;
mod manifest_file;
mod output;
mod pod;
mod policy_file;
mod progress;
mod request_args;
mod session;
mod text_file;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};
use tracing_subscriber::EnvFilter;

use args::Cli;
pub use exit_code::ExitCode;
use output::Console;

/// Runs the command line with these arguments, of which the first is the program's name. Answers go to
/// standard output, everything else to standard error.
///
/// Starts a tokio runtime of its own: call it from outside of one.
///
/// ```
/// use podpass_cli::ExitCode;
///
/// assert_eq!(podpass_cli::run(["podpass", "schema"]), ExitCode::Success);
/// assert_eq!(podpass_cli::run(["podpass", "plan", "--no-such-option"]), ExitCode::Failure);
/// ```
pub fn run<I, T>(args: I) -> ExitCode
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(answer) => {
            // Help and the version are answers as well; nobody is left to tell when printing fails.
            _ = answer.print();
            return if answer.use_stderr() {
                ExitCode::Failure
            } else {
                ExitCode::Success
            };
        }
    };
    if cli.global.no_color {
        anstream::ColorChoice::Never.write_global();
    }
    let mut console = Console::new(cli.global.quiet);
    let outcome = tokio::runtime::Runtime::new()
        .map_err(error::CliError::Runtime)
        .and_then(|runtime| runtime.block_on(command::run(cli, &mut console)));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            console.fail(&error);
            ExitCode::Failure
        }
    }
}

/// The command line as clap knows it, for documentation and completions.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Sends what the engine and its adapters tell to standard error: warnings, or more with every `-v`. The AWS
/// SDK's warnings are not for everyone: what they lead to is told as an error.
fn log(verbosity: u8) {
    let filter = match verbosity {
        0 => "off,podpass=warn",
        1 => "warn,podpass=info",
        2 => "warn,podpass=debug",
        _ => "debug,podpass=trace",
    };
    let colors = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    // A program that embeds this command line may have a subscriber of its own.
    _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(colors)
        .with_writer(std::io::stderr)
        .try_init();
}
