//! From a message to a tree.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Buf;
use jiff::Timestamp;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use serde_json::{Map, Value};

use super::super::{Field, Schema, Type, read};
use super::ProtobufError;

/// The deepest nesting of messages that is read.
const MAX_DEPTH: usize = 64;

fn malformed(text: impl Into<String>) -> ProtobufError {
    ProtobufError::Malformed(text.into())
}

/// The tree of a message.
///
/// # Errors
/// When the bytes are not such a message.
pub(super) fn tree(schema: &'static Schema, raw: &[u8]) -> Result<Value, ProtobufError> {
    decode_at(schema, raw, 0)
}

fn decode_at(schema: &'static Schema, raw: &[u8], depth: usize) -> Result<Value, ProtobufError> {
    if depth > MAX_DEPTH {
        return Err(malformed("nested too deeply"));
    }
    let mut object = Map::new();
    take_fields(schema, 0, raw, &mut object, depth)?;
    // Go writes every field that is no pointer, the empty ones too, and the order of tags is not that of JSON.
    let Value::Object(object) = read::normalize(schema, Value::Object(object)) else {
        return Err(malformed("no object"));
    };
    Ok(Value::Object(object))
}

/// Takes the fields that lie in the message itself, or in the one embedded under the tag `within`.
fn take_fields(
    schema: &'static Schema,
    within: u32,
    mut raw: &[u8],
    object: &mut Map<String, Value>,
    depth: usize,
) -> Result<(), ProtobufError> {
    each_field(&mut raw, |tag, wire, buffer| {
        let found = schema
            .fields
            .iter()
            .find(|field| (field.within, field.tag) == (within, tag));
        match found {
            Some(field) => take_field(field, wire, buffer, object, depth),
            None if within == 0 && schema.fields.iter().any(|field| field.within == tag) => {
                take_fields(schema, tag, chunk(wire, buffer)?, object, depth)
            }
            None => Ok(skip_field(wire, tag, buffer, DecodeContext::default())?),
        }
    })
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
        Type::Quantity => {
            let mut amount = String::new();
            each_field(&mut chunk(wire, buffer)?, |_, wire, buffer| {
                amount = text(wire, buffer)?;
                Ok(())
            })?;
            Value::String(amount)
        }
        Type::IntOrString => int_or_string(chunk(wire, buffer)?)?,
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

fn int_or_string(mut message: &[u8]) -> Result<Value, ProtobufError> {
    let (mut is_text, mut int, mut string) = (false, 0, String::new());
    each_field(&mut message, |tag, wire, buffer| {
        match tag {
            1 => is_text = number(wire, buffer)? != 0,
            2 => int = number(wire, buffer)?,
            3 => string = text(wire, buffer)?,
            _ => skip_field(wire, tag, buffer, DecodeContext::default())?,
        }
        Ok(())
    })?;
    Ok(match is_text {
        true => Value::String(string),
        false => Value::from(int),
    })
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
