//! The podpass command line, as a library.

/// Runs the command line.
pub fn run() {}
