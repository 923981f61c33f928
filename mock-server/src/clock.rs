//! The server's time, which a test can stop and move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Tells the mock what time it is.
///
/// ```
/// use std::time::Duration;
/// use podpass_mock::Clock;
///
/// let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(6 * 60 * 60));
/// assert_eq!(clock.now().to_string(), "2026-01-01T06:00:00Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// When the clock was stopped; `None` while it runs with the system's.
    stopped: Option<Timestamp>,
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is [advanced](Clock::advance).
    pub fn stopped_at(at: Timestamp) -> Self {
        Self {
            stopped: Some(at),
            ahead: Arc::default(),
        }
    }

    /// Moves the time forward, for every clone of this clock. The resolution is a millisecond.
    pub fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let later = |ahead: i64| Some(ahead.saturating_add(millis));
        // The closure always answers, so this cannot fail.
        _ = self
            .ahead
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
    }

    /// The present by the clocks of clients, which nobody here moves.
    pub(crate) fn of_clients(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The present, in milliseconds; the end of representable time when advanced beyond it.
    pub fn now(&self) -> Timestamp {
        let start = self.stopped.unwrap_or_else(Timestamp::now);
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed));
        let now = start.saturating_add(ahead).unwrap_or(Timestamp::MAX);
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
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
}
