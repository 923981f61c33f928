//! `Problem`: one thing that is wrong with a manifest.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::repr;

/// One thing that is wrong with a manifest.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Problem(podpass::Problem);

impl From<podpass::Problem> for Problem {
    fn from(problem: podpass::Problem) -> Self {
        Self(problem)
    }
}

#[pymethods]
impl Problem {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["message", "hint", "line", "column"])
    }

    /// What is wrong.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    #[getter]
    fn hint(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The line, from 1; `None` where the text does not tell.
    #[getter]
    fn line(&self) -> Option<u64> {
        self.0.position.map(|position| position.line)
    }

    /// The column, from 1; `None` where the text does not tell.
    #[getter]
    fn column(&self) -> Option<u64> {
        self.0.position.map(|position| position.column)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
