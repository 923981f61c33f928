//! The forms in which clients send objects and take them: JSON, YAML and protobuf; whole, as tables or as metadata only.

use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::failure::{Cause, Failure};
use super::kind::Kind;
use super::options::{FieldValidation, Options};
use super::schema::{Schema, meta, protobuf, read};
use super::{Request, Response};

/// The types that can be written.
pub(crate) const WRITABLE: [&str; 3] = ["application/json", "application/yaml", PROTOBUF];
/// The types that can be read.
const READABLE: &[&str] = &["application/json", "application/yaml", PROTOBUF];
pub(crate) const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
/// The largest body, in bytes: the API server's limit.
const MAX_BODY: usize = 3 * 1024 * 1024;

/// How the answer is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// Kubernetes' protobuf envelope.
    Protobuf,
}

/// What of the objects is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All of them.
    Whole,
    /// A table for people.
    Table,
    /// Their metadata.
    Metadata,
}

/// What the caller takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accepted {
    /// The encoding.
    pub(crate) encoding: Encoding,
    /// The shape.
    pub(crate) shape: Shape,
}

/// The first of the accepted types that this server can write.
///
/// # Errors
/// [`Failure::NotAcceptable`] when there is none.
pub(crate) fn accepted(headers: &HeaderMap) -> Result<Accepted, Failure> {
    let clauses = accept_clauses(headers);
    if clauses.is_empty() {
        return Ok(Accepted {
            encoding: Encoding::Json,
            shape: Shape::Whole,
        });
    }
    clauses
        .iter()
        .find_map(|(media, parameters)| acceptable(media, parameters))
        .ok_or(Failure::NotAcceptable)
}

/// A media type and its parameters.
type Clause = (String, Vec<(String, String)>);

/// The clauses of `Accept`, the most wanted first.
pub(crate) fn accept_clauses(headers: &HeaderMap) -> Vec<Clause> {
    let texts = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut clauses: Vec<(f32, Clause)> = texts
        .flat_map(|text| text.split(','))
        .filter_map(clause)
        .collect();
    clauses.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    clauses.into_iter().map(|(_, clause)| clause).collect()
}

fn clause(text: &str) -> Option<(f32, Clause)> {
    let mut parts = text.split(';').map(str::trim);
    let media = parts
        .next()
        .filter(|media| !media.is_empty())?
        .to_ascii_lowercase();
    let parameters: Vec<(String, String)> = parts
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()))
        .collect();
    let weight = parameters
        .iter()
        .find(|(name, _)| name == "q")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(1.0);
    Some((weight, (media, parameters)))
}

fn acceptable(media: &str, parameters: &[(String, String)]) -> Option<Accepted> {
    let encoding = match media {
        "application/json" | "application/*" | "*/*" => Encoding::Json,
        "application/yaml" => Encoding::Yaml,
        PROTOBUF => Encoding::Protobuf,
        _ => return None,
    };
    let parameter = |name: &str| {
        parameters
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    };
    let shape = match parameter("as") {
        None => Shape::Whole,
        _ if parameter("g") != Some("meta.k8s.io") || parameter("v") != Some("v1") => return None,
        // Tables and bare metadata have cells and fields of any type: they are written as JSON and YAML only.
        _ if encoding == Encoding::Protobuf => return None,
        Some("Table") => Shape::Table,
        Some("PartialObjectMetadata" | "PartialObjectMetadataList") => Shape::Metadata,
        Some(_) => return None,
    };
    Some(Accepted { encoding, shape })
}

impl Accepted {
    /// The same for documents that have no protobuf form.
    pub(crate) fn as_document(self) -> Accepted {
        let encoding = if self.encoding == Encoding::Protobuf {
            Encoding::Json
        } else {
            self.encoding
        };
        Accepted {
            encoding,
            shape: Shape::Whole,
        }
    }

    /// Writes an object, or a list, of a schema; what has been given another shape is never protobuf.
    pub(crate) fn write(
        self,
        status: StatusCode,
        schema: &'static Schema,
        value: &Value,
    ) -> Response {
        match self.encoding {
            Encoding::Json => json_response(status, value),
            Encoding::Yaml => Response::full(
                status,
                "application/yaml",
                serde_saphyr::to_string(value).unwrap_or_default(),
            ),
            Encoding::Protobuf if value["items"].is_array() => Response::full(
                status,
                PROTOBUF,
                protobuf::seal_list(&meta::LIST_META, schema, value),
            ),
            Encoding::Protobuf => Response::full(status, PROTOBUF, protobuf::seal(schema, value)),
        }
    }
}

/// A JSON body, ended by a line feed as Go's encoder does.
pub(crate) fn json_response(status: StatusCode, value: &Value) -> Response {
    Response::full(status, "application/json", format!("{value}\n"))
}

/// Writes a `Status`, in JSON when the caller takes nothing that is known here.
pub(crate) fn write_status(code: StatusCode, status: &Value, headers: &HeaderMap) -> Response {
    let accepted = accepted(headers).unwrap_or(Accepted {
        encoding: Encoding::Json,
        shape: Shape::Whole,
    });
    accepted.write(code, &meta::STATUS, status)
}

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
    check_size(request)?;
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

fn check_size(request: &Request) -> Result<(), Failure> {
    if request.body.len() > MAX_BODY {
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
    check_size(request)?;
    let cannot = |error: &str| {
        Failure::BadRequest(format!(
            "{} in version \"{}\" cannot be handled as a {}: {error}",
            kind.kind, kind.version, kind.kind
        ))
    };
    let tree = match content_type(request).as_str() {
        "" | "application/json" => {
            serde_json::from_slice(&request.body).map_err(|error| cannot(&error.to_string()))?
        }
        "application/yaml" => serde_saphyr::from_slice(&request.body)
            .map_err(|error| cannot(first_line(&error.to_string())))?,
        PROTOBUF => {
            from_protobuf(kind.schema, &request.body).map_err(|error| cannot(&error.to_string()))?
        }
        _ => return Err(Failure::UnsupportedMediaType(READABLE)),
    };
    let tree = named(kind, tree)?;
    let typed = read::object(kind.schema, tree).map_err(|error| cannot(&error))?;
    let warnings = match options.field_validation {
        FieldValidation::Strict if !typed.unknown.is_empty() => {
            return Err(cannot(&format!(
                "strict decoding error: {}",
                typed.unknown.join(", ")
            )));
        }
        FieldValidation::Warn => typed.unknown,
        _ => Vec::new(),
    };
    Ok(Sent {
        object: typed.value,
        warnings,
    })
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

fn from_protobuf(schema: &'static Schema, body: &[u8]) -> Result<Value, protobuf::ProtobufError> {
    let envelope = protobuf::open(body)?;
    let mut object = protobuf::decode(schema, &envelope.raw)?;
    object["kind"] = json!(envelope.kind);
    object["apiVersion"] = json!(envelope.api_version);
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
            from_protobuf(&meta::DELETE_OPTIONS, &request.body).map_err(|error| error.to_string())
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
