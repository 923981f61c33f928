//! `Access`: whether pods may do something.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::access_reason::AccessReason;
use crate::access_step::AccessStep;
use crate::policy::Decision;
use crate::{json, repr};

/// Whether the pods of a service account may do something, and why. It is true when they may.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Access(podpass::Access);

impl From<podpass::Access> for Access {
    fn from(access: podpass::Access) -> Self {
        Self(access)
    }
}

#[pymethods]
impl Access {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["allowed", "steps", "reasons"])
    }

    /// Yes or no. What cannot be found or read is a no.
    #[getter]
    fn allowed(&self) -> bool {
        self.0.allowed
    }

    /// What was decided on the way, in order; the first denial is the last.
    #[getter]
    fn steps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.steps.iter().cloned().map(AccessStep::from))
    }

    /// Why not: what stands in the way at the first step that fails.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.reasons.iter().cloned().map(AccessReason::from))
    }

    /// The decision on the action itself; `None` when pods do not even get credentials.
    #[getter]
    fn decision(&self) -> Option<Decision> {
        self.0.decision().cloned().map(Decision::from)
    }

    /// The answer as plain values, which `json.dumps` can write.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    fn __bool__(&self) -> bool {
        self.0.allowed
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
