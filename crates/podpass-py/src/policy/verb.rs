//! What Python asks of policies. The GIL is released while Rust thinks.

use podpass_policy::LintOptions;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyTuple};

use super::{AssumeRole, Decision, Explanation, Lint, PolicyDocument, PolicySet, Request, given};
use crate::error;

/// Reads a document as IAM does when it is to be stored, in IAM's order of checks.
///
/// Raises `MalformedPolicyError` with AWS's text when IAM would refuse it. Whether the principals of a
/// trust policy exist is not looked at.
///
/// >>> from podpass.policy import validate
/// >>> validate('''{"Version": "2012-10-17", "Statement": [
/// ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "my-bucket"}]}''', "managed-identity")
/// Traceback (most recent call last):
///     ...
/// podpass.errors.MalformedPolicyError: Resource my-bucket must be in ARN format or "*".
#[pyfunction]
pub(crate) fn validate(py: Python<'_>, text: String, kind: &str) -> PyResult<PolicyDocument> {
    let kind = given::kind(kind)?;
    match py.detach(|| podpass_policy::validate(&text, kind)) {
        Ok(document) => Ok(PolicyDocument::new(text, document)),
        Err(refusal) => Err(error::malformed_policy(refusal)),
    }
}

/// Looks for what is well-formed and yet probably not meant, the worst first.
///
/// For trust policies, `disable_session_tags` says that the associations that use the role send none,
/// and `session_tags` which tags its sessions will have, as far as they are known.
///
/// >>> from podpass.policy import PolicyDocument, lint
/// >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
/// ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket"}]}''')
/// >>> [(found.code, found.path) for found in lint(document, "managed-identity")]
/// [('resource-mismatch', 'Statement[0].Action')]
#[pyfunction]
#[pyo3(signature = (document, kind, *, disable_session_tags = false, session_tags = None))]
pub(crate) fn lint<'py>(
    py: Python<'py>,
    document: &Bound<'py, PolicyDocument>,
    kind: &str,
    disable_session_tags: bool,
    session_tags: Option<&Bound<'py, PyMapping>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let document = document.get().read();
    let kind = given::kind(kind)?;
    let options = LintOptions {
        disable_session_tags,
        session_tags: given::pairs(session_tags)?,
    };
    let found = py.detach(|| podpass_policy::lint(document, kind, &options));
    PyTuple::new(py, found.into_iter().map(Lint::from))
}

/// What can be decided upon.
#[derive(FromPyObject)]
pub(crate) enum Question {
    #[pyo3(transparent)]
    Request(Py<Request>),
    #[pyo3(transparent)]
    AssumeRole(Py<AssumeRole>),
}

/// Decides whether a request goes through, as AWS would, and says why.
///
/// >>> from podpass.policy import PolicyDocument, PolicySet, Principal, Request, authorize
/// >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
/// ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket"}]}''')
/// >>> pod = Principal.role_session("arn:aws:iam::111122223333:role/my-role", "my-pod")
/// >>> request = Request(pod, "s3:GetObject", "arn:aws:s3:::my-bucket/password")
/// >>> decision = authorize(PolicySet(identity=[document]), request)
/// >>> decision.outcome, decision.layer, decision.is_allowed
/// ('ImplicitDeny', 'identity', False)
#[pyfunction]
pub(crate) fn authorize(
    py: Python<'_>,
    policies: &Bound<'_, PolicySet>,
    request: Question,
) -> Decision {
    let policies = policies.get().compiled();
    let decision = py.detach(|| match &request {
        Question::Request(request) => policies.layers().authorize(request.get().inner()),
        Question::AssumeRole(call) => call.get().inner().authorize(&policies.layers()),
    });
    decision.into()
}

/// Decides as `authorize` does, and says what stands in the way of a request that is denied.
///
/// >>> from podpass.policy import PolicyDocument, PolicySet, Principal, Request, explain
/// >>> document = PolicyDocument.parse('''{"Version": "2012-10-17", "Statement": [
/// ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket"}]}''')
/// >>> pod = Principal.role_session("arn:aws:iam::111122223333:role/my-role", "my-pod")
/// >>> request = Request(pod, "s3:GetObject", "arn:aws:s3:::my-bucket/password")
/// >>> for reason in explain(PolicySet(identity=[("my-policy", document)]), request).reasons:
/// ...     print(reason)
/// the identity-based policy `my-policy`'s statement 1 is about `arn:aws:s3:::my-bucket`, not `arn:aws:s3:::my-bucket/password`
#[pyfunction]
pub(crate) fn explain(
    py: Python<'_>,
    policies: &Bound<'_, PolicySet>,
    request: Question,
) -> Explanation {
    let policies = policies.get().compiled();
    let explanation = py.detach(|| match &request {
        Question::Request(request) => policies.layers().explain(request.get().inner()),
        Question::AssumeRole(call) => call.get().inner().explain(&policies.layers()),
    });
    explanation.into()
}
