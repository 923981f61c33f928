//! The verbs that wait: the GIL is released meanwhile, and Ctrl-C ends them.

use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::access::Access;
use crate::applied::Applied;
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::policy::PolicyDocument;
use crate::report::Report;
use crate::runtime;
use crate::session::Session;
use crate::verb::{self, Goal, Question};

/// Plans what has to be done so that everything is as the manifest says. Changes nothing.
///
/// Without `session`, the environment and the configuration files say how AWS and the clusters are
/// reached. `adopt` takes over roles, policies and associations that exist without podpass's
/// ownership tag; `destroy` plans the removal of what carries it instead.
///
/// Raises `PlanConflictError` with everything that stands in the way, `ManifestError` for what shows
/// only now (a cluster without a region), `AwsError` and `KubernetesError`.
#[pyfunction]
#[pyo3(signature = (manifest, *, session = None, adopt = false, destroy = false))]
pub(crate) fn plan(
    py: Python<'_>,
    manifest: Py<Manifest>,
    session: Option<Py<Session>>,
    adopt: bool,
    destroy: bool,
) -> PyResult<Plan> {
    let session = Session::or_default(py, session)?;
    let goal = Goal::new(adopt, destroy);
    runtime::wait(py, verb::plan(manifest.get(), session.get(), goal))
}

/// Carries out a plan, steps side by side as far as none needs another.
///
/// `on_progress` is called with an `Event` for whatever happens to a step. An exception that it
/// raises ends the work where it stands, as Ctrl-C does; plan again to go on from there.
///
/// Raises `ApplyError`, which tells what was done, what failed and what is left.
#[pyfunction]
#[pyo3(signature = (plan, *, session = None, on_progress = None))]
pub(crate) fn apply(
    py: Python<'_>,
    plan: Py<Plan>,
    session: Option<Py<Session>>,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Applied> {
    let session = Session::or_default(py, session)?;
    runtime::wait(py, verb::apply(plan.get(), session.get(), on_progress))
}

/// Checks that pods of the manifest's service accounts will get the credentials that it promises.
///
/// Raises `ManifestError` for what shows only now (a cluster without a region), `AwsError` and
/// `KubernetesError`.
#[pyfunction]
#[pyo3(signature = (manifest, *, session = None))]
pub(crate) fn verify(
    py: Python<'_>,
    manifest: Py<Manifest>,
    session: Option<Py<Session>>,
) -> PyResult<Report> {
    let session = Session::or_default(py, session)?;
    runtime::wait(py, verb::verify(manifest.get(), session.get()))
}

/// Removes what the manifest speaks of and carries podpass's ownership tag, associations first.
///
/// `plan(manifest, destroy=True)` shows beforehand what that is. `on_progress` and the errors are
/// those of `apply`.
#[pyfunction]
#[pyo3(signature = (manifest, *, session = None, on_progress = None))]
pub(crate) fn destroy(
    py: Python<'_>,
    manifest: Py<Manifest>,
    session: Option<Py<Session>>,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Applied> {
    let session = Session::or_default(py, session)?;
    runtime::wait(
        py,
        verb::destroy(manifest.get(), session.get(), on_progress),
    )
}

/// Asks whether the pods of a service account may do something, and why not.
///
/// Collected are: the association, its role and target role with their trust policies, permissions
/// policies and permissions boundaries, and the association's session policy. EKS's session tags are
/// sent as EKS sends them. Organisations' control policies are not read, nor the policy of the resource:
/// that is `resource_policy`. `context` are keys of the pod's request, such as `aws:SourceIp`. What
/// cannot be read or is not known never allows.
///
/// Raises `AwsError`, and `Error` when it is not known in which region the cluster is.
///
/// >>> with podpass.mock.MockServer(clusters=["my-cluster"]) as mock:
/// ...     access = podpass.can_i("s3:GetObject", "arn:aws:s3:::b/k", cluster="my-cluster",
/// ...                            service_account="my-service-account", session=mock.session())
/// >>> bool(access), access.reasons[0].kind
/// (False, 'association-missing')
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
pub(crate) fn can_i(
    py: Python<'_>,
    action: &str,
    resource: &str,
    cluster: &str,
    service_account: &str,
    namespace: &str,
    context: Option<&Bound<'_, PyMapping>>,
    resource_policy: Option<&Bound<'_, PolicyDocument>>,
    session: Option<Py<Session>>,
) -> PyResult<Access> {
    let session = Session::or_default(py, session)?;
    let subject = [cluster, namespace, service_account];
    let question = Question::new(subject, action, resource, context, resource_policy)?;
    runtime::wait(py, verb::can_i(question, session.get()))
}
