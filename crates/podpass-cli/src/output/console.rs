//! Standard output and standard error.

use std::fmt::Display;
use std::io::{self, Stderr, Stdout, Write};

use anstream::AutoStream;
use serde::Serialize;

use super::{Format, failure};
use crate::error::CliError;

/// Where everything is written to. Colours are taken off where they do not belong.
pub(crate) struct Console {
    out: AutoStream<Stdout>,
    err: AutoStream<Stderr>,
    quiet: bool,
}

impl Console {
    /// A quiet console tells answers and errors only.
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            out: anstream::stdout(),
            err: anstream::stderr(),
            quiet,
        }
    }

    /// Whether only answers and errors are told.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes a line of the answer.
    pub(crate) fn line(&mut self, text: impl Display) -> Result<(), CliError> {
        writeln!(self.out, "{text}").map_err(CliError::Output)
    }

    /// Writes a text for people: it is the answer where the answer is for people, else on standard error.
    pub(crate) fn show(&mut self, format: Format, text: impl Display) -> Result<(), CliError> {
        match format {
            Format::Table => self.line(text),
            Format::Json | Format::Yaml => {
                self.note(text);
                Ok(())
            }
        }
    }

    /// Writes the answer for a program.
    pub(crate) fn data(&mut self, format: Format, value: &impl Serialize) -> Result<(), CliError> {
        let text = match format {
            Format::Yaml => serde_saphyr::to_string(value).map_err(io::Error::other),
            Format::Json | Format::Table => serde_json::to_string_pretty(value).map_err(Into::into),
        };
        let text = text.map_err(CliError::Output)?;
        self.line(text.trim_end())
    }

    /// Writes bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.out.write_all(bytes).map_err(CliError::Output)
    }

    /// Tells something on standard error.
    pub(crate) fn note(&mut self, text: impl Display) {
        if !self.quiet {
            // Nobody is left to tell when standard error is gone.
            _ = writeln!(self.err, "{text}");
        }
    }

    /// Tells an error, unless it is that nobody reads the answer any more.
    pub(crate) fn fail(&mut self, error: &CliError) {
        if !error.is_broken_pipe() {
            _ = writeln!(self.err, "{}", failure::render(error));
        }
    }
}
