//! `Fault` and `FaultReport`: calls of a mock server that go wrong on purpose.

use std::time::Duration;

use podpass_mock::Fault as MockFault;
use podpass_mock::FaultReport as MockReport;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::error;
use crate::json;
use crate::repr;

/// Something that goes wrong on purpose: with which calls of a mock server, when of them, and how. Each method answers
/// a fault with more said. In patterns `*` stands for any text; of several faults, a call meets the first that is due.
#[pyclass(frozen, eq, module = "podpass.mock")]
#[derive(PartialEq)]
pub(crate) struct Fault(MockFault);

impl Fault {
    fn with(&self, more: impl FnOnce(MockFault) -> MockFault) -> Self {
        Self(more(self.0.clone()))
    }
}

#[pymethods]
impl Fault {
    /// A fault of calls to an operation, such as `CreateRole`, `Create*` or, in clusters, `create pods`; the agent's is
    /// `get credentials`. What is to be done still has to be said.
    #[staticmethod]
    fn on(operation: &str) -> Self {
        Self(MockFault::on(operation))
    }

    /// Takes the plain values that scripts consist of: `match`, `when` and `do`.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let script = format!("{{\"faults\":[{}]}}", json::from_python(values)?);
        let mut faults = MockFault::read_script(&script).map_err(error::plain)?;
        let fault = faults
            .pop()
            .ok_or_else(|| PyTypeError::new_err("no fault"))?;
        Ok(Self(fault))
    }

    /// The fault as plain values, as a script has them.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    /// The id by which it is told apart in lists and requests; the server gives one otherwise.
    fn id(&self, id: &str) -> Self {
        self.with(|fault| fault.id(id))
    }

    /// Only of a service: `iam`, `sts`, `eks`, `eks-auth`, `kubernetes` or `agent`.
    fn service(&self, name: &str) -> Self {
        self.with(|fault| fault.service(name))
    }

    /// Only in an account: the caller's, or the cluster's.
    fn account(&self, id: &str) -> Self {
        self.with(|fault| fault.account(id))
    }

    /// Only in a region: the one that the request is signed for, or the cluster's.
    fn region(&self, region: &str) -> Self {
        self.with(|fault| fault.region(region))
    }

    /// Only about a resource: its ARN or what follows the last slash of it, `NAMESPACE/SERVICEACCOUNT` where the call
    /// names one, and in clusters the cluster's name, the object's or `NAMESPACE/NAME`.
    fn resource(&self, pattern: &str) -> Self {
        self.with(|fault| fault.resource(pattern))
    }

    /// Only by a caller: an ARN, or the name that a cluster knows a user by.
    fn caller(&self, pattern: &str) -> Self {
        self.with(|fault| fault.caller(pattern))
    }

    /// Only the calls of these numbers, from 1, among those that match.
    #[pyo3(signature = (*calls))]
    fn nth(&self, calls: Vec<u64>) -> Self {
        self.with(|fault| calls.into_iter().fold(fault, MockFault::nth))
    }

    /// Only every so-manieth of the calls that match.
    fn every(&self, calls: u64) -> Self {
        self.with(|fault| fault.every(calls))
    }

    /// Only the first so many of the calls that match.
    fn first(&self, calls: u64) -> Self {
        self.with(|fault| fault.first(calls))
    }

    /// Lets so many of the calls that match pass; the others are counted from then on.
    fn after(&self, calls: u64) -> Self {
        self.with(|fault| fault.after(calls))
    }

    /// Only a part of the calls, from 0 to 1, which chance takes: the same in every run of a server with a `seed`.
    fn probability(&self, part: f64) -> Self {
        self.with(|fault| fault.probability(part))
    }

    /// At most so often.
    fn times(&self, calls: u64) -> Self {
        self.with(|fault| fault.times(calls))
    }

    /// Answers with an error of this code, in the form of the call's service. Status and message are AWS's where they are
    /// known and not given.
    #[pyo3(signature = (code, *, status = None, message = None))]
    fn answer(&self, code: &str, status: Option<u16>, message: Option<&str>) -> Self {
        self.with(|fault| fault.error(code, status, message))
    }

    /// Answers with a bare status, such as 503, as a load balancer without servers does.
    fn status(&self, status: u16) -> Self {
        self.with(|fault| fault.status(status))
    }

    /// Ends the connection without an answer; the call is not done.
    fn drop_before(&self) -> Self {
        self.with(MockFault::drop_before)
    }

    /// Ends the connection without an answer once the call is done.
    fn drop_after(&self) -> Self {
        self.with(MockFault::drop_after)
    }

    /// Sends only so many bytes of the answer's body, and ends the connection.
    fn truncate(&self, bytes: usize) -> Self {
        self.with(|fault| fault.truncate(bytes))
    }

    /// Sends a body that no client can read.
    fn garbage(&self) -> Self {
        self.with(MockFault::garbage)
    }

    /// Has the call wait before it is done, in real time, whatever the server's clock says: for a `timedelta`, or for one
    /// that chance takes between two. It is done also when its client has gone meanwhile.
    #[pyo3(signature = (by, to = None))]
    fn delay(&self, by: Duration, to: Option<Duration>) -> Self {
        self.with(|fault| fault.delay_between(by, to.unwrap_or(by)))
    }

    /// Has the answer wait once the call is done.
    fn delay_answer(&self, by: Duration) -> Self {
        self.with(|fault| fault.delay_answer(by))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Fault.from_dict({})", self.to_dict(py)?.repr()?))
    }
}

/// A fault of a mock server, and what it has done so far.
#[pyclass(frozen, eq, module = "podpass.mock")]
#[derive(PartialEq)]
pub(crate) struct FaultReport(MockReport);

impl From<MockReport> for FaultReport {
    fn from(report: MockReport) -> Self {
        Self(report)
    }
}

#[pymethods]
impl FaultReport {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["id", "fault", "matched", "fired"])
    }

    /// How it is told apart.
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// What it says.
    #[getter]
    fn fault(&self) -> Fault {
        Fault(self.0.fault.clone())
    }

    /// How many calls matched it.
    #[getter]
    fn matched(&self) -> u64 {
        self.0.matched
    }

    /// How many of them met it.
    #[getter]
    fn fired(&self) -> u64 {
        self.0.fired
    }

    fn __repr__(object: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(object)
    }
}

/// Faults as users give them: made by methods, or as plain values.
pub(crate) fn given(faults: Vec<Bound<'_, PyAny>>) -> PyResult<Vec<MockFault>> {
    let one = |fault: Bound<'_, PyAny>| match fault.cast::<Fault>() {
        Ok(fault) => Ok(fault.get().0.clone()),
        Err(_) if fault.is_instance_of::<PyDict>() => Fault::from_dict(&fault).map(|it| it.0),
        Err(_) => Err(PyTypeError::new_err(format!(
            "a fault is a `Fault` or a dict, not {}",
            fault.get_type()
        ))),
    };
    faults.into_iter().map(one).collect()
}
