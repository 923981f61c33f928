//! The protobuf form of a typed tree, by the tags of its schema, and the envelope Kubernetes puts around it.
//!
//! `kubectl create serviceaccount`, `create token` and `auth whoami` send this form and take no other for an answer.

mod decode;
mod encode;

use k8s_pb::apimachinery::pkg::apis::meta::v1::WatchEvent;
use k8s_pb::apimachinery::pkg::runtime::{RawExtension, TypeMeta, Unknown};
use prost::Message;
use serde_json::{Value, json};

use super::{Schema, meta};

/// What every protobuf body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// A message that is not what its schema says, or cut short.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProtobufError {
    /// The body lacks the magic prefix.
    #[error(
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"
    )]
    Magic,
    /// The bytes are no such message.
    #[error("proto: {0}")]
    Malformed(String),
}

impl From<prost::DecodeError> for ProtobufError {
    fn from(error: prost::DecodeError) -> ProtobufError {
        ProtobufError::Malformed(error.to_string())
    }
}

/// Opens the envelope of a body and reads the object inside, `kind` and `apiVersion` included.
///
/// # Errors
/// When the magic is missing or a message is malformed.
pub(crate) fn open(schema: &'static Schema, body: &[u8]) -> Result<Value, ProtobufError> {
    let envelope = Unknown::decode(body.strip_prefix(MAGIC).ok_or(ProtobufError::Magic)?)?;
    let mut object = decode::tree(schema, &envelope.raw.unwrap_or_default())?;
    let type_meta = envelope.type_meta.unwrap_or_default();
    object["kind"] = json!(type_meta.kind.unwrap_or_default());
    object["apiVersion"] = json!(type_meta.api_version.unwrap_or_default());
    Ok(object)
}

/// Seals an object, or a list whose items have the schema, into an envelope.
pub(crate) fn seal(schema: &'static Schema, object: &Value) -> Vec<u8> {
    let raw = match object["items"].as_array() {
        None => encode::message(schema, object),
        Some(items) => {
            let mut list = Vec::new();
            encode::put_chunk(
                1,
                &encode::message(&meta::LIST_META, &object["metadata"]),
                &mut list,
            );
            for item in items {
                encode::put_chunk(2, &encode::message(schema, item), &mut list);
            }
            list
        }
    };
    let text = |name: &str| object[name].as_str().map(str::to_owned);
    let envelope = Unknown {
        type_meta: Some(TypeMeta {
            api_version: text("apiVersion"),
            kind: text("kind"),
        }),
        raw: Some(raw),
        // Empty means what Go's own encoder says: protobuf, not encoded any further.
        content_encoding: Some(String::new()),
        content_type: Some(String::new()),
    };
    [MAGIC, &envelope.encode_to_vec()].concat()
}

/// One frame of a watch: four bytes of length, then a `WatchEvent` around a sealed object.
pub(crate) fn watch_frame(event_type: &str, sealed: Vec<u8>) -> Vec<u8> {
    let object = RawExtension { raw: Some(sealed) };
    let event = WatchEvent {
        r#type: Some(event_type.to_owned()),
        object: Some(object),
    };
    let event = event.encode_to_vec();
    let length = u32::try_from(event.len()).unwrap_or(u32::MAX);
    [length.to_be_bytes().as_slice(), &event].concat()
}
