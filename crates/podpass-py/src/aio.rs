//! The verbs that answer awaitables. `podpass.aio` completes them.

use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::policy::PolicyDocument;
use crate::runtime;
use crate::session::Session;
use crate::verb::{self, Goal, Question};

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

/// `can_i`, awaitable.
#[pyfunction]
#[pyo3(signature = (
    action,
    resource,
    *,
    cluster,
    service_account,
    namespace = "default",
    context = None,
    resource_policy = None,
    session = None,
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn can_i_async<'py>(
    py: Python<'py>,
    action: &str,
    resource: &str,
    cluster: &str,
    service_account: &str,
    namespace: &str,
    context: Option<&Bound<'py, PyMapping>>,
    resource_policy: Option<&Bound<'py, PolicyDocument>>,
    session: Option<Py<Session>>,
) -> PyResult<Bound<'py, PyAny>> {
    let session = Session::or_default(py, session)?;
    let subject = [cluster, namespace, service_account];
    let question = Question::new(subject, action, resource, context, resource_policy)?;
    runtime::awaitable(
        py,
        async move { verb::can_i(question, session.get()).await },
    )
}
