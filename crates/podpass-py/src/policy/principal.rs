//! `Principal`: who makes a request.

use podpass_policy::Principal as Inner;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::given;
use crate::{error, json, repr};

/// Who makes a request.
///
/// >>> from podpass.policy import Principal
/// >>> pod = Principal.role_session("arn:aws:iam::111122223333:role/apps/my-role", "eks-my-cluster-my-pod")
/// >>> str(pod)
/// 'arn:aws:sts::111122223333:assumed-role/my-role/eks-my-cluster-my-pod'
/// >>> pod.context["aws:principalarn"]
/// 'arn:aws:iam::111122223333:role/apps/my-role'
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct Principal(Inner);

impl From<Inner> for Principal {
    fn from(principal: Inner) -> Self {
        Self(principal)
    }
}

impl Principal {
    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

#[pymethods]
impl Principal {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["type", "name"])
    }

    /// Nobody in particular: an unsigned request.
    #[staticmethod]
    fn anonymous() -> Self {
        Self(Inner::Anonymous)
    }

    /// The root user of an account.
    #[staticmethod]
    fn root(account: &str) -> PyResult<Self> {
        Inner::root(account).map(Self).map_err(error::plain)
    }

    /// An IAM user by its ARN, and by its unique id (`AIDA…`) if policies name that.
    #[staticmethod]
    #[pyo3(signature = (arn, *, id = None))]
    fn user(arn: &str, id: Option<String>) -> PyResult<Self> {
        let arn = arn.parse().map_err(error::plain)?;
        Ok(Self(Inner::User { arn, id }))
    }

    /// A session of the role with this ARN.
    #[staticmethod]
    fn role_session(role: &str, session_name: &str) -> PyResult<Self> {
        let role = role.parse().map_err(error::plain)?;
        Inner::role_session(role, session_name)
            .map(Self)
            .map_err(error::plain)
    }

    /// A session of `GetFederationToken`, by its ARN.
    #[staticmethod]
    fn federated_user(arn: &str) -> PyResult<Self> {
        let arn = arn.parse().map_err(error::plain)?;
        Ok(Self(Inner::FederatedUser { arn }))
    }

    /// A caller whom an OIDC or SAML provider vouches for: its ARN, or a name such as
    /// `cognito-identity.amazonaws.com`.
    #[staticmethod]
    fn web_identity(provider: String) -> Self {
        Self(Inner::WebIdentity { provider })
    }

    /// An AWS service that acts for itself, such as `pods.eks.amazonaws.com`.
    #[staticmethod]
    fn service(name: String) -> Self {
        Self(Inner::Service { name })
    }

    /// Reads what `to_dict` writes: a `type`, and what identifies the principal.
    ///
    /// Raises `ValueError` when it is no principal.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        given::values(values, "a principal").map(Self)
    }

    /// The principal as plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    /// What kind of principal it is, such as `RoleSession`.
    #[getter(r#type)]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.get_item("type")
    }

    /// The principal as AWS's messages name it: mostly an ARN.
    #[getter]
    fn name(&self) -> String {
        self.0.to_string()
    }

    /// The principal's account; `None` for services, providers and the anonymous.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.0.account()
    }

    /// The context keys, in lower case, that follow from the principal alone.
    #[getter]
    fn context<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.context())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
