//! `Explanation`: a decision and what stands in the way.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::{Decision, Reason};
use crate::{json, repr};

/// A decision and, for a denial, the smallest set of reasons that a person can act on: once all of them
/// are gone, the request is allowed, as far as that can be told beforehand.
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct Explanation(podpass_policy::Explanation);

impl From<podpass_policy::Explanation> for Explanation {
    fn from(explanation: podpass_policy::Explanation) -> Self {
        Self(explanation)
    }
}

#[pymethods]
impl Explanation {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["decision", "reasons"])
    }

    /// The decision.
    #[getter]
    fn decision(&self) -> Decision {
        self.0.decision.clone().into()
    }

    /// The reasons of a denial; none when the request is allowed.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.reasons.iter().cloned().map(Reason::from))
    }

    /// The explanation as plain values, which `json.dumps` can write.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err(
            "an explanation is neither true nor false: ask `decision.is_allowed`",
        ))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
