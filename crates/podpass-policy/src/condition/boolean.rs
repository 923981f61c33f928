//! `Bool`: `true` or `false`, in any case.

use super::Hit;
use crate::{
    Context, Version,
    pattern::{Dialect, Pattern, Wildcards},
    truth::Truth,
};

#[derive(Clone, Debug)]
pub(super) struct Booleans(Box<[Value]>);

#[derive(Clone, Debug)]
enum Value {
    Known(bool),
    Variable(Pattern),
    /// Text that is no boolean.
    Opaque,
}

impl Booleans {
    pub(super) fn compile(values: &[String], version: Version) -> Self {
        let dialect = Dialect::text(Wildcards::Literal, version).folding();
        let compile = |value: &String| {
            let pattern = Pattern::compile(value, dialect);
            match boolean(value) {
                Some(value) => Value::Known(value),
                None if pattern.has_variables() => Value::Variable(pattern),
                None => Value::Opaque,
            }
        };
        Self(values.iter().map(compile).collect())
    }

    pub(super) fn hit(&self, value: &str, context: &Context) -> Hit {
        let Some(found) = boolean(value) else {
            return Hit::Malformed;
        };
        Truth::any(self.0.iter().map(|wanted| match wanted {
            Value::Known(wanted) => Truth::from(*wanted == found),
            Value::Variable(pattern) => pattern.matches(value, context),
            Value::Opaque => Truth::Unsure,
        }))
        .into()
    }
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
