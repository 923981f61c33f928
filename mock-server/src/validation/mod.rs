//! The constraints of AWS's service models: required members, lengths, ranges, patterns, enums.
//!
//! An operation declares its members once; [`check`] finds every violation of a request, and the
//! service writes them in its own words.

mod describe;
mod violation;

use serde_json::{Map, Value};

pub(crate) use violation::{Constraint, Violation, Violations};

/// A named member of an input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// What a member may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// A string: least and greatest number of characters, and a pattern.
    Text(usize, usize, Option<Pattern>),
    /// One of these words.
    Enum(&'static [&'static str]),
    /// A whole number between two bounds, both included.
    Integer(i64, i64),
    Boolean,
    /// At least and at most so many items of one shape.
    List(usize, usize, &'static Shape),
    /// Names to strings: least and greatest number of entries, characters of a key, and of a value.
    Map(Bounds, Bounds, Bounds),
    Structure(&'static [Member]),
}

/// A pattern of the service model, as a function: patterns are few and matched often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern {
    /// The regular expression as AWS prints it.
    pub(crate) text: &'static str,
    /// Whether the whole value matches.
    pub(crate) accepts: fn(&str) -> bool,
    /// What IAM says of a value that does not match, instead of the general text.
    pub(crate) instead: Option<&'static str>,
}

/// Two bounds, both included.
pub(crate) type Bounds = (usize, usize);

/// A string without a constraint.
pub(crate) const ANY_TEXT: Shape = Shape::Text(0, usize::MAX, None);

impl Member {
    pub(crate) const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            required: false,
            shape,
        }
    }

    /// A string of `min` to `max` characters.
    pub(crate) const fn text(name: &'static str, min: usize, max: usize) -> Self {
        Self::new(name, Shape::Text(min, max, None))
    }

    /// The same member, which must be present.
    pub(crate) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }
}

/// Checks an input against its members.
///
/// # Errors
///
/// Every violation, in the order of the members.
pub(crate) fn check(members: &[Member], input: &Value) -> Result<(), Violations> {
    let mut violations = Violations::default();
    structure(members, input, "", &mut violations);
    match violations.0.is_empty() {
        true => Ok(()),
        false => Err(violations),
    }
}

fn structure(members: &[Member], input: &Value, prefix: &str, found: &mut Violations) {
    for member in members {
        let value = input.get(member.name).unwrap_or(&Value::Null);
        if !value.is_null() {
            shape(&member.shape, value, &|| path(prefix, member.name), found);
        } else if member.required {
            found.0.push(Violation {
                member: path(prefix, member.name),
                value: None,
                constraint: Constraint::NotNull,
            });
        }
    }
}

/// AWS prints members with a small first letter, whatever the wire says.
fn path(prefix: &str, name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{prefix}{}{rest}", first.to_ascii_lowercase())
}

fn shape(shape_: &Shape, value: &Value, path: &dyn Fn() -> String, found: &mut Violations) {
    let mut violated = |constraint| {
        found.0.push(Violation {
            member: path(),
            value: Some(plain(value)),
            constraint,
        });
    };
    match (*shape_, value) {
        (Shape::Text(min, max, pattern), Value::String(text)) => {
            let length = text.chars().count();
            if length < min {
                violated(Constraint::MinLength(min));
            }
            if length > max {
                violated(Constraint::MaxLength(max));
            }
            if let Some(pattern) = pattern.filter(|pattern| !(pattern.accepts)(text)) {
                violated(Constraint::Pattern(pattern));
            }
        }
        (Shape::Enum(words), Value::String(text)) => {
            if !words.contains(&text.as_str()) {
                violated(Constraint::Enum(words));
            }
        }
        (Shape::Integer(min, max), Value::Number(number)) => match number.as_i64() {
            Some(n) if n < min => violated(Constraint::Min(min)),
            Some(n) if n > max => violated(Constraint::Max(max)),
            Some(_) => {}
            None => violated(Constraint::Type("integer")),
        },
        (Shape::Boolean, Value::Bool(_)) => {}
        (Shape::List(min, max, item), Value::Array(items)) => {
            if items.len() < min {
                violated(Constraint::MinLength(min));
            }
            if items.len() > max {
                violated(Constraint::MaxLength(max));
                return;
            }
            for (n, value) in items.iter().enumerate() {
                let at = || format!("{}.{}.member", path(), n + 1);
                match item {
                    Shape::Structure(members) => {
                        structure(members, value, &format!("{}.", at()), found);
                    }
                    other => shape(other, value, &at, found),
                }
            }
        }
        (Shape::Map((min, max), keys, values), Value::Object(entries)) => {
            if entries.len() < min {
                violated(Constraint::MinLength(min));
            }
            if entries.len() > max {
                violated(Constraint::MaxLength(max));
            }
            if !entries.keys().all(|key| is_within(keys, key)) {
                violated(Constraint::MapKeys(keys));
            }
            if !entries.values().all(Value::is_string) {
                violated(Constraint::Type("map of strings"));
            } else if !entries
                .values()
                .filter_map(Value::as_str)
                .all(|text| is_within(values, text))
            {
                violated(Constraint::MapValues(values));
            }
        }
        (Shape::Structure(members), Value::Object(_)) => {
            structure(members, value, &format!("{}.", path()), found);
        }
        (expected, _) => violated(Constraint::Type(expected.kind())),
    }
}

fn is_within((min, max): Bounds, text: &str) -> bool {
    (min..=max).contains(&text.chars().count())
}

/// Takes out what the members do not name, as AWS ignores it; the values must have been checked.
pub(crate) fn keep_known(members: &[Member], input: &mut Map<String, Value>) {
    input.retain(|name, _| members.iter().any(|member| member.name == name));
    for member in members {
        if let Some(value) = input.get_mut(member.name) {
            keep_known_in(&member.shape, value);
        }
    }
}

fn keep_known_in(shape: &Shape, value: &mut Value) {
    match (shape, value) {
        (Shape::Structure(members), Value::Object(inner)) => keep_known(members, inner),
        (Shape::List(_, _, item), Value::Array(items)) => {
            items
                .iter_mut()
                .for_each(|value| keep_known_in(item, value));
        }
        _ => {}
    }
}

impl Shape {
    fn kind(&self) -> &'static str {
        match self {
            Shape::Text(..) | Shape::Enum(_) => "string",
            Shape::Integer(..) => "integer",
            Shape::Boolean => "boolean",
            Shape::List(..) => "list",
            Shape::Map(..) => "map of strings",
            Shape::Structure(_) => "structure",
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(plain).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
