//! `Event`: something that happened to a step.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::repr;
use crate::step::Step;

/// Something that happened to a step while a plan is applied.
#[pyclass(frozen, eq, get_all, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Event {
    /// `started`, `waiting`, `finished` or `failed`.
    kind: &'static str,
    /// The step's place in the plan, from 0.
    index: usize,
    /// The step.
    step: Step,
    /// What it waits for, or why it failed.
    reason: Option<String>,
}

impl From<&podpass::Event<'_>> for Event {
    fn from(event: &podpass::Event<'_>) -> Self {
        use podpass::Event as Told;
        let (kind, index, step, reason) = match *event {
            Told::Started { index, step } => ("started", index, step, None),
            Told::Waiting {
                index,
                step,
                reason,
            } => ("waiting", index, step, Some(reason.to_owned())),
            Told::Finished { index, step } => ("finished", index, step, None),
            Told::Failed { index, step, error } => ("failed", index, step, Some(error.to_string())),
        };
        Self {
            kind,
            index,
            step: step.clone().into(),
            reason,
        }
    }
}

#[pymethods]
impl Event {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["kind", "index", "step", "reason"])
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
