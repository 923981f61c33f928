//! `StringEquals`, `StringEqualsIgnoreCase`, `StringLike`: case-sensitive but for `IgnoreCase`,
//! wildcards only in `Like`, variables in all.

use super::{Hit, operator::StringKind};
use crate::{
    Context, Version,
    pattern::{Dialect, Pattern, Wildcards},
    truth::Truth,
};

#[derive(Clone, Debug)]
pub(super) struct Strings(Box<[Pattern]>);

impl Strings {
    pub(super) fn compile(kind: StringKind, values: &[String], version: Version) -> Self {
        let dialect = match kind {
            StringKind::Equals => Dialect::text(Wildcards::Literal, version),
            StringKind::EqualsIgnoreCase => Dialect::text(Wildcards::Literal, version).folding(),
            StringKind::Like => Dialect::text(Wildcards::Glob, version),
        };
        Self(
            values
                .iter()
                .map(|value| Pattern::compile(value, dialect))
                .collect(),
        )
    }

    pub(super) fn hit(&self, value: &str, context: &Context) -> Hit {
        Truth::any(self.0.iter().map(|pattern| pattern.matches(value, context))).into()
    }
}
