//! `Finding`: one thing that verifying found wrong.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::repr;

/// One thing that is wrong.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Finding(podpass::Finding);

impl From<podpass::Finding> for Finding {
    fn from(finding: podpass::Finding) -> Self {
        Self(finding)
    }
}

#[pymethods]
impl Finding {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["code", "severity", "subject", "explanation", "remedy"])
    }

    /// The kind of finding, such as `role-missing`: it never changes.
    #[getter]
    fn code(&self) -> &str {
        self.0.code
    }

    /// `error`: pods get no credentials, or not those that the manifest promises. `warning`: they get
    /// credentials, but probably not the rights that were meant. `note`: something could not be judged.
    #[getter]
    fn severity(&self) -> String {
        self.0.severity.to_string()
    }

    /// What it is about: an association as `CLUSTER/NAMESPACE/SERVICE-ACCOUNT`, a role or a policy by
    /// its ARN.
    #[getter]
    fn subject(&self) -> &str {
        &self.0.subject
    }

    /// What is wrong.
    #[getter]
    fn explanation(&self) -> &str {
        &self.0.explanation
    }

    /// What to do about it.
    #[getter]
    fn remedy(&self) -> &str {
        &self.0.remedy
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
