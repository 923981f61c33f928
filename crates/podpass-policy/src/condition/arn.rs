//! `ArnEquals` and `ArnLike`, which are the same: compared field by field, with wildcards that never
//! leave their field.

use super::Hit;
use crate::{
    Context, Version,
    pattern::{Dialect, Pattern, Wildcards},
    truth::Truth,
};

#[derive(Clone, Debug)]
pub(super) struct Arns(Box<[ArnPattern]>);

#[derive(Clone, Debug)]
struct ArnPattern {
    pattern: Pattern,
    malformed: bool,
}

impl Arns {
    pub(super) fn compile(values: &[String], version: Version) -> Self {
        let dialect = Dialect::text(Wildcards::ArnFields, version);
        let compile = |value: &String| {
            let pattern = Pattern::compile(value, dialect);
            ArnPattern {
                malformed: !looks_like_arn(value) && !pattern.has_variables(),
                pattern,
            }
        };
        Self(values.iter().map(compile).collect())
    }

    pub(super) fn hit(&self, value: &str, context: &Context) -> Hit {
        if !looks_like_arn(value) {
            return Hit::Malformed;
        }
        let sound = || self.0.iter().filter(|arn| !arn.malformed);
        match Truth::any(sound().map(|arn| arn.pattern.matches(value, context))) {
            Truth::No if sound().count() < self.0.len() => Hit::Malformed,
            truth => truth.into(),
        }
    }
}

/// Six fields, the first of them `arn` or a wildcard.
pub(crate) fn looks_like_arn(text: &str) -> bool {
    let is_start = text.starts_with("arn:") || text.starts_with("*:");
    is_start && text.bytes().filter(|b| *b == b':').count() >= 5
}
