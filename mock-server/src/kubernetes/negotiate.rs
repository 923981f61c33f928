//! The forms in which clients take objects: JSON, YAML and protobuf; whole, as tables or as metadata only.

use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::Response;
use super::failure::Failure;
use super::schema::{Schema, meta, protobuf};

/// The types that can be written.
pub(crate) const WRITABLE: [&str; 3] = ["application/json", "application/yaml", PROTOBUF];
pub(crate) const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

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
