//! What can go wrong, named for its cause, and the API server's own words for it.

mod cause;

use http::StatusCode;
use serde_json::{Value, json};

pub(crate) use self::cause::Cause;
use self::cause::{invalid_details, invalid_message};
use super::kind::Kind;

/// A field that another manager owns.
#[derive(Debug, Clone)]
pub(crate) struct OwnershipConflict {
    /// The other manager, as messages print it: `"kubectl-edit" using v1`.
    pub(crate) manager: String,
    /// The field: `.metadata.labels.app`.
    pub(crate) path: String,
}

/// Why a request was refused.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No such path on this server.
    NoSuchPath,
    /// The cluster does not know who asks.
    Unauthorized,
    /// The caller may not do that: which kind, which object, and in which words.
    Forbidden(&'static Kind, String, String),
    /// The caller may not act as somebody else: whose kind, which one, and in which words.
    Impersonation(String, String, String),
    /// The path exists, the verb does not.
    MethodNotAllowed,
    /// The object does not exist.
    NotFound(&'static Kind, String),
    /// The object exists already.
    AlreadyExists(&'static Kind, String),
    /// Somebody else was faster.
    Stale(&'static Kind, String),
    /// The object is not the one that the caller means.
    Precondition(&'static Kind, String, String),
    /// The object is another than the request says.
    Conflict(&'static Kind, String, String),
    /// Another manager owns the fields.
    Ownership(Vec<OwnershipConflict>),
    /// Fields of the object break rules.
    Invalid(&'static Kind, String, Vec<Cause>),
    /// The parameters of the request break rules: which options, and how.
    InvalidOptions(&'static str, Vec<Cause>),
    /// The patch led to an object that its kind's fields do not fit.
    InvalidPatch(Cause),
    /// The patch can not be carried out on this object.
    UnprocessablePatch,
    /// The request can not be understood.
    BadRequest(String),
    /// The namespace is going away.
    NamespaceTerminating(&'static Kind, String, String),
    /// The object may not be created or deleted, for this reason.
    Refused(&'static Kind, String, String),
    /// A real cluster has it, this server does not, for this reason.
    Missing(&'static str),
    /// The resource version lies before what the server remembers.
    Expired(String),
    /// The resource version lies in the future.
    FutureRevision(u64, u64),
    /// The body's type is unknown here.
    UnsupportedMediaType(&'static [&'static str]),
    /// The body is larger than this many bytes.
    TooLarge(usize),
    /// No type that the caller takes can be written.
    NotAcceptable,
    /// A script has it so: status, reason and message.
    Scripted(StatusCode, String, String),
}

impl Failure {
    /// A request that can not be understood.
    pub(crate) fn bad_request(text: impl Into<String>) -> Failure {
        Failure::BadRequest(text.into())
    }

    /// The `Status` object, or nothing where the API server answers with plain text.
    pub(crate) fn status(&self) -> Option<Value> {
        let (code, reason, message, details) = self.describe()?;
        let mut status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason,
        });
        if !details.is_null() {
            status["details"] = details;
        }
        status["code"] = json!(code);
        Some(status)
    }

    /// The HTTP status.
    pub(crate) fn code(&self) -> StatusCode {
        self.describe()
            .and_then(|(code, ..)| StatusCode::from_u16(code).ok())
            .unwrap_or(StatusCode::NOT_FOUND)
    }

    /// The word that stands for the failure, such as `NotFound`.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.describe().map(|(_, reason, ..)| reason)
    }

    /// Whether the caller is the reason, in which words.
    pub(crate) fn refused_caller(&self) -> Option<String> {
        let (.., message, _) = self.describe()?;
        matches!(
            self,
            Failure::Unauthorized | Failure::Forbidden(..) | Failure::Impersonation(..)
        )
        .then_some(message)
    }

    /// Code, reason, message and details.
    fn describe(&self) -> Option<(u16, &str, String, Value)> {
        let described = match self {
            Failure::NoSuchPath => return None,
            Failure::Unauthorized => (401, "Unauthorized", "Unauthorized".to_owned(), Value::Null),
            Failure::Forbidden(kind, name, why) => {
                let what = match name.as_str() {
                    "" => kind.qualified(),
                    name => format!("{} \"{name}\"", kind.qualified()),
                };
                (
                    403,
                    "Forbidden",
                    format!("{what} is forbidden: {why}"),
                    about(kind, name),
                )
            }
            Failure::Impersonation(resource, name, why) => (
                403,
                "Forbidden",
                format!("{resource} \"{name}\" is forbidden: {why}"),
                json!({ "name": name, "kind": resource }),
            ),
            Failure::MethodNotAllowed => (
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource".to_owned(),
                json!({}),
            ),
            Failure::NotFound(kind, name) => (
                404,
                "NotFound",
                format!("{} \"{name}\" not found", kind.qualified()),
                about(kind, name),
            ),
            Failure::AlreadyExists(kind, name) => (
                409,
                "AlreadyExists",
                format!("{} \"{name}\" already exists", kind.qualified()),
                about(kind, name),
            ),
            Failure::Stale(kind, name) => {
                let why = "the object has been modified; please apply your changes to the latest version and try again";
                (
                    409,
                    "Conflict",
                    unfulfilled(kind, name, why),
                    about(kind, name),
                )
            }
            Failure::Precondition(kind, name, why) => (
                409,
                "Conflict",
                unfulfilled(kind, name, &format!("Precondition failed: {why}")),
                about(kind, name),
            ),
            Failure::Conflict(kind, name, why) => (
                409,
                "Conflict",
                unfulfilled(kind, name, why),
                about(kind, name),
            ),
            Failure::Ownership(conflicts) => (
                409,
                "Conflict",
                ownership_message(conflicts),
                ownership_details(conflicts),
            ),
            Failure::Invalid(kind, name, causes) => {
                let message = invalid_message(&kind.qualified_kind(), name, causes);
                (
                    422,
                    "Invalid",
                    message,
                    invalid_details(kind.group, kind.kind, name, causes),
                )
            }
            Failure::InvalidOptions(options, causes) => {
                let message = invalid_message(&format!("{options}.meta.k8s.io"), "", causes);
                (
                    422,
                    "Invalid",
                    message,
                    invalid_details("meta.k8s.io", options, "", causes),
                )
            }
            Failure::InvalidPatch(cause) => {
                let causes = std::slice::from_ref(cause);
                (
                    422,
                    "Invalid",
                    invalid_message("", "", causes),
                    invalid_details("", "", "", causes),
                )
            }
            Failure::UnprocessablePatch => (
                422,
                "Invalid",
                "the server rejected our request due to an error in our request".to_owned(),
                json!({}),
            ),
            Failure::BadRequest(text) => (400, "BadRequest", text.clone(), Value::Null),
            Failure::NamespaceTerminating(kind, name, namespace) => {
                let why = format!(
                    "unable to create new content in namespace {namespace} because it is being terminated"
                );
                let mut details = about(kind, name);
                let message = format!("namespace {namespace} is being terminated");
                details["causes"] = json!([{ "reason": "NamespaceTerminating", "message": message, "field": "metadata.namespace" }]);
                (403, "Forbidden", forbidden(kind, name, &why), details)
            }
            Failure::Missing(why) => (501, "NotImplemented", (*why).to_owned(), Value::Null),
            Failure::Refused(kind, name, why) => (
                403,
                "Forbidden",
                forbidden(kind, name, why),
                about(kind, name),
            ),
            Failure::Expired(text) => (410, "Expired", text.clone(), Value::Null),
            Failure::FutureRevision(asked, current) => {
                let causes = json!([{ "reason": "ResourceVersionTooLarge", "message": "Too large resource version" }]);
                let message = format!("Too large resource version: {asked}, current: {current}");
                (
                    504,
                    "Timeout",
                    message,
                    json!({ "causes": causes, "retryAfterSeconds": 1 }),
                )
            }
            Failure::UnsupportedMediaType(accepted) => {
                let accepted = accepted.join(", ");
                let message = format!(
                    "the body of the request was in an unknown format - accepted media types include: {accepted}"
                );
                (415, "UnsupportedMediaType", message, Value::Null)
            }
            Failure::TooLarge(limit) => (
                413,
                "RequestEntityTooLarge",
                format!("Request entity too large: limit is {limit}"),
                Value::Null,
            ),
            Failure::Scripted(status, reason, message) => {
                let details = match *status {
                    StatusCode::TOO_MANY_REQUESTS => json!({ "retryAfterSeconds": 1 }),
                    _ => Value::Null,
                };
                (status.as_u16(), reason.as_str(), message.clone(), details)
            }
            Failure::NotAcceptable => {
                let accepted = super::negotiate::WRITABLE.join(", ");
                (
                    406,
                    "NotAcceptable",
                    format!("only the following media types are accepted: {accepted}"),
                    Value::Null,
                )
            }
        };
        Some(described)
    }
}

/// `details` that say which object is meant.
pub(crate) fn about(kind: &Kind, name: &str) -> Value {
    let mut details = json!({});
    for (key, value) in [("name", name), ("group", kind.group), ("kind", kind.plural)] {
        if !value.is_empty() {
            details[key] = json!(value);
        }
    }
    details
}

fn unfulfilled(kind: &Kind, name: &str, why: &str) -> String {
    format!(
        "Operation cannot be fulfilled on {} \"{name}\": {why}",
        kind.qualified()
    )
}

fn forbidden(kind: &Kind, name: &str, why: &str) -> String {
    format!("{} \"{name}\" is forbidden: {why}", kind.qualified())
}

fn ownership_message(conflicts: &[OwnershipConflict]) -> String {
    if let [OwnershipConflict { manager, path }] = conflicts {
        return format!("Apply failed with 1 conflict: conflict with {manager}: {path}");
    }
    let mut managers: Vec<&str> = conflicts
        .iter()
        .map(|conflict| conflict.manager.as_str())
        .collect();
    managers.sort_unstable();
    managers.dedup();
    let mut lines = Vec::new();
    for manager in managers {
        lines.push(format!("conflicts with {manager}:"));
        lines.extend(
            conflicts
                .iter()
                .filter(|conflict| conflict.manager == manager)
                .map(|conflict| format!("- {}", conflict.path)),
        );
    }
    format!(
        "Apply failed with {} conflicts: {}",
        conflicts.len(),
        lines.join("\n")
    )
}

fn ownership_details(conflicts: &[OwnershipConflict]) -> Value {
    let causes = conflicts.iter().map(|conflict| {
        json!({ "reason": "FieldManagerConflict", "message": format!("conflict with {}", conflict.manager), "field": conflict.path })
    });
    json!({ "causes": causes.collect::<Vec<_>>() })
}
