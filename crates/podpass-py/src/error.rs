//! Every Rust error, as its place in the tree of `podpass.errors`.

use std::error::Error as StdError;
use std::path::Path;

use podpass::port::{PortError, PortErrorKind as Kind, Service};
use podpass::{ApplyError, ManifestError, PlanError, StepError};
use podpass_policy::{MalformedPolicy, ParseError};
use pyo3::PyTypeInfo;
use pyo3::prelude::*;

use crate::conflict::Conflict;
use crate::problem::Problem;
use crate::step::Step;

mod class {
    //! The classes, which Python defines: abi3 modules cannot extend exceptions before 3.12.

    use pyo3::import_exception;

    import_exception!(podpass.errors, Error);
    import_exception!(podpass.errors, ManifestError);
    import_exception!(podpass.errors, MalformedPolicyError);
    import_exception!(podpass.errors, PlanConflictError);
    import_exception!(podpass.errors, PolicyError);
    import_exception!(podpass.errors, ApplyError);
    import_exception!(podpass.errors, AwsError);
    import_exception!(podpass.errors, NotFoundError);
    import_exception!(podpass.errors, ConflictError);
    import_exception!(podpass.errors, AccessDeniedError);
    import_exception!(podpass.errors, ThrottledError);
    import_exception!(podpass.errors, LimitExceededError);
    import_exception!(podpass.errors, InvalidRequestError);
    import_exception!(podpass.errors, RoleNotPropagatedError);
    import_exception!(podpass.errors, UnavailableError);
    import_exception!(podpass.errors, UnreachableError);
    import_exception!(podpass.errors, KubernetesError);
}

/// A wrong setting, or anything else without a class of its own.
pub(crate) fn plain(error: impl StdError) -> PyErr {
    with_hint(&chain(&error), None)
}

/// An error without a class of its own, and what to do about it.
pub(crate) fn with_hint(message: &str, hint: Option<&str>) -> PyErr {
    class::Error::new_err((message.to_owned(), hint.map(str::to_owned)))
}

/// The message of an error and of the errors behind it.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        message.push_str(": ");
        message.push_str(&error.to_string());
        source = error.source();
    }
    message
}

/// Nothing says in which region a cluster is.
pub(crate) fn no_region() -> PyErr {
    with_hint(
        "it is not known in which region the cluster is",
        Some("give the session a `region`, or set AWS_REGION"),
    )
}

/// A manifest that cannot be used; `file` is where it came from, if it came from one.
pub(crate) fn manifest(error: ManifestError, file: Option<&Path>) -> PyErr {
    let file = file.map(|path| format!("{}:", path.display()));
    let lines: Vec<_> = error
        .problems
        .iter()
        .map(|problem| format!("{}{problem}", file.as_deref().unwrap_or_default()))
        .collect();
    let problems: Vec<_> = error.problems.into_iter().map(Problem::from).collect();
    class::ManifestError::new_err((lines.join("\n"), problems))
}

/// A text that is no policy document.
pub(crate) fn policy(error: ParseError) -> PyErr {
    let message = error.to_string();
    class::PolicyError::new_err((message, error.hint, error.path, error.line, error.column))
}

/// A document that IAM refuses.
pub(crate) fn malformed_policy(refusal: MalformedPolicy) -> PyErr {
    let position = refusal.position;
    class::MalformedPolicyError::new_err((
        refusal.message,
        refusal.hint,
        refusal.path,
        position.line,
        position.column,
    ))
}

/// What stands in the way of a plan.
pub(crate) fn plan(error: PlanError) -> PyErr {
    let message = error.to_string();
    let conflicts: Vec<_> = error.conflicts.into_iter().map(Conflict::from).collect();
    class::PlanConflictError::new_err((message, conflicts))
}

/// An apply that did not reach its end.
pub(crate) fn apply(error: ApplyError) -> PyErr {
    let message = error.to_string();
    let steps = |steps: Vec<_>| steps.into_iter().map(Step::from).collect::<Vec<_>>();
    let (failed, errors): (Vec<_>, Vec<_>) = error
        .failed
        .into_iter()
        .map(|failed| (Step::from(failed.step), step(failed.error)))
        .unzip();
    let (done, left) = (steps(error.done.done), steps(error.left));
    class::ApplyError::new_err((message, done, failed, left, errors))
}

fn step(error: StepError) -> PyErr {
    match error {
        StepError::Port(error) => service(error),
        error => with_hint(&error.to_string(), error.remedy()),
    }
}

/// A failed request, under the class of its kind.
pub(crate) fn service(error: PortError) -> PyErr {
    if error.service() == Service::Kubernetes {
        return request::<class::KubernetesError>(&error);
    }
    match error.kind() {
        Kind::NotFound => request::<class::NotFoundError>(&error),
        Kind::Conflict => request::<class::ConflictError>(&error),
        Kind::Throttled => request::<class::ThrottledError>(&error),
        Kind::RoleNotPropagated => request::<class::RoleNotPropagatedError>(&error),
        Kind::AccessDenied => request::<class::AccessDeniedError>(&error),
        Kind::Invalid => request::<class::InvalidRequestError>(&error),
        Kind::LimitExceeded => request::<class::LimitExceededError>(&error),
        Kind::Unavailable => request::<class::UnavailableError>(&error),
        Kind::Unreachable => request::<class::UnreachableError>(&error),
        _ => request::<class::AwsError>(&error),
    }
}

fn request<Class: PyTypeInfo>(error: &PortError) -> PyErr {
    PyErr::new::<Class, _>((
        error.to_string(),
        error.hint().map(str::to_owned),
        error.service().to_string(),
        error.operation(),
        error.code().map(str::to_owned),
        error.status(),
        error.request_id().map(str::to_owned),
    ))
}
