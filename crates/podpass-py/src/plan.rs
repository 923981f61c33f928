//! `Plan`: ordered steps.

use std::collections::BTreeMap;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{json, repr, step};

/// Ordered steps, ready to be shown, stored and applied. It is true when there is something to do;
/// `str(plan)` is the plan on the screen.
///
/// >>> from podpass.mock import MockServer
/// >>> manifest = podpass.Manifest.from_str("clusters: [{clusterName: my-cluster, associations: []}]")
/// >>> with MockServer(clusters=["my-cluster"]) as mock:
/// ...     plan = podpass.plan(manifest, session=mock.session())
/// >>> bool(plan), str(plan)
/// (False, 'Nothing to do: everything is as the manifest says.')
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Plan(podpass::Plan);

impl From<podpass::Plan> for Plan {
    fn from(plan: podpass::Plan) -> Self {
        Self(plan)
    }
}

impl Plan {
    pub(crate) fn as_engine(&self) -> &podpass::Plan {
        &self.0
    }
}

#[pymethods]
impl Plan {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["steps"])
    }

    /// Reads what `to_dict` has written, so that a plan can be shown now and applied later.
    ///
    /// Raises `ValueError` when it is not a plan.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        serde_json::from_str(&json::from_python(values)?)
            .map(Self)
            .map_err(|error| PyValueError::new_err(format!("not a plan: {error}")))
    }

    /// The plan as plain values, which `json.dumps` can write.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    /// What will be done, in this order as far as one step needs another.
    #[getter]
    fn steps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        step::tuple(py, &self.0.steps)
    }

    /// What a removal leaves alone, and why.
    #[getter]
    fn kept<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.kept.iter().map(ToString::to_string))
    }

    /// How many steps `create`, `change` and `delete`.
    #[getter]
    fn totals(&self) -> BTreeMap<&'static str, usize> {
        let totals = self.0.totals();
        BTreeMap::from([
            ("create", totals.create),
            ("change", totals.change),
            ("delete", totals.delete),
        ])
    }

    /// Whether there is nothing to do.
    #[getter]
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn __bool__(&self) -> bool {
        !self.0.is_empty()
    }

    fn __len__(&self) -> usize {
        self.0.steps.len()
    }

    fn __str__(&self) -> String {
        self.0.to_string().trim_end().to_owned()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
