//! `Request`: what is decided upon.

use podpass_policy::Request as Inner;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyTuple};

use super::{Principal, given};
use crate::{json, repr};

/// A request to decide upon: who wants to do what, on which resource, in which context.
///
/// `action` is an IAM action such as `s3:GetObject`, `resource` an ARN, or `*` for actions without one.
/// To the keys of `context` come those that follow from the principal. A key that is a list by nature,
/// such as `aws:TagKeys`, has a list as its value.
///
/// >>> from podpass.policy import Principal, Request
/// >>> alice = Principal.user("arn:aws:iam::111122223333:user/alice")
/// >>> request = Request(alice, "s3:GetObject", "arn:aws:s3:::b/k", {"aws:SecureTransport": "true"})
/// >>> request.context["aws:username"], request.context["aws:securetransport"]
/// ('alice', 'true')
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct Request(Inner);

impl From<Inner> for Request {
    fn from(request: Inner) -> Self {
        Self(request)
    }
}

impl Request {
    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

#[pymethods]
impl Request {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["principal", "action", "resource", "context"])
    }

    #[new]
    #[pyo3(signature = (principal, action, resource, context = None))]
    fn new(
        principal: &Bound<'_, Principal>,
        action: String,
        resource: String,
        context: Option<&Bound<'_, PyMapping>>,
    ) -> PyResult<Self> {
        let mut request = Inner::new(principal.get().inner().clone(), action, resource);
        given::extend(&mut request.context, context)?;
        Ok(Self(request))
    }

    /// Takes plain values: `principal`, `action`, `resource` and `context`, to which nothing is added.
    ///
    /// Raises `ValueError` when they are no request.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        given::values(values, "a request").map(Self)
    }

    /// The request as plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    /// Who asks.
    #[getter]
    fn principal(&self) -> Principal {
        self.0.principal.clone().into()
    }

    /// The IAM action.
    #[getter]
    fn action(&self) -> &str {
        &self.0.action
    }

    /// The ARN of the resource, or `*`.
    #[getter]
    fn resource(&self) -> &str {
        &self.0.resource
    }

    /// The context keys, in lower case, and their values.
    #[getter]
    fn context<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.context)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
