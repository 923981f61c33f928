//! The server's time, which a test can hold and move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Tells the mock what time it is: the world's time, the same moved ahead or back, or a time that is held.
///
/// All clones are one clock.
///
/// ```
/// use std::time::Duration;
/// use podpass_mock::Clock;
///
/// let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(6 * 60 * 60));
/// assert_eq!(clock.now().to_string(), "2026-01-01T06:00:00Z");
/// assert!(clock.is_held());
///
/// clock.release();
/// assert!(!clock.is_held());
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// What a reset comes back to.
    origin: Reading,
    /// The [bits](Reading::bits) of the reading: every request asks for the time more than once.
    reading: Arc<AtomicI64>,
}

/// How the present is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Reading {
    /// It is so far ahead of the world's.
    Running(SignedDuration),
    /// It stays the same.
    Held(Timestamp),
}

impl Default for Reading {
    fn default() -> Self {
        Self::Running(SignedDuration::ZERO)
    }
}

impl Reading {
    fn now(self) -> Timestamp {
        let now = match self {
            Self::Running(ahead) => sum(Timestamp::now(), ahead),
            Self::Held(at) => at,
        };
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// So far ahead that it is this time now.
    fn running_at(at: Timestamp) -> Self {
        Self::Running(at.duration_since(Timestamp::now()))
    }

    /// As one number: milliseconds, and in the lowest bit whether they are of a clock that is held. A clock that runs is
    /// never behind the time that it was set to.
    fn bits(self) -> i64 {
        // Twice what a timestamp can be away from another, and still far from what a number holds.
        const FARTHEST: i128 = 1 << 52;
        let (millis, held) = match self {
            Self::Running(ahead) => {
                let part = ahead.subsec_nanos() % 1_000_000;
                (ahead.as_millis() + i128::from(part > 0), 0)
            }
            Self::Held(at) => (at.as_millisecond().into(), 1),
        };
        let millis = millis.clamp(-FARTHEST, FARTHEST) as i64;
        millis << 1 | held
    }

    fn of_bits(bits: i64) -> Self {
        let millis = bits >> 1;
        match bits & 1 {
            0 => Self::Running(SignedDuration::from_millis(millis)),
            _ => Self::Held(Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)),
        }
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is [moved](Clock::advance) or [released](Clock::release).
    pub fn stopped_at(at: Timestamp) -> Self {
        let origin = Reading::Held(at);
        Self {
            origin,
            reading: Arc::new(origin.bits().into()),
        }
    }

    /// Moves the time forward. The resolution is a millisecond.
    pub fn advance(&self, by: Duration) {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.change(|reading| match reading {
            Reading::Running(ahead) => Reading::Running(ahead.saturating_add(by)),
            Reading::Held(at) => Reading::Held(sum(at, by)),
        });
    }

    /// Makes it this time; a clock that runs goes on from there.
    ///
    /// Time may go back: what was made then has been made in the future. Credentials of it last longer, tokens of it are
    /// not good yet, and what is under way takes until its end comes again.
    pub fn set(&self, at: Timestamp) {
        self.change(|reading| match reading {
            Reading::Running(_) => Reading::running_at(at),
            Reading::Held(_) => Reading::Held(at),
        });
    }

    /// Lets the time stand still from now on.
    pub fn hold(&self) {
        self.change(|reading| Reading::Held(reading.now()));
    }

    /// Lets the time run again, from where it was held.
    pub fn release(&self) {
        self.change(|reading| Reading::running_at(reading.now()));
    }

    /// Whether the time stands still.
    pub fn is_held(&self) -> bool {
        matches!(self.reading(), Reading::Held(_))
    }

    /// The present, in milliseconds; the end of representable time when advanced beyond it.
    pub fn now(&self) -> Timestamp {
        self.reading().now()
    }

    /// Makes it as it was at the start: the world's time, or held where it was.
    pub(crate) fn reset(&self) {
        self.change(|_| self.origin);
    }

    /// The present by the clocks of clients, which nobody here moves.
    pub(crate) fn of_clients(&self) -> Timestamp {
        Timestamp::now()
    }

    /// How the present is found out, to be kept; nothing while the clock is as it began.
    pub(crate) fn moved(&self) -> Option<Reading> {
        Some(self.reading()).filter(|reading| *reading != self.origin)
    }

    /// Goes on as a clock that was kept.
    pub(crate) fn resume(&self, kept: Reading) {
        self.change(|_| kept);
    }

    /// Whether it began as the system's clock.
    pub(crate) fn is_system(&self) -> bool {
        self.origin == Reading::default()
    }

    fn reading(&self) -> Reading {
        Reading::of_bits(self.reading.load(Ordering::Relaxed))
    }

    fn change(&self, change: impl Fn(Reading) -> Reading) {
        let change = |bits| Some(change(Reading::of_bits(bits)).bits());
        _ = self
            .reading
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, change);
    }
}

fn sum(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// A time in whole seconds, as IAM keeps it.
pub(crate) fn in_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Reads a time that a clock can show, which has seconds since 1970.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let time = text.parse::<Timestamp>().ok();
    time.filter(|time| *time >= Timestamp::UNIX_EPOCH)
}

/// Writes a time as the JSON services do: seconds since 1970 as a number with milliseconds.
pub(crate) mod epoch_seconds {
    use jiff::Timestamp;
    use serde::Serializer;

    pub(crate) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        let millis = at.as_millisecond();
        // A double holds milliseconds exactly until long after the last timestamp.
        to.serialize_f64(millis as f64 / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advances_beyond_the_end_of_time_stay_there() {
        let clock = Clock::system();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().as_second(), Timestamp::MAX.as_second());
    }

    #[test]
    fn a_clock_is_held_set_and_released_and_a_reset_makes_it_as_it_began() -> Result<(), jiff::Error>
    {
        let begin: Timestamp = "2026-01-01T00:00:00Z".parse()?;
        let past: Timestamp = "2020-02-02T00:00:00Z".parse()?;
        let clock = Clock::stopped_at(begin);
        clock.set(past);
        assert_eq!(clock.now(), past);
        clock.release();
        let runs = clock.now().duration_since(past);
        assert!((0..60).contains(&runs.as_secs()), "{runs}");
        clock.reset();
        assert_eq!((clock.now(), clock.is_held()), (begin, true));

        let clock = Clock::system();
        clock.set(past);
        assert!(!clock.is_held());
        clock.hold();
        let held = clock.now();
        assert_eq!(held.strftime("%F").to_string(), "2020-02-02");
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now().duration_since(held).as_secs(), 90);
        clock.reset();
        assert!(!clock.is_held() && clock.now() > begin);
        Ok(())
    }
}
