//! `AssumeRole`: a call of `sts:AssumeRole` or one of its kin.

use std::collections::BTreeMap;

use podpass_policy::AssumeRole as Inner;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyTuple};

use super::{Principal, Request, given};
use crate::{error, json, repr};

/// A call of `sts:AssumeRole` or one of its kin.
///
/// STS decides up to four times: on assuming the role, on `sts:TagSession` when the session has tags, on
/// `sts:SetSourceIdentity` and on `sts:SetContext`. The first denial is the decision.
///
/// >>> from podpass.policy import AssumeRole, Principal
/// >>> eks = Principal.service("pods.eks.amazonaws.com")
/// >>> role = "arn:aws:iam::111122223333:role/my-role"
/// >>> call = AssumeRole(eks, role, "my-session", tags={"kubernetes-namespace": "default"})
/// >>> [request.action for request in call.requests]
/// ['sts:AssumeRole', 'sts:TagSession']
#[pyclass(frozen, eq, module = "podpass.policy")]
#[derive(PartialEq, Eq)]
pub(crate) struct AssumeRole(Inner);

impl AssumeRole {
    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

#[pymethods]
impl AssumeRole {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["principal", "role", "session_name"])
    }

    #[new]
    #[pyo3(signature = (
        principal,
        role,
        session_name,
        *,
        tags = None,
        transitive_tag_keys = Vec::new(),
        inherited_tags = None,
        role_tags = None,
        external_id = None,
        source_identity = None,
        provides_contexts = false,
        context = None,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        principal: &Bound<'_, Principal>,
        role: &str,
        session_name: String,
        tags: Option<&Bound<'_, PyMapping>>,
        transitive_tag_keys: Vec<String>,
        inherited_tags: Option<&Bound<'_, PyMapping>>,
        role_tags: Option<&Bound<'_, PyMapping>>,
        external_id: Option<String>,
        source_identity: Option<String>,
        provides_contexts: bool,
        context: Option<&Bound<'_, PyMapping>>,
    ) -> PyResult<Self> {
        let role = role.parse().map_err(error::plain)?;
        let mut call = Inner::new(principal.get().inner().clone(), role, session_name);
        call.tags = given::pairs(tags)?;
        call.transitive_tag_keys = transitive_tag_keys;
        call.inherited_tags = given::pairs(inherited_tags)?;
        call.role_tags = given::pairs(role_tags)?;
        call.external_id = external_id;
        call.source_identity = source_identity;
        call.provides_contexts = provides_contexts;
        given::extend(&mut call.context, context)?;
        Ok(Self(call))
    }

    /// Reads what `to_dict` writes.
    ///
    /// Raises `ValueError` when it is no such call.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        given::values(values, "a call of AssumeRole").map(Self)
    }

    /// The call as plain values, all that it holds.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    /// Who assumes the role.
    #[getter]
    fn principal(&self) -> Principal {
        self.0.principal.clone().into()
    }

    /// The role's ARN.
    #[getter]
    fn role(&self) -> &str {
        self.0.role.as_str()
    }

    /// The name of the session.
    #[getter]
    fn session_name(&self) -> &str {
        &self.0.session_name
    }

    /// The requests that STS decides upon, in its order.
    #[getter]
    fn requests<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.requests().into_iter().map(Request::from))
    }

    /// The tags that the session has, read as `aws:PrincipalTag`: the role's, overlaid by those
    /// inherited and those passed now.
    #[getter]
    fn principal_tags(&self) -> BTreeMap<String, String> {
        self.0.principal_tags()
    }

    /// The tags that the session hands down to sessions begun from it.
    #[getter]
    fn transitive_tags(&self) -> BTreeMap<String, String> {
        self.0.transitive_tags()
    }

    /// Checks the tags as STS does before it decides anything.
    ///
    /// Raises `podpass.Error` with AWS's text when keys collide or a transitive key has no tag.
    fn check_tags(&self) -> PyResult<()> {
        self.0.check_tags().map_err(error::plain)
    }

    /// The session as a principal.
    ///
    /// Raises `podpass.Error` when the session's name makes its ARN too long.
    fn session(&self) -> PyResult<Principal> {
        let session = self.0.session().map_err(error::plain)?;
        Ok(session.into())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
