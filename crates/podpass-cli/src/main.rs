//! The `podpass` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    podpass_cli::run(std::env::args_os()).into()
}
