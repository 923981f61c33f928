//! `AccessStep`: a decision on the way from a pod to what it wants to do.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::policy::Decision;
use crate::{json, repr};

/// A decision on the way from a pod to what it wants to do.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct AccessStep(podpass::AccessStep);

impl From<podpass::AccessStep> for AccessStep {
    fn from(step: podpass::AccessStep) -> Self {
        Self(step)
    }
}

#[pymethods]
impl AccessStep {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["stage", "role", "decision"])
    }

    /// `assume-role`: EKS assumes the association's role. `assume-target-role`: its session assumes the
    /// target role. `act`: the pod does what was asked.
    #[getter]
    fn stage<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.stage)
    }

    /// The ARN of the role that is assumed, or that acts.
    #[getter]
    fn role(&self) -> String {
        self.0.role.to_string()
    }

    /// What was decided.
    #[getter]
    fn decision(&self) -> Decision {
        self.0.decision.clone().into()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
