//! From a client's JSON to a typed tree: unknown fields are dropped and named, wrong types refused in Go's words.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::{Field, Schema, Type};

/// The deepest nesting of a body that is read.
const MAX_DEPTH: usize = 64;
/// How many unknown fields are named, as the API server has it.
const MAX_UNKNOWN: usize = 100;

/// A tree as its schema has it, and what the schema did not know.
#[derive(Debug)]
pub(crate) struct Typed {
    /// The known fields, in the schema's order, without nulls.
    pub(crate) value: Value,
    /// One text per field that was dropped: `unknown field "spec.foo"`.
    pub(crate) unknown: Vec<String>,
}

/// Reads a whole object: `kind` and `apiVersion` beside the schema's fields.
///
/// # Errors
/// Go's text for the first value that has another type than its field.
pub(crate) fn object(schema: &'static Schema, value: Value) -> Result<Typed, String> {
    let mut reader = Reader {
        unknown: Vec::new(),
    };
    let Value::Object(mut fields) = value else {
        return Err(format!(
            "json: cannot unmarshal {} into Go value of type v1.{}",
            go_value(&value),
            schema.short_name()
        ));
    };
    let mut typed = Map::new();
    for name in ["kind", "apiVersion"] {
        if let Some(value) = fields.shift_remove(name).filter(|value| !value.is_null()) {
            typed.insert(
                name.to_owned(),
                reader.value(&Type::Text, value, &Place::root(schema, name))?,
            );
        }
    }
    reader.fields(schema, fields, "", &mut typed, 0)?;
    Ok(Typed {
        value: Value::Object(typed),
        unknown: reader.unknown,
    })
}

/// Where a value stands, for messages.
struct Place {
    schema: &'static Schema,
    path: String,
    depth: usize,
}

impl Place {
    fn root(schema: &'static Schema, name: &str) -> Place {
        Place {
            schema,
            path: name.to_owned(),
            depth: 0,
        }
    }

    fn below(&self, path: String) -> Place {
        Place {
            schema: self.schema,
            path,
            depth: self.depth + 1,
        }
    }
}

struct Reader {
    unknown: Vec<String>,
}

impl Reader {
    fn fields(
        &mut self,
        schema: &'static Schema,
        mut given: Map<String, Value>,
        path: &str,
        typed: &mut Map<String, Value>,
        depth: usize,
    ) -> Result<(), String> {
        let join = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        for field in schema.fields {
            let Some(value) = given
                .shift_remove(field.name)
                .filter(|value| !value.is_null())
            else {
                continue;
            };
            let place = Place {
                schema,
                path: join(field.name),
                depth,
            };
            typed.insert(field.name.to_owned(), self.value(&field.ty, value, &place)?);
        }
        let left = MAX_UNKNOWN.saturating_sub(self.unknown.len());
        let unknown = given.keys().take(left);
        self.unknown
            .extend(unknown.map(|name| format!("unknown field \"{}\"", join(name))));
        Ok(())
    }

    fn value(&mut self, ty: &Type, value: Value, place: &Place) -> Result<Value, String> {
        if place.depth > MAX_DEPTH {
            return Err("exceeded max depth".to_owned());
        }
        let wrong = |value: &Value| {
            Err(format!(
                "json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                go_value(value),
                place.schema.short_name(),
                place.path,
                ty.go_name()
            ))
        };
        match (ty, value) {
            (Type::Text, value @ Value::String(_))
            | (Type::Boolean, value @ Value::Bool(_))
            | (Type::FieldsV1, value @ Value::Object(_)) => Ok(value),
            (Type::Int32, value)
                if value
                    .as_i64()
                    .is_some_and(|number| i32::try_from(number).is_ok()) =>
            {
                Ok(value)
            }
            (Type::Int64, value) if value.is_i64() => Ok(value),
            (Type::IntOrString, value) if value.is_string() || value.is_i64() => self.value(
                if value.is_string() {
                    &Type::Text
                } else {
                    &Type::Int32
                },
                value,
                place,
            ),
            (Type::Quantity, value) if value.is_string() || value.is_number() => quantity(value),
            (Type::Time | Type::MicroTime, Value::String(text)) => {
                match text.parse::<jiff::Timestamp>() {
                    Ok(_) => Ok(Value::String(text)),
                    Err(_) => Err(format!(
                        "parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\""
                    )),
                }
            }
            (Type::Object(schema), Value::Object(fields)) => {
                let mut typed = Map::new();
                self.fields(schema, fields, &place.path, &mut typed, place.depth + 1)?;
                Ok(Value::Object(typed))
            }
            (Type::Map(value_type), Value::Object(entries)) => {
                let mut entries: Vec<(String, Value)> = entries.into_iter().collect();
                entries.sort_by(|(one, _), (other, _)| one.cmp(other));
                let mut typed = Map::new();
                for (key, value) in entries {
                    // Go reads a null into the value's zero, which for the strings of labels is "".
                    let value = if value.is_null() {
                        zero(value_type)
                    } else {
                        value
                    };
                    let value = self.value(value_type, value, &place.below(place.path.clone()))?;
                    typed.insert(key, value);
                }
                Ok(Value::Object(typed))
            }
            (Type::List(item, _), Value::Array(items)) => {
                let items = items.into_iter().enumerate().map(|(index, value)| {
                    let value = if value.is_null() { zero(item) } else { value };
                    self.value(
                        item,
                        value,
                        &place.below(format!("{}[{index}]", place.path)),
                    )
                });
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            (Type::WrappedTexts, Value::Array(items)) if items.iter().all(Value::is_string) => {
                Ok(Value::Array(items))
            }
            (_, value) => wrong(&value),
        }
    }
}

/// How Go's decoder names a JSON value.
fn go_value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(number) if number.is_f64() => format!("number {number}"),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
    }
}

