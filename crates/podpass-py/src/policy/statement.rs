//! `Statement`: one statement of a document.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{json, repr};

/// One statement of a policy document.
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct Statement(podpass_policy::Statement);

impl From<podpass_policy::Statement> for Statement {
    fn from(statement: podpass_policy::Statement) -> Self {
        Self(statement)
    }
}

#[pymethods]
impl Statement {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["effect", "sid", "line", "column"])
    }

    /// Whether a match allows or denies.
    #[getter]
    fn effect(&self) -> String {
        self.0.effect.to_string()
    }

    /// The statement's name.
    #[getter]
    fn sid(&self) -> Option<&str> {
        self.0.sid.as_deref()
    }

    /// The line in which it begins, from 1.
    #[getter]
    fn line(&self) -> u32 {
        self.0.span.start.line
    }

    /// The column at which it begins, from 1.
    #[getter]
    fn column(&self) -> u32 {
        self.0.span.start.column
    }

    /// The line in which it ends.
    #[getter]
    fn end_line(&self) -> u32 {
        self.0.span.end.line
    }

    /// The column just behind its end.
    #[getter]
    fn end_column(&self) -> u32 {
        self.0.span.end.column
    }

    /// The statement as plain values, all that it holds.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
