//! `Decision`: what was decided, where, and why.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::MatchedStatement;
use crate::{json, repr};

/// What was decided, where, and why.
///
/// A decision is neither true nor false: `if decision:` raises `TypeError`, so that a denial is never
/// taken for a yes because it is an object. Ask `is_allowed`.
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct Decision(podpass_policy::Decision);

impl From<podpass_policy::Decision> for Decision {
    fn from(decision: podpass_policy::Decision) -> Self {
        Self(decision)
    }
}

#[pymethods]
impl Decision {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(
            py,
            ["outcome", "layer", "matched", "missing_keys", "message"],
        )
    }

    /// `Allowed`, `ExplicitDeny` (a statement forbids it) or `ImplicitDeny` (nothing allows it where
    /// something must).
    #[getter]
    fn outcome<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.outcome)
    }

    /// Whether the request goes through.
    #[getter]
    fn is_allowed(&self) -> bool {
        self.0.is_allowed()
    }

    /// The layer that decided: that of the Deny, of the missing Allow, or of the Allow.
    #[getter]
    fn layer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.layer)
    }

    /// The statements that match, in the order of the layers; of a denial, the denying ones come first.
    #[getter]
    fn matched<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let matched = self.0.matched.iter().cloned();
        PyTuple::new(py, matched.map(MatchedStatement::from))
    }

    /// The context keys, as the policies write them, that conditions asked for in vain.
    #[getter]
    fn missing_keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.missing_keys)
    }

    /// AWS's own sentence for a denial.
    #[getter]
    fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The decision as plain values, which `json.dumps` can write.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err(
            "a decision is neither true nor false: ask `is_allowed`",
        ))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
