//! The `podpass-mock` server.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use podpass_mock::command::{self, MockArgs};

/// Answers are made of many small pieces, which this allocator hands out faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A mock of AWS (IAM, STS, EKS) and Kubernetes for EKS Pod Identity, on one port
#[derive(Debug, Parser)]
#[command(name = "podpass-mock", version)]
struct Command {
    #[command(flatten)]
    mock: MockArgs,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = command::run(Command::parse().mock).await else {
        return ExitCode::SUCCESS;
    };
    let mut message = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(&format!(": {error}"));
        cause = error.source();
    }
    if let Some(help) = error.help() {
        message.push_str(&format!("\nhelp: {help}"));
    }
    // There is nobody left to tell if this fails.
    _ = writeln!(std::io::stderr(), "{message}");
    ExitCode::FAILURE
}
