//! `PolicyDocument`: a policy, read.

use podpass_policy::PolicyDocument as Document;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::Statement;
use crate::{error, json, repr};

/// A policy document as IAM stores it, read but not yet judged. Made by `parse` or `from_dict`.
///
/// What reading does not know, such as a condition operator, is kept as written: `validate` says what
/// IAM refuses. Equal documents have equal texts; `same_meaning` compares what they mean.
///
/// >>> from podpass.policy import PolicyDocument
/// >>> document = PolicyDocument.parse('''{"Statement": {
/// ...     "Effect": "Allow", "Action": ["s3:getobject"], "Resource": "*"}}''')
/// >>> document.statements
/// (Statement(effect='Allow', sid=None, line=1, column=15),)
/// >>> print(document)
/// {"Statement":[{"Effect":"Allow","Action":"s3:getobject","Resource":"*"}]}
/// >>> PolicyDocument.parse('{"Statement": [{"Effect": "allow"}]}')
/// Traceback (most recent call last):
///     ...
/// podpass.errors.PolicyError: ... at line 1 column 27 (`Statement[0].Effect`)
#[pyclass(frozen, eq, module = "podpass.policy")]
pub(crate) struct PolicyDocument {
    text: String,
    document: Document,
}

impl PartialEq for PolicyDocument {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl PolicyDocument {
    pub(super) fn new(text: String, document: Document) -> Self {
        Self { text, document }
    }

    pub(super) fn read(&self) -> &Document {
        &self.document
    }
}

#[pymethods]
impl PolicyDocument {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["version", "id", "statements"])
    }

    /// Reads a JSON text.
    ///
    /// Raises `PolicyError` when it is no JSON or has not the shape of a policy.
    #[staticmethod]
    fn parse(py: Python<'_>, text: String) -> PyResult<Self> {
        match py.detach(|| Document::parse(&text)) {
            Ok(document) => Ok(Self::new(text, document)),
            Err(refusal) => Err(error::policy(refusal)),
        }
    }

    /// Takes plain values, as `json.loads` answers them.
    ///
    /// Raises `TypeError` for values that JSON cannot hold, and `PolicyError`, whose line and column are
    /// those of the JSON text.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::parse(values.py(), json::from_python(values)?)
    }

    /// The document as plain values, in IAM's usual order of elements.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.document)
    }

    /// The text that was read.
    #[getter]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The stated version; IAM reads a document without one as `2008-10-17`.
    #[getter]
    fn version<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.document.version)
    }

    /// The document's `Id`, which means nothing to IAM.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.document.id.as_deref()
    }

    /// The statements in their order.
    #[getter]
    fn statements<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let statements = self.document.statements.iter().cloned();
        PyTuple::new(py, statements.map(Statement::from))
    }

    /// The context keys that conditions and policy variables speak of, as written.
    #[getter]
    fn context_keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.document.context_keys())
    }

    /// Whether IAM decides alike by both documents, so that replacing one by the other changes nothing.
    ///
    /// Ignored are: the order of statements and of lists, a string against a list of one, `Sid`, `Id`,
    /// white space, the case of actions, of condition operators and keys, an account id against its
    /// root ARN, `"*"` against `{"AWS": "*"}`, repeated entries.
    fn same_meaning(&self, py: Python<'_>, other: &Bound<'_, Self>) -> bool {
        let other = other.get();
        py.detach(|| self.document.same_meaning(&other.document))
    }

    fn __str__(&self) -> String {
        self.document.to_string()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
