//! `NumericEquals`, `NumericLessThan` and their kin: integers and decimals.

use std::cmp::Ordering;

use super::{Hit, first_hit, operator::Comparison};

#[derive(Clone, Debug)]
pub(super) struct Numbers {
    comparison: Comparison,
    values: Box<[Option<Number>]>,
}

/// Integers apart, since large ones that differ can be the same as floating-point numbers.
#[derive(Clone, Copy, Debug)]
enum Number {
    Whole(i128),
    Decimal(f64),
}

impl Numbers {
    pub(super) fn compile(comparison: Comparison, values: &[String]) -> Self {
        Self {
            comparison,
            values: values.iter().map(|value| Number::read(value)).collect(),
        }
    }

    pub(super) fn hit(&self, value: &str) -> Hit {
        let Some(left) = Number::read(value) else {
            return Hit::Malformed;
        };
        first_hit(&self.values, |right| {
            left.compare(*right)
                .is_some_and(|ordering| self.comparison.accepts(ordering))
        })
    }
}

impl Number {
    /// Reads a number; `inf` and `NaN`, which Rust would take, are none.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        let decimal = text.parse().ok().filter(|number: &f64| number.is_finite());
        decimal.map(Self::Decimal)
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => Some(left.cmp(&right)),
            (left, right) => left.approximate().partial_cmp(&right.approximate()),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a decimal on the other side is no more precise"
    )]
    fn approximate(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Decimal(decimal) => decimal,
        }
    }
}

/// Whether a text is a number.
pub(crate) fn is_number(text: &str) -> bool {
    Number::read(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_exactly_as_they_are_written() {
        for (left, right, ordering) in [
            ("10", "10.0", Some(Ordering::Equal)),
            ("+10", "1e1", Some(Ordering::Equal)),
            ("9007199254740992", "9007199254740993", Some(Ordering::Less)),
            ("-0.5", "0", Some(Ordering::Less)),
            ("3", "NaN", None),
            ("inf", "3", None),
            ("0x10", "16", None),
        ] {
            let found = Number::read(left)
                .zip(Number::read(right))
                .and_then(|(left, right)| left.compare(right));
            assert_eq!(found, ordering, "{left} {right}");
        }
    }
}
