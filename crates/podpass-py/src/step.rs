//! `Step`: one thing that a plan does.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{json, repr};

/// One thing that a plan does. `str(step)` is its part of the plan on the screen.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Step(podpass::Step);

impl From<podpass::Step> for Step {
    fn from(step: podpass::Step) -> Self {
        Self(step)
    }
}

/// Steps as Python has them.
pub(crate) fn tuple<'py>(
    py: Python<'py>,
    steps: &[podpass::Step],
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, steps.iter().cloned().map(Step::from))
}

#[pymethods]
impl Step {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["action", "summary"])
    }

    /// What kind of step it is, such as `createRole`.
    #[getter]
    fn action<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.get_item("action")
    }

    /// The step in one line, such as ``create role `my-role` ``.
    #[getter]
    fn summary(&self) -> String {
        self.0.summary()
    }

    /// The same as plain values, all that the step holds.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
