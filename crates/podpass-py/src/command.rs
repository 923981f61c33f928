//! The command line, which the wheel carries too.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command line with these arguments, the program's name first; returns its exit status.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| podpass_cli::run(arguments)).into()
}
