//! The protobuf form of a typed tree, by the tags of its schema, and the envelope Kubernetes puts around it.
//!
//! `kubectl create serviceaccount`, `create token` and `auth whoami` send this form and take no other for an answer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{Buf, BufMut};
use jiff::Timestamp;
use prost::encoding::{
    DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field,
};
use serde_json::{Map, Value};

use super::{Field, Schema, Type, read};

/// What every protobuf body begins with.
const MAGIC: &[u8] = b"k8s\0";
/// The deepest nesting of messages that is read.
const MAX_DEPTH: usize = 64;

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

fn malformed(text: impl Into<String>) -> ProtobufError {
    ProtobufError::Malformed(text.into())
}

/// The `runtime.Unknown` envelope: its type and the message inside.
pub(crate) struct Envelope {
    /// `apiVersion` of the message.
    pub(crate) api_version: String,
    /// `kind` of the message.
    pub(crate) kind: String,
    /// The message's bytes.
    pub(crate) raw: Vec<u8>,
}

/// Opens the envelope of a body.
///
/// # Errors
/// When the magic is missing or the envelope is malformed.
pub(crate) fn open(body: &[u8]) -> Result<Envelope, ProtobufError> {
    let mut rest = body.strip_prefix(MAGIC).ok_or(ProtobufError::Magic)?;
    let mut envelope = Envelope {
        api_version: String::new(),
        kind: String::new(),
        raw: Vec::new(),
    };
    each_field(&mut rest, |tag, wire, buffer| match tag {
        1 => {
            let mut type_meta = chunk(wire, buffer)?;
            each_field(&mut type_meta, |tag, wire, buffer| {
                match tag {
                    1 => envelope.api_version = text(wire, buffer)?,
                    2 => envelope.kind = text(wire, buffer)?,
                    _ => skip_field(wire, tag, buffer, DecodeContext::default())?,
                }
                Ok(())
            })
        }
        2 => {
            envelope.raw = chunk(wire, buffer)?.to_vec();
            Ok(())
        }
        _ => Ok(skip_field(wire, tag, buffer, DecodeContext::default())?),
    })?;
    Ok(envelope)
}

/// Seals an object, which carries `kind` and `apiVersion`, into an envelope.
pub(crate) fn seal(schema: &'static Schema, object: &Value) -> Vec<u8> {
    seal_raw(object, &encode(schema, object))
}

/// Seals a list whose items have the schema.
pub(crate) fn seal_list(
    list_meta: &'static Schema,
    item: &'static Schema,
    list: &Value,
) -> Vec<u8> {
    let mut raw = Vec::new();
    put_chunk(1, &encode(list_meta, &list["metadata"]), &mut raw);
    for object in list["items"].as_array().into_iter().flatten() {
        put_chunk(2, &encode(item, object), &mut raw);
    }
    seal_raw(list, &raw)
}

fn seal_raw(object: &Value, raw: &[u8]) -> Vec<u8> {
    let mut type_meta = Vec::new();
    put_chunk(
        1,
        object["apiVersion"].as_str().unwrap_or_default().as_bytes(),
        &mut type_meta,
    );
    put_chunk(
        2,
        object["kind"].as_str().unwrap_or_default().as_bytes(),
        &mut type_meta,
    );
    let mut body = MAGIC.to_vec();
    put_chunk(1, &type_meta, &mut body);
    put_chunk(2, raw, &mut body);
    put_chunk(3, b"", &mut body);
    put_chunk(4, b"", &mut body);
    body
}

