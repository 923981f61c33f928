//! `NumericEquals`, `NumericLessThan` and their kin: integers and decimals.

use super::{Hit, first_hit, operator::Comparison};

#[derive(Clone, Debug)]
pub(super) struct Numbers {
    comparison: Comparison,
    values: Box<[Option<f64>]>,
}

impl Numbers {
    pub(super) fn compile(comparison: Comparison, values: &[String]) -> Self {
        Self {
            comparison,
            values: values.iter().map(|value| number(value)).collect(),
        }
    }

    pub(super) fn hit(&self, value: &str) -> Hit {
        let Some(left) = number(value) else {
            return Hit::Malformed;
        };
        first_hit(&self.values, |right| {
            left.partial_cmp(right)
                .is_some_and(|ordering| self.comparison.accepts(ordering))
        })
    }
}

/// Reads a number; `inf` and `NaN`, which Rust would take, are none.
fn number(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}
