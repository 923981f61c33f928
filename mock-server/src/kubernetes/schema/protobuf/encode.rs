//! From a tree to a message.

use std::collections::BTreeMap;

use bytes::BufMut;
use jiff::Timestamp;
use prost::encoding::{WireType, encode_key, encode_varint};
use serde_json::Value;

use super::super::{Schema, Type};

/// The message of a structure.
pub(super) fn message(schema: &'static Schema, object: &Value) -> Vec<u8> {
    let mut buffer = Vec::new();
    let mut around: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    for field in schema.fields {
        if let Some(value) = object.get(field.name).filter(|value| !value.is_null()) {
            let buffer = match field.within {
                0 => &mut buffer,
                tag => around.entry(tag).or_default(),
            };
            put(&field.ty, field.tag, value, buffer);
        }
    }
    for (tag, message) in around {
        put_chunk(tag, &message, &mut buffer);
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
        Type::Quantity => {
            let mut message = Vec::new();
            put(&Type::Text, 1, value, &mut message);
            put_chunk(tag, &message, buffer);
        }
        Type::IntOrString => {
            let mut message = Vec::new();
            // Which of the two it is: 0 for the number, 1 for the text.
            put_number(1, i64::from(value.is_string()), &mut message);
            put(&Type::Int32, 2, value, &mut message);
            put(&Type::Text, 3, value, &mut message);
            put_chunk(tag, &message, buffer);
        }
        Type::FieldsV1 => {
            let mut message = Vec::new();
            put_chunk(1, value.to_string().as_bytes(), &mut message);
            put_chunk(tag, &message, buffer);
        }
        Type::Object(schema) => put_chunk(tag, &message(schema, value), buffer),
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

pub(super) fn put_chunk(tag: u32, chunk: &[u8], buffer: &mut Vec<u8>) {
    encode_key(tag, WireType::LengthDelimited, buffer);
    encode_varint(chunk.len() as u64, buffer);
    buffer.put_slice(chunk);
}

fn put_number(tag: u32, number: i64, buffer: &mut Vec<u8>) {
    encode_key(tag, WireType::Varint, buffer);
    encode_varint(number.cast_unsigned(), buffer);
}