/// One frame of a watch: four bytes of length, then a `WatchEvent` around a sealed object.
pub(crate) fn watch_frame(event_type: &str, sealed: &[u8]) -> Vec<u8> {
    let mut extension = Vec::new();
    put_chunk(1, sealed, &mut extension);
    let mut event = Vec::new();
    put_chunk(1, event_type.as_bytes(), &mut event);
    put_chunk(2, &extension, &mut event);
    let mut frame = u32::try_from(event.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes()
        .to_vec();
    frame.extend(event);
    frame
}

/// The message of a structure.
fn encode(schema: &'static Schema, object: &Value) -> Vec<u8> {
    let mut buffer = Vec::new();
    for field in schema.fields {
        if let Some(value) = object.get(field.name).filter(|value| !value.is_null()) {
            put(&field.ty, field.tag, value, &mut buffer);
        }
    }
    buffer
}

fn put(ty: &Type, tag: u32, value: &Value, buffer: &mut Vec<u8>) {
    match ty {
        Type::Text => put_chunk(tag, value.as_str().unwrap_or_default().as_bytes(), buffer),
        Type::Boolean => put_number(tag, i64::from(value.as_bool().unwrap_or_default()), buffer),
        Type::Int32 | Type::Int64 => put_number(tag, value.as_i64().unwrap_or_default(), buffer),
        Type::Time | Type::MicroTime => {
            let time = value
                .as_str()
                .and_then(|text| text.parse::<Timestamp>().ok())
                .unwrap_or_default();
            let mut message = Vec::new();
            put_number(1, time.as_second(), &mut message);
            put_number(2, i64::from(time.subsec_nanosecond()), &mut message);
            put_chunk(tag, &message, buffer);
        }
        Type::FieldsV1 => {
            let mut message = Vec::new();
            put_chunk(1, value.to_string().as_bytes(), &mut message);
            put_chunk(tag, &message, buffer);
        }
        Type::Object(schema) => put_chunk(tag, &encode(schema, value), buffer),
        Type::Map(value_type) => {
            for (key, value) in value.as_object().into_iter().flatten() {
                let mut entry = Vec::new();
                put_chunk(1, key.as_bytes(), &mut entry);
                put(value_type, 2, value, &mut entry);
                put_chunk(tag, &entry, buffer);
            }
        }
        Type::List(item, _) => value
            .as_array()
            .into_iter()
            .flatten()
            .for_each(|value| put(item, tag, value, buffer)),
        Type::WrappedTexts => {
            let mut message = Vec::new();
            value
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|value| put(&Type::Text, 1, value, &mut message));
            put_chunk(tag, &message, buffer);
        }
    }
}

fn put_chunk(tag: u32, chunk: &[u8], buffer: &mut Vec<u8>) {
    encode_key(tag, WireType::LengthDelimited, buffer);
    encode_varint(chunk.len() as u64, buffer);
    buffer.put_slice(chunk);
}

fn put_number(tag: u32, number: i64, buffer: &mut Vec<u8>) {
    encode_key(tag, WireType::Varint, buffer);
    encode_varint(number.cast_unsigned(), buffer);
}

/// The tree of a message.
///
/// # Errors
/// When the bytes are not such a message.
pub(crate) fn decode(schema: &'static Schema, raw: &[u8]) -> Result<Value, ProtobufError> {
    decode_at(schema, raw, 0)
}

fn decode_at(
    schema: &'static Schema,
    mut raw: &[u8],
    depth: usize,
) -> Result<Value, ProtobufError> {
    if depth > MAX_DEPTH {
        return Err(malformed("nested too deeply"));
    }
    let mut object = Map::new();
    each_field(&mut raw, |tag, wire, buffer| {
        match schema.fields.iter().find(|field| field.tag == tag) {
            Some(field) => take_field(field, wire, buffer, &mut object, depth),
            None => Ok(skip_field(wire, tag, buffer, DecodeContext::default())?),
        }
    })?;
    // Go writes every field that is no pointer, the empty ones too, and the order of tags is not that of JSON.
    let Value::Object(object) = read::normalize(schema, Value::Object(object)) else {
        return Err(malformed("no object"));
    };
    Ok(Value::Object(object))
}

fn take_field(
    field: &Field,
    wire: WireType,
    buffer: &mut &[u8],
    object: &mut Map<String, Value>,
    depth: usize,
) -> Result<(), ProtobufError> {
    let name = field.name.to_owned();
    match field.ty {
        Type::List(item, _) => {
            let value = take(item, wire, buffer, depth)?;
            if let Value::Array(items) = object
                .entry(name)
                .or_insert_with(|| Value::Array(Vec::new()))
            {
                items.push(value);
            }
        }
        Type::Map(value_type) => {
            let mut entry = chunk(wire, buffer)?;
            let (mut key, mut value) = (String::new(), Value::String(String::new()));
            each_field(&mut entry, |tag, wire, buffer| {
                match tag {
                    1 => key = text(wire, buffer)?,
                    2 => value = take(value_type, wire, buffer, depth)?,
                    _ => skip_field(wire, tag, buffer, DecodeContext::default())?,
                }
                Ok(())
            })?;
            if let Value::Object(entries) = object
                .entry(name)
                .or_insert_with(|| Value::Object(Map::new()))
            {
                entries.insert(key, value);
            }
        }
        _ => {
            object.insert(name, take(&field.ty, wire, buffer, depth)?);
        }
    }
    Ok(())
}

