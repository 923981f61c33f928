//! An error on the screen: what failed, where, and what to do.

use std::error::Error;
use std::fmt::{self, Write};

use podpass::{ApplyError, PlanError, StepError};

use super::{snippet, style};
use crate::error::{CliError, port_help};

/// Writes an error for people, without a line break at the end.
pub(super) fn render(error: &CliError) -> String {
    if let CliError::Manifest { name, text, error } = error {
        return snippet::render(name, text, &error.problems);
    }
    let mut text = String::new();
    // Writing to a string does not fail.
    _ = match error {
        CliError::Plan(error) => conflicts(&mut text, error),
        CliError::Apply(error) => unfinished(&mut text, error),
        _ => headline(&mut text, error),
    };
    if let Some(help) = error.help() {
        _ = help_line(&mut text, &help);
    }
    text.truncate(text.trim_end().len());
    text
}

/// What a person can do about a step that failed.
pub(super) fn step_help(error: &StepError) -> Option<String> {
    match (error.remedy(), error) {
        (Some(remedy), _) => Some(remedy.to_owned()),
        (None, StepError::Port(error)) => port_help(error),
        (None, _) => None,
    }
}

/// The error and its causes, in one line.
fn headline(text: &mut String, error: &CliError) -> fmt::Result {
    error_line(text, error)?;
    let mut cause = error.source();
    while let Some(error) = cause {
        text.truncate(text.trim_end().len());
        writeln!(text, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

fn conflicts(text: &mut String, error: &PlanError) -> fmt::Result {
    for conflict in &error.conflicts {
        error_line(text, conflict)?;
        help_line(text, &conflict.remedy())?;
    }
    Ok(())
}

fn unfinished(text: &mut String, error: &ApplyError) -> fmt::Result {
    for failed in &error.failed {
        error_line(
            text,
            format_args!("could not {}: {}", failed.step.summary(), failed.error),
        )?;
        if let Some(help) = step_help(&failed.error) {
            help_line(text, &help)?;
        }
    }
    if error.failed.is_empty() {
        error_line(text, "interrupted")?;
    }
    if !error.left.is_empty() {
        let strong = style::STRONG;
        writeln!(text, "{strong}Not begun:{strong:#}")?;
        for step in &error.left {
            writeln!(text, "  {}", step.summary())?;
        }
    }
    Ok(())
}

fn error_line(text: &mut String, error: impl fmt::Display) -> fmt::Result {
    let red = style::ERROR;
    writeln!(text, "{red}error:{red:#} {error}")
}

fn help_line(text: &mut String, help: &str) -> fmt::Result {
    let cyan = style::HELP;
    writeln!(text, "{cyan}help:{cyan:#} {help}")
}
