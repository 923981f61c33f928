//! `Conflict`: one reason why there is no plan.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{json, repr};

/// One reason why there is no plan.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Conflict(podpass::Conflict);

impl From<podpass::Conflict> for Conflict {
    fn from(conflict: podpass::Conflict) -> Self {
        Self(conflict)
    }
}

#[pymethods]
impl Conflict {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["message", "remedy"])
    }

    /// What stands in the way.
    #[getter]
    fn message(&self) -> String {
        self.0.to_string()
    }

    /// What to do about it.
    #[getter]
    fn remedy(&self) -> String {
        self.0.remedy()
    }

    /// The same as plain values; `conflict` says which kind it is, such as `roleNotOwned`.
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
