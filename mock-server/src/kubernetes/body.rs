//! Reads the bodies that clients send: JSON, YAML and protobuf.

use http::header;
use serde_json::{Value, json};

use super::Request;
use super::failure::{Cause, Failure};
use super::kind::Kind;
use super::negotiate::PROTOBUF;
use super::options::{FieldValidation, Options};
use super::schema::{meta, protobuf, read};

/// The types that can be read.
const READABLE: &[&str] = &["application/json", "application/yaml", PROTOBUF];
/// The largest body, in bytes: the API server's limit.
const MAX_BODY: usize = 3 * 1024 * 1024;

/// An object that a client sent, and the warnings about it.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The typed object.
    pub(crate) object: Value,
    /// Texts for the `Warning` header.
    pub(crate) warnings: Vec<String>,
}

fn content_type(request: &Request) -> String {
    let text = request
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    text.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// The content type of a patch, without parameters.
pub(crate) fn patch_type(request: &Request) -> String {
    content_type(request)
}

/// The body of a patch as a tree, from JSON or YAML.
///
/// # Errors
/// When it is too large or unreadable.
pub(crate) fn read_tree(request: &Request, yaml: bool) -> Result<Value, Failure> {
    check_size(request.body.len())?;
    if yaml {
        serde_saphyr::from_slice(&request.body).map_err(|error| {
            Failure::BadRequest(format!(
                "error decoding YAML: {}",
                first_line(&error.to_string())
            ))
        })
    } else {
        serde_json::from_slice(&request.body)
            .map_err(|error| Failure::BadRequest(format!("error decoding patch: {error}")))
    }
}

fn check_size(size: usize) -> Result<(), Failure> {
    if size > MAX_BODY {
        return Err(Failure::TooLarge(MAX_BODY));
    }
    Ok(())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}

/// Reads the object of a kind from a body.
///
/// # Errors
/// When the type is unknown, the body unreadable, or of another kind; and for unknown fields under strict validation.
pub(crate) fn read_object(
    kind: &'static Kind,
    request: &Request,
    options: &Options,
) -> Result<Sent, Failure> {
    let tree = named(kind, read_body(kind, request)?)?;
    let typed = read::object(kind.schema, tree).map_err(|error| cannot(kind, &error))?;
    let warnings = match options.field_validation {
        FieldValidation::Strict if !typed.unknown.is_empty() => {
            let unknown = typed.unknown.join(", ");
            return Err(cannot(kind, &format!("strict decoding error: {unknown}")));
        }
        FieldValidation::Warn => typed.unknown,
        _ => Vec::new(),
    };
    Ok(Sent {
        object: typed.value,
        warnings,
    })
}

/// The name that a body gives to the object that it is to become, if it can be read.
pub(crate) fn name(kind: &'static Kind, request: &Request) -> Option<String> {
    let tree = read_body(kind, request).ok()?;
    tree["metadata"]["name"].as_str().map(str::to_owned)
}

/// The tree of a body, in the form that its type says.
fn read_body(kind: &'static Kind, request: &Request) -> Result<Value, Failure> {
    check_size(request.body.len())?;
    match content_type(request).as_str() {
        "" | "application/json" => {
            serde_json::from_slice(&request.body).map_err(|error| cannot(kind, &error.to_string()))
        }
        "application/yaml" => serde_saphyr::from_slice(&request.body)
            .map_err(|error| cannot(kind, first_line(&error.to_string()))),
        PROTOBUF => protobuf::open(kind.schema, &request.body)
            .map_err(|error| cannot(kind, &error.to_string())),
        _ => Err(Failure::UnsupportedMediaType(READABLE)),
    }
}

fn cannot(kind: &Kind, error: &str) -> Failure {
    Failure::BadRequest(format!(
        "{} in version \"{}\" cannot be handled as a {}: {error}",
        kind.kind, kind.version, kind.kind
    ))
}

/// Gives an object its kind and version, or refuses those of another.
///
/// # Errors
/// [`Failure::BadRequest`] when they are another kind's.
pub(crate) fn named(kind: &'static Kind, mut object: Value) -> Result<Value, Failure> {
    let Value::Object(fields) = &mut object else {
        return Ok(object);
    };
    let version = kind.api_version();
    match fields
        .get("apiVersion")
        .and_then(Value::as_str)
        .filter(|found| !found.is_empty() && *found != version)
    {
        Some(other) => {
            return Err(Failure::BadRequest(format!(
                "the API version in the data ({other}) does not match the expected API version ({version})"
            )));
        }
        None => fields.insert("apiVersion".to_owned(), json!(version)),
    };
    match fields
        .get("kind")
        .and_then(Value::as_str)
        .filter(|found| !found.is_empty() && *found != kind.kind)
    {
        Some(other) => {
            return Err(Failure::BadRequest(format!(
                "the kind in the data ({other}) does not match the expected kind ({})",
                kind.kind
            )));
        }
        None => fields.insert("kind".to_owned(), json!(kind.kind)),
    };
    Ok(object)
}

/// Reads the body of a deletion, which may be absent.
///
/// # Errors
/// When the type is unknown or the body unreadable.
pub(crate) fn read_delete_options(request: &Request) -> Result<Value, Failure> {
    if request.body.is_empty() {
        return Ok(json!({}));
    }
    let sent = match content_type(request).as_str() {
        "" | "application/json" => {
            serde_json::from_slice(&request.body).map_err(|error| error.to_string())
        }
        "application/yaml" => serde_saphyr::from_slice(&request.body)
            .map_err(|error| first_line(&error.to_string()).to_owned()),
        PROTOBUF => {
            protobuf::open(&meta::DELETE_OPTIONS, &request.body).map_err(|error| error.to_string())
        }
        _ => return Err(Failure::UnsupportedMediaType(READABLE)),
    };
    let typed = sent.and_then(|tree| read::object(&meta::DELETE_OPTIONS, tree));
    typed
        .map(|typed| typed.value)
        .map_err(|error| Failure::BadRequest(format!("DeleteOptions cannot be read: {error}")))
}

/// The refusal of a patch that leads to unknown fields, under strict validation.
pub(crate) fn strict_patch(text: &str, unknown: &[String]) -> Failure {
    Failure::InvalidPatch(Cause::invalid(
        "patch",
        &json!(text),
        &format!("strict decoding error: {}", unknown.join(", ")),
    ))
}
