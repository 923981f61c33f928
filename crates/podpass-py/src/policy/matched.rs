//! `MatchedStatement`: a statement that matches a request.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{json, repr};

/// A statement that matches a request.
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct MatchedStatement(podpass_policy::MatchedStatement);

impl From<podpass_policy::MatchedStatement> for MatchedStatement {
    fn from(statement: podpass_policy::MatchedStatement) -> Self {
        Self(statement)
    }
}

#[pymethods]
impl MatchedStatement {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["effect", "layer", "policy", "index", "sid"])
    }

    /// What it does.
    #[getter]
    fn effect(&self) -> String {
        self.0.effect.to_string()
    }

    /// The layer of its policy.
    #[getter]
    fn layer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.layer)
    }

    /// The name or ARN of its policy; empty when it was given none.
    #[getter]
    fn policy(&self) -> &str {
        &self.0.policy
    }

    /// Its place in the document, from 0.
    #[getter]
    fn index(&self) -> usize {
        self.0.index
    }

    /// Its `Sid`.
    #[getter]
    fn sid(&self) -> Option<&str> {
        self.0.sid.as_deref()
    }

    /// The line of the document's text in which it begins, from 1.
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

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
