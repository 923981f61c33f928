//! `Applied`: what an apply has done.

use std::collections::BTreeMap;

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{repr, step};

/// What an apply has done.
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Applied(podpass::Applied);

impl From<podpass::Applied> for Applied {
    fn from(applied: podpass::Applied) -> Self {
        Self(applied)
    }
}

#[pymethods]
impl Applied {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["done", "associations"])
    }

    /// The steps, in the order in which they ended.
    #[getter]
    fn done<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        step::tuple(py, &self.0.done)
    }

    /// The ids of the associations that were created or changed, by
    /// `CLUSTER/NAMESPACE/SERVICE-ACCOUNT`.
    #[getter]
    fn associations(&self) -> BTreeMap<String, &str> {
        let associations = self.0.associations.iter();
        associations
            .map(|(subject, id)| (subject.to_string(), id.as_str()))
            .collect()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
