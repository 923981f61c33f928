//! `DateEquals`, `DateLessThan` and their kin: the W3C profile of ISO 8601, or seconds since 1970.

use jiff::{Timestamp, civil, tz::TimeZone};

use super::{Hit, first_hit, operator::Comparison};

#[derive(Clone, Debug)]
pub(super) struct Dates {
    comparison: Comparison,
    values: Box<[Option<Timestamp>]>,
}

impl Dates {
    pub(super) fn compile(comparison: Comparison, values: &[String]) -> Self {
        Self {
            comparison,
            values: values.iter().map(|value| instant(value)).collect(),
        }
    }

    pub(super) fn hit(&self, value: &str) -> Hit {
        let Some(left) = instant(value) else {
            return Hit::Malformed;
        };
        first_hit(&self.values, |right| {
            self.comparison.accepts(left.cmp(right))
        })
    }
}

/// Reads `2026`, `2026-04`, `2026-04-01`, `2026-04-01T00:00Z`, `2026-04-01T00:00:01.5+02:00`, or epoch
/// seconds. A number of four digits is a year.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match (text.len(), digits) {
        (4, true) => midnight(text.parse().ok()?, 1, 1),
        (_, true) => Timestamp::from_second(text.parse().ok()?).ok(),
        (7, false) if text.as_bytes()[4] == b'-' => {
            let (year, month) = text.split_once('-')?;
            midnight(year.parse().ok()?, month.parse().ok()?, 1)
        }
        (10, false) if text.as_bytes()[4] == b'-' => {
            let date: civil::Date = text.parse().ok()?;
            midnight(date.year(), date.month(), date.day())
        }
        _ => text
            .parse()
            .ok()
            .or_else(|| Timestamp::from_second(text.parse().ok()?).ok()),
    }
}

fn midnight(year: i16, month: i8, day: i8) -> Option<Timestamp> {
    let date = civil::Date::new(year, month, day).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_w3c_profile_is_read() {
        for (text, seconds) in [
            ("2020", 1_577_836_800),
            ("2020-04", 1_585_699_200),
            ("2020-04-01", 1_585_699_200),
            ("2020-04-01T00:00Z", 1_585_699_200),
            ("2020-04-01T02:00:00+02:00", 1_585_699_200),
            ("2020-04-01T00:00:00.000Z", 1_585_699_200),
            ("1585699200", 1_585_699_200),
            ("-1", -1),
            ("-123456", -123_456),
            ("-123456789", -123_456_789),
        ] {
            assert_eq!(
                instant(text).map(Timestamp::as_second),
                Some(seconds),
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2020-13",
            "2020-4-1",
            "99999999999999999999",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
