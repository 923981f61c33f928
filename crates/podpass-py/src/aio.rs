//! The verbs that answer awaitables. `podpass.aio` completes them.

use pyo3::prelude::*;

use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::runtime;
use crate::session::Session;
use crate::verb::{self, Goal};

/// `plan`, awaitable.
#[pyfunction]
#[pyo3(signature = (manifest, *, session = None, adopt = false, destroy = false))]
pub(crate) fn plan_async(
    py: Python<'_>,
    manifest: Py<Manifest>,
    session: Option<Py<Session>>,
    adopt: bool,
    destroy: bool,
) -> PyResult<Bound<'_, PyAny>> {
    let session = Session::or_default(py, session)?;
    let goal = Goal::new(adopt, destroy);
    runtime::awaitable(py, async move {
        verb::plan(manifest.get(), session.get(), goal).await
    })
}

/// `apply`, awaitable. `on_progress` is called from any thread.
#[pyfunction]
#[pyo3(signature = (plan, *, session = None, on_progress = None))]
pub(crate) fn apply_async(
    py: Python<'_>,
    plan: Py<Plan>,
    session: Option<Py<Session>>,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'_, PyAny>> {
    let session = Session::or_default(py, session)?;
    runtime::awaitable(py, async move {
        verb::apply(plan.get(), session.get(), on_progress).await
    })
}

/// `verify`, awaitable.
#[pyfunction]
#[pyo3(signature = (manifest, *, session = None))]
pub(crate) fn verify_async(
    py: Python<'_>,
    manifest: Py<Manifest>,
    session: Option<Py<Session>>,
) -> PyResult<Bound<'_, PyAny>> {
    let session = Session::or_default(py, session)?;
    runtime::awaitable(py, async move {
        verb::verify(manifest.get(), session.get()).await
    })
}

/// `destroy`, awaitable. `on_progress` is called from any thread.
#[pyfunction]
#[pyo3(signature = (manifest, *, session = None, on_progress = None))]
pub(crate) fn destroy_async(
    py: Python<'_>,
    manifest: Py<Manifest>,
    session: Option<Py<Session>>,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'_, PyAny>> {
    let session = Session::or_default(py, session)?;
    runtime::awaitable(py, async move {
        verb::destroy(manifest.get(), session.get(), on_progress).await
    })
}
