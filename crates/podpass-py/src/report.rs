//! `Report`: everything that verifying found.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::finding::Finding;
use crate::{json, repr};

/// Everything that verifying found. `str(report)` is the report on the screen.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Report(podpass::Report);

impl From<podpass::Report> for Report {
    fn from(report: podpass::Report) -> Self {
        Self(report)
    }
}

#[pymethods]
impl Report {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["findings"])
    }

    /// The findings, kind by kind.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.findings.iter().cloned().map(Finding::from))
    }

    /// Whether pods get the credentials that the manifest promises: there may be warnings.
    #[getter]
    fn ok(&self) -> bool {
        self.0.is_ok()
    }

    /// The report as plain values, which `json.dumps` can write.
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