fn take(
    ty: &Type,
    wire: WireType,
    buffer: &mut &[u8],
    depth: usize,
) -> Result<Value, ProtobufError> {
    Ok(match ty {
        Type::Text => Value::String(text(wire, buffer)?),
        Type::Boolean => Value::Bool(number(wire, buffer)? != 0),
        Type::Int32 | Type::Int64 => Value::from(number(wire, buffer)?),
        Type::Time | Type::MicroTime => time(ty, chunk(wire, buffer)?)?,
        Type::FieldsV1 => {
            let mut raw = Value::Null;
            let mut message = chunk(wire, buffer)?;
            each_field(&mut message, |_, wire, buffer| {
                raw = serde_json::from_slice(chunk(wire, buffer)?)
                    .map_err(|error| malformed(error.to_string()))?;
                Ok(())
            })?;
            raw
        }
        Type::Object(schema) => decode_at(schema, chunk(wire, buffer)?, depth + 1)?,
        Type::WrappedTexts => {
            let mut texts = Vec::new();
            let mut message = chunk(wire, buffer)?;
            each_field(&mut message, |_, wire, buffer| {
                texts.push(Value::String(text(wire, buffer)?));
                Ok(())
            })?;
            Value::Array(texts)
        }
        Type::Map(_) | Type::List(..) => return Err(malformed("a collection inside a collection")),
    })
}

/// The empty message is Go's zero time: no value.
fn time(ty: &Type, mut message: &[u8]) -> Result<Value, ProtobufError> {
    if message.is_empty() {
        return Ok(Value::Null);
    }
    let (mut seconds, mut nanos) = (0, 0);
    each_field(&mut message, |tag, wire, buffer| {
        match tag {
            1 => seconds = number(wire, buffer)?,
            2 => nanos = number(wire, buffer)?,
            _ => skip_field(wire, tag, buffer, DecodeContext::default())?,
        }
        Ok(())
    })?;
    let nanos = i32::try_from(nanos).map_err(|error| malformed(error.to_string()))?;
    let time = Timestamp::new(seconds, nanos).map_err(|error| malformed(error.to_string()))?;
    Ok(Value::String(if matches!(ty, Type::MicroTime) {
        format!("{time:.6}")
    } else {
        format!("{time:.0}")
    }))
}

fn each_field(
    buffer: &mut &[u8],
    mut visit: impl FnMut(u32, WireType, &mut &[u8]) -> Result<(), ProtobufError>,
) -> Result<(), ProtobufError> {
    while buffer.has_remaining() {
        let (tag, wire) = decode_key(buffer)?;
        visit(tag, wire, buffer)?;
    }
    Ok(())
}

fn chunk<'a>(wire: WireType, buffer: &mut &'a [u8]) -> Result<&'a [u8], ProtobufError> {
    if wire != WireType::LengthDelimited {
        return Err(malformed(format!("wrong wireType = {}", wire as u8)));
    }
    let length =
        usize::try_from(decode_varint(buffer)?).map_err(|error| malformed(error.to_string()))?;
    let (chunk, rest) = buffer
        .split_at_checked(length)
        .ok_or_else(|| malformed("unexpected EOF"))?;
    *buffer = rest;
    Ok(chunk)
}

fn text(wire: WireType, buffer: &mut &[u8]) -> Result<String, ProtobufError> {
    let bytes = chunk(wire, buffer)?;
    String::from_utf8(bytes.to_vec())
        .map_err(|_| malformed(format!("invalid UTF-8: {}", STANDARD.encode(bytes))))
}

fn number(wire: WireType, buffer: &mut &[u8]) -> Result<i64, ProtobufError> {
    if wire != WireType::Varint {
        return Err(malformed(format!("wrong wireType = {}", wire as u8)));
    }
    Ok(decode_varint(buffer)?.cast_signed())
}
