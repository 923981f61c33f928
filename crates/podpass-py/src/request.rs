//! `Request`: one call that a mock answered.

use podpass_mock::Decision;
use podpass_mock::ledger::{Entry, Source};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::repr;

/// One call that a mock server answered.
#[pyclass(frozen, eq, module = "podpass.mock")]
#[derive(PartialEq, Eq)]
pub(crate) struct Request(Entry);

impl From<Entry> for Request {
    fn from(entry: Entry) -> Self {
        Self(entry)
    }
}

#[pymethods]
impl Request {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(
            py,
            [
                "service",
                "operation",
                "status",
                "error_code",
                "account",
                "region",
                "request_id",
                "time",
                "caller",
                "decision",
                "reason",
                "sequence",
                "resource",
                "other_resources",
                "access_key_id",
                "source",
                "user_agent",
                "fault",
            ],
        )
    }

    /// The service's name as signatures have it, such as `iam`; `kubernetes` for clusters, `agent` for the EKS Pod Identity Agent.
    #[getter]
    fn service(&self) -> &str {
        self.0.service
    }

    /// The API operation, or verb and resource as in `create pods`; `None` when the request named none that is known.
    #[getter]
    fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The answer's HTTP status.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status
    }

    /// AWS's code of the error, if it was one, or the reason that Kubernetes gives.
    #[getter]
    fn error_code(&self) -> Option<&str> {
        self.0.error_code.as_deref()
    }

    /// The caller's account, or the cluster's.
    #[getter]
    fn account(&self) -> &str {
        &self.0.account
    }

    /// The region that the request was signed for, or the cluster's.
    #[getter]
    fn region(&self) -> &str {
        &self.0.region
    }

    /// The request id that the answer carried.
    #[getter]
    fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// When it was answered, by the server's clock: a `datetime` in UTC.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.0.time.into_pyobject(py)?.into_any())
    }

    /// The caller's ARN, or the name that a cluster knows it by.
    #[getter]
    fn caller(&self) -> &str {
        &self.0.caller
    }

    /// What was decided about the caller: `allowed` or `denied`; `None` when nothing was, as where `auth` is `off`.
    #[getter]
    fn decision(&self) -> Option<&'static str> {
        self.0.decision.map(|decision| match decision {
            Decision::Allowed => "allowed",
            Decision::Denied => "denied",
        })
    }

    /// Why it was denied: the message that the client got, or would have got.
    #[getter]
    fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Its number: 1 is the first call since the start, or since all calls were forgotten.
    #[getter]
    fn sequence(&self) -> u64 {
        self.0.sequence
    }

    /// What it is about: an ARN, or the path of a call to a cluster.
    #[getter]
    fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// What it takes besides, such as the role that is passed.
    #[getter]
    fn other_resources(&self) -> Vec<String> {
        self.0.other_resources.clone()
    }

    /// The id of the access key that signed it, if one did.
    #[getter]
    fn access_key_id(&self) -> Option<&str> {
        self.0.access_key_id.as_deref()
    }

    /// How it came in: `http`, `tls`, or `agent` for what the EKS Pod Identity Agent asked.
    #[getter]
    fn source(&self) -> &'static str {
        match self.0.source {
            Source::Http => "http",
            Source::Tls => "tls",
            Source::Agent => "agent",
        }
    }

    /// What the client calls itself.
    #[getter]
    fn user_agent(&self) -> Option<&str> {
        self.0.user_agent.as_deref()
    }

    /// The id of the fault that struck it, if one did.
    #[getter]
    fn fault(&self) -> Option<&str> {
        self.0.fault.as_deref()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
