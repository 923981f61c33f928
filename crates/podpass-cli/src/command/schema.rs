//! `podpass schema`.

use podpass::Manifest;

use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{Console, Format};

/// Prints the JSON Schema of manifests.
pub(super) fn run(console: &mut Console) -> Result<ExitCode, CliError> {
    console.data(Format::Json, &Manifest::json_schema())?;
    Ok(ExitCode::Success)
}
