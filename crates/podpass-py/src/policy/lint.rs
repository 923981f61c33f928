//! `Lint`: what is well-formed and yet probably not meant.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::repr;

/// One thing in a document that is probably not meant. `str(lint)` says it in a line, with its place.
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct Lint(podpass_policy::Lint);

impl From<podpass_policy::Lint> for Lint {
    fn from(lint: podpass_policy::Lint) -> Self {
        Self(lint)
    }
}

#[pymethods]
impl Lint {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["code", "severity", "path", "message", "remedy"])
    }

    /// The rule, such as `resource-mismatch`: it never changes.
    #[getter]
    fn code(&self) -> String {
        self.0.code.to_string()
    }

    /// `error`: it cannot work. `warning`: it is probably not what was meant. `note`: worth knowing.
    #[getter]
    fn severity(&self) -> String {
        self.0.severity.to_string()
    }

    /// The JSON path, such as `Statement[0].Action[1]`; empty for the document.
    #[getter]
    fn path(&self) -> &str {
        &self.0.path
    }

    /// What is wrong.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    #[getter]
    fn remedy(&self) -> &str {
        &self.0.remedy
    }

    /// The line in which the statement begins, from 1.
    #[getter]
    fn line(&self) -> u32 {
        self.0.position.line
    }

    /// The column at which the statement begins, from 1.
    #[getter]
    fn column(&self) -> u32 {
        self.0.position.column
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
