//! The few colours, each with its meaning. They are written always and taken off where no terminal is.

use anstyle::{AnsiColor, Style};

/// Something comes into being, or is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Something changes, or deserves a look.
pub(crate) const CHANGE: Style = AnsiColor::Yellow.on_default();
/// Something goes, or is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// An error's first word.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// A warning's first word.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What to do about it.
pub(crate) const HELP: Style = AnsiColor::Cyan.on_default().bold();
/// What a line is about.
pub(crate) const STRONG: Style = Style::new().bold();
/// What can be skipped over.
pub(crate) const FAINT: Style = Style::new().dimmed();
