//! Which of the calls that match meet a fault.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::id::Ids;

/// The conditions: all that are given have to hold. Calls are counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    /// So many calls pass before any is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<u64>,
    /// These calls.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_many"
    )]
    pub(super) nth: Vec<u64>,
    /// Every so-manieth call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) every: Option<u64>,
    /// No call beyond so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<u64>,
    /// The part of the calls that chance takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    /// How many calls meet the fault at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<u64>,
}

impl When {
    /// Whether a call meets the fault: the so-manieth that matches, after the fault was met so often.
    pub(super) fn holds(&self, matched: u64, met: u64, chance: &mut Ids) -> bool {
        let Some(call) = matched.checked_sub(self.after.unwrap_or(0)) else {
            return false;
        };
        call > 0
            && (self.nth.is_empty() || self.nth.contains(&call))
            && self.every.is_none_or(|every| call % every.max(1) == 0)
            && self.first.is_none_or(|first| call <= first)
            && self.times.is_none_or(|times| met < times)
            && self.probability.is_none_or(|part| chance.share() < part)
    }
}

/// A number, or a list of them.
fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u64>, D::Error> {
    struct OneOrMany;

    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<u64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the number of a call, from 1, or a list of such numbers")
        }

        fn visit_u64<E>(self, one: u64) -> Result<Vec<u64>, E> {
            Ok(vec![one])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<u64>, A::Error> {
            let mut many = Vec::new();
            while let Some(one) = items.next_element()? {
                many.push(one);
            }
            Ok(many)
        }
    }

    from.deserialize_any(OneOrMany)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(when: &str) -> Vec<u64> {
        let when: When = serde_json::from_str(when).unwrap();
        let mut chance = Ids::new(Some(1));
        let mut met = Vec::new();
        for call in 1..=12 {
            if when.holds(call, met.len() as u64, &mut chance) {
                met.push(call);
            }
        }
        met
    }

    #[test]
    fn calls_are_counted_from_one_and_after_those_that_pass() {
        assert_eq!(met("{}").len(), 12);
        assert_eq!(met(r#"{"nth": 2}"#), [2]);
        assert_eq!(met(r#"{"nth": [2, 5]}"#), [2, 5]);
        assert_eq!(met(r#"{"every": 5}"#), [5, 10]);
        assert_eq!(met(r#"{"first": 3}"#), [1, 2, 3]);
        assert_eq!(met(r#"{"after": 10}"#), [11, 12]);
        assert_eq!(met(r#"{"after": 2, "first": 2}"#), [3, 4]);
        assert_eq!(met(r#"{"after": 2, "nth": 1}"#), [3]);
        assert_eq!(met(r#"{"every": 2, "times": 2}"#), [2, 4]);
        assert_eq!(met(r#"{"probability": 0.0}"#), [] as [u64; 0]);
        assert_eq!(met(r#"{"probability": 1.0}"#).len(), 12);
    }
}
