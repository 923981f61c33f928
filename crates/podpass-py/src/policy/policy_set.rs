//! `PolicySet`: the policies that take part in decisions, by layer.

use podpass_policy::{CompiledPolicySet, NamedPolicy, PolicySet as Inner};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::{PolicyDocument, given};
use crate::{json, repr};

/// The policies that apply to requests, by layer, compiled once for many decisions.
///
/// A policy is a `PolicyDocument`, or a pair of the name or ARN by which decisions report it and the
/// document. `identity` are the principal's own policies and its groups'; `trust` is that of the role
/// that the request is about, `resource` the policy of another resource; `boundary` is the principal's
/// permissions boundary, `session` what was given when the session began. `service_control` and
/// `resource_control` hold a list for each level of the organisation. Layers left out do not take part.
///
/// >>> from podpass.policy import PolicyDocument, PolicySet
/// >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
/// ...     {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}]}''')
/// >>> PolicySet(identity=[("my-policy", document)], boundary=document)
/// PolicySet(layers=('identity', 'boundary'))
#[pyclass(frozen, eq, module = "podpass.policy")]
pub(crate) struct PolicySet {
    policies: Inner,
    compiled: CompiledPolicySet,
}

impl PartialEq for PolicySet {
    fn eq(&self, other: &Self) -> bool {
        self.policies == other.policies
    }
}

/// A policy as Python hands it over.
#[derive(FromPyObject)]
enum Given {
    Named(String, Py<PolicyDocument>),
    #[pyo3(transparent)]
    Nameless(Py<PolicyDocument>),
}

impl From<Given> for NamedPolicy {
    fn from(given: Given) -> Self {
        let (name, document) = match given {
            Given::Named(name, document) => (name, document),
            Given::Nameless(document) => (String::new(), document),
        };
        let document = document.get().read().clone();
        Self { name, document }
    }
}

fn all(given: Vec<Given>) -> Vec<NamedPolicy> {
    given.into_iter().map(NamedPolicy::from).collect()
}

impl PolicySet {
    fn compile(py: Python<'_>, policies: Inner) -> Self {
        let compiled = py.detach(|| policies.compile());
        Self { policies, compiled }
    }

    pub(super) fn compiled(&self) -> &CompiledPolicySet {
        &self.compiled
    }
}

#[pymethods]
impl PolicySet {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["layers"])
    }

    #[new]
    #[pyo3(signature = (
        *,
        identity = Vec::new(),
        trust = None,
        resource = None,
        boundary = None,
        session = Vec::new(),
        service_control = Vec::new(),
        resource_control = Vec::new(),
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        py: Python<'_>,
        identity: Vec<Given>,
        trust: Option<Given>,
        resource: Option<Given>,
        boundary: Option<Given>,
        session: Vec<Given>,
        service_control: Vec<Vec<Given>>,
        resource_control: Vec<Vec<Given>>,
    ) -> Self {
        let policies = Inner {
            identity: all(identity),
            trust: trust.map(NamedPolicy::from),
            resource: resource.map(NamedPolicy::from),
            boundary: boundary.map(NamedPolicy::from),
            session: all(session),
            service_control: service_control.into_iter().map(all).collect(),
            resource_control: resource_control.into_iter().map(all).collect(),
        };
        Self::compile(py, policies)
    }

    /// Takes plain values: for each layer a list of `{"name": …, "document": …}`, or one of them. A
    /// document may be its text, to which positions in answers then refer.
    ///
    /// Raises `ValueError` when they are no such thing.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let policies = given::values(values, "a set of policies")?;
        Ok(Self::compile(values.py(), policies))
    }

    /// The policies as plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.policies)
    }

    /// The names of the layers that take part.
    #[getter]
    fn layers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let policies = &self.policies;
        let layers = [
            ("identity", !policies.identity.is_empty()),
            ("trust", policies.trust.is_some()),
            ("resource", policies.resource.is_some()),
            ("boundary", policies.boundary.is_some()),
            ("session", !policies.session.is_empty()),
            ("service-control", !policies.service_control.is_empty()),
            ("resource-control", !policies.resource_control.is_empty()),
        ];
        let present = layers.into_iter().filter(|(_, is_there)| *is_there);
        PyTuple::new(py, present.map(|(name, _)| name).collect::<Vec<_>>())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