/// An amount as text. Kubernetes brings it into a canonical form as well; here it stays as it was sent.
fn quantity(value: Value) -> Result<Value, String> {
    static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[+-]?(\d+(\.\d*)?|\.\d+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?\d+))?$").ok()
    });
    let text = match value {
        Value::String(text) => text,
        number => number.to_string(),
    };
    if FORM.as_ref().is_some_and(|form| form.is_match(&text)) {
        return Ok(Value::String(text));
    }
    Err("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'".to_owned())
}

/// The value a field has when nobody set it.
fn zero(ty: &Type) -> Value {
    match ty {
        Type::Text | Type::Quantity => Value::String(String::new()),
        Type::Boolean => Value::Bool(false),
        Type::Int32 | Type::Int64 | Type::IntOrString => Value::from(0),
        Type::Time | Type::MicroTime => Value::Null,
        Type::FieldsV1 | Type::Object(_) | Type::Map(_) => Value::Object(Map::new()),
        Type::List(..) | Type::WrappedTexts => Value::Array(Vec::new()),
    }
}

/// Brings a typed object into the form in which Kubernetes stores and writes it: empty optional fields vanish, structures
/// that are not pointers are there even when empty.
pub(crate) fn normalize(schema: &'static Schema, value: Value) -> Value {
    let Value::Object(mut given) = value else {
        return value;
    };
    let mut stored = Map::new();
    for name in ["kind", "apiVersion"] {
        if let Some(value) = given.shift_remove(name) {
            stored.insert(name.to_owned(), value);
        }
    }
    normalize_fields(schema, given, &mut stored);
    Value::Object(stored)
}

fn normalize_fields(
    schema: &'static Schema,
    mut given: Map<String, Value>,
    stored: &mut Map<String, Value>,
) {
    for field in schema.fields {
        if let Some(value) = normalized_field(field, given.shift_remove(field.name)) {
            stored.insert(field.name.to_owned(), value);
        }
    }
}

fn normalized_field(field: &Field, given: Option<Value>) -> Option<Value> {
    let is_struct = matches!(field.ty, Type::Object(_));
    match given.filter(|value| !value.is_null()) {
        None if is_struct && !field.pointer => Some(normalize_value(&field.ty, zero(&field.ty))),
        None if field.required => Some(zero(&field.ty)).filter(|value| !value.is_null()),
        None => None,
        Some(value) => {
            let value = normalize_value(&field.ty, value);
            let kept = is_struct
                || field.required
                || (field.pointer && !value.is_array())
                || value != zero(&field.ty);
            kept.then_some(value)
        }
    }
}

fn normalize_value(ty: &Type, value: Value) -> Value {
    match (ty, value) {
        (Type::Object(schema), Value::Object(given)) => {
            let mut stored = Map::new();
            normalize_fields(schema, given, &mut stored);
            Value::Object(stored)
        }
        (Type::Map(value_type), Value::Object(entries)) => Value::Object(
            entries
                .into_iter()
                .map(|(key, value)| (key, normalize_value(value_type, value)))
                .collect(),
        ),
        (Type::List(item, _), Value::Array(items)) => Value::Array(
            items
                .into_iter()
                .map(|value| normalize_value(item, value))
                .collect(),
        ),
        (_, value) => value,
    }
}
