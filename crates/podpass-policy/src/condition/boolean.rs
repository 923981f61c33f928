//! `Bool`: `true` or `false`, in any case.

use super::Hit;
use crate::{
    Context, Version,
    pattern::{Dialect, Pattern, Wildcards},
    truth::Truth,
};

#[derive(Clone, Debug)]
pub(super) struct Booleans(Box<[Pattern]>);

impl Booleans {
    pub(super) fn compile(values: &[String], version: Version) -> Self {
        let dialect = Dialect::text(Wildcards::Literal, version).folding();
        Self(
            values
                .iter()
                .map(|value| Pattern::compile(value, dialect))
                .collect(),
        )
    }

    pub(super) fn hit(&self, value: &str, context: &Context) -> Hit {
        if !is_boolean(value) {
            return Hit::Malformed;
        }
        Truth::any(self.0.iter().map(|pattern| match pattern.as_text() {
            Some(text) if !is_boolean(text) => Truth::Unsure,
            _ => pattern.matches(value, context),
        }))
        .into()
    }
}

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}
