//! How long a fault holds a call up.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::id::Ids;

/// The longest delay: no test waits longer.
pub(super) const MAX_DELAY: Duration = Duration::from_secs(60 * 60);

/// A duration, or a range of which chance takes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delay {
    pub(super) min: Duration,
    pub(super) max: Duration,
}

impl Delay {
    /// The duration of one call.
    pub(super) fn of_call(self, chance: &mut Ids) -> Duration {
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        match self.min == self.max {
            true => self.min,
            false => {
                let millis = chance.between(millis(self.min), millis(self.max));
                Duration::from_millis(millis.unsigned_abs())
            }
        }
    }
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.min == self.max {
            return to.serialize_str(&text(self.min));
        }
        let mut range = to.serialize_struct("Delay", 2)?;
        range.serialize_field("min", &text(self.min))?;
        range.serialize_field("max", &text(self.max))?;
        range.end()
    }
}

/// A duration as it is written, such as `2s 500ms`.
fn text(duration: Duration) -> String {
    SignedDuration::try_from(duration).map_or_else(|_| String::new(), |it| format!("{it:#}"))
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(DelayVisitor)
    }
}

struct DelayVisitor;

impl<'de> Visitor<'de> for DelayVisitor {
    type Value = Delay;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"2s\", a number of seconds, or `min` and `max` of a range")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Delay, E> {
        let duration = text.parse::<SignedDuration>().ok();
        let duration = duration.and_then(|duration| Duration::try_from(duration).ok());
        match duration {
            Some(it) => Ok(Delay { min: it, max: it }),
            None => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Delay, E> {
        let it = Duration::from_secs(seconds);
        Ok(Delay { min: it, max: it })
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Delay, E> {
        match Duration::try_from_secs_f64(seconds) {
            Ok(it) => Ok(Delay { min: it, max: it }),
            Err(_) => Err(E::invalid_value(de::Unexpected::Float(seconds), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Delay, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Range {
            min: Delay,
            max: Delay,
        }
        let range = Range::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Delay {
            min: range.min.min,
            max: range.max.max,
        })
    }
}
