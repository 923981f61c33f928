//! `AccessReason`: why pods may not do something.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{json, repr};

/// One reason why pods may not do something. `str(reason)` says it in a sentence.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct AccessReason(podpass::AccessReason);

impl From<podpass::AccessReason> for AccessReason {
    fn from(reason: podpass::AccessReason) -> Self {
        Self(reason)
    }
}

#[pymethods]
impl AccessReason {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["kind", "message", "remedy"])
    }

    /// The kind of reason, such as `association-missing` or `policy`: it never changes.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.get_item("kind")
    }

    /// What stands in the way.
    #[getter]
    fn message(&self) -> String {
        self.0.to_string()
    }

    /// What to do about it, where there is something to say beyond the message.
    #[getter]
    fn remedy(&self) -> Option<String> {
        self.0.remedy()
    }

    /// The same as plain values, all that the reason holds.
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
