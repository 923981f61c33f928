//! Asking before anything changes.

use std::io::{IsTerminal, Write};

use crate::error::CliError;

/// Asks a question on the terminal; everything but `y` and `yes` declines.
///
/// # Errors
/// [`CliError::CannotAsk`] where nobody can answer, [`CliError::Declined`] where somebody said no.
pub(crate) fn confirm(command: &'static str, question: &str) -> Result<(), CliError> {
    let (stdin, mut stderr) = (std::io::stdin(), std::io::stderr());
    if !stdin.is_terminal() || !stderr.is_terminal() {
        return Err(CliError::CannotAsk(command));
    }
    let mut answer = String::new();
    write!(stderr, "\n{question} [y/N] ")
        .and_then(|()| stderr.flush())
        .and_then(|()| stdin.read_line(&mut answer))
        .map_err(CliError::Terminal)?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(CliError::Declined),
    }
}
