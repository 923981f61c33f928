//! `Reason`: one thing that stands in a request's way.

use podpass_policy::StatementPlace;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{json, repr};

/// One thing that stands in a request's way. `str(reason)` says it in a sentence.
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct Reason(podpass_policy::Reason);

impl From<podpass_policy::Reason> for Reason {
    fn from(reason: podpass_policy::Reason) -> Self {
        Self(reason)
    }
}

impl Reason {
    fn place(&self) -> Option<&StatementPlace> {
        self.0.statement.as_ref()
    }
}

#[pymethods]
impl Reason {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["layer", "cause", "policy", "index"])
    }

    /// The layer that denies or fails to allow.
    #[getter]
    fn layer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.layer)
    }

    /// Why it denies or does not allow, as plain values: `kind` says which cause it is, such as
    /// `condition`, and the rest what it is about.
    #[getter]
    fn cause<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.cause)
    }

    /// The policy of the statement that denies, or that comes nearest to allowing; `None` when there is
    /// no such statement, empty when the policy was given no name.
    #[getter]
    fn policy(&self) -> Option<&str> {
        self.place().map(|place| place.policy.as_str())
    }

    /// The statement's place in the document, from 0.
    #[getter]
    fn index(&self) -> Option<usize> {
        self.place().map(|place| place.index)
    }

    /// The statement's `Sid`.
    #[getter]
    fn sid(&self) -> Option<&str> {
        self.place().and_then(|place| place.sid.as_deref())
    }

    /// The line of the document's text in which the statement begins, from 1.
    #[getter]
    fn line(&self) -> Option<u32> {
        self.place().map(|place| place.span.start.line)
    }

    /// The column at which the statement begins, from 1.
    #[getter]
    fn column(&self) -> Option<u32> {
        self.place().map(|place| place.span.start.column)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
