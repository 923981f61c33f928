//! A bucket of tokens that fills with time; each call takes one.

use jiff::Timestamp;

/// How fast a bucket fills, and how many tokens it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Flow {
    pub(crate) per_second: f64,
    pub(crate) burst: f64,
}

/// A bucket.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    left: f64,
    at: Timestamp,
}

impl Bucket {
    /// A full one.
    pub(crate) fn full(flow: Flow, at: Timestamp) -> Self {
        Self {
            left: flow.burst,
            at,
        }
    }

    /// Whether one more call is taken now.
    pub(crate) fn admits(&mut self, flow: Flow, now: Timestamp) -> bool {
        self.left = self.held(flow, now);
        self.at = now;
        let admits = self.left >= 1.0;
        if admits {
            self.left -= 1.0;
        }
        admits
    }

    /// Whether it is as if it had never been used.
    pub(crate) fn is_full(&self, flow: Flow, now: Timestamp) -> bool {
        self.held(flow, now) >= flow.burst
    }

    /// How many tokens there are by now. A clock that was set back fills nothing.
    fn held(&self, flow: Flow, now: Timestamp) -> f64 {
        let passed = now.duration_since(self.at).as_secs_f64().max(0.0);
        flow.burst.min(self.left + passed * flow.per_second)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const FLOW: Flow = Flow {
        per_second: 1_000.0,
        burst: 500.0,
    };

    #[test]
    fn a_burst_is_taken_and_then_as_many_as_the_rate_allows() {
        let at = Timestamp::UNIX_EPOCH;
        let mut bucket = Bucket::full(FLOW, at);
        let taken = (0..1_000).filter(|_| bucket.admits(FLOW, at)).count();
        assert_eq!(taken, 500);
        let later = at + Duration::from_millis(100);
        let taken = (0..1_000).filter(|_| bucket.admits(FLOW, later)).count();
        assert!((99..=100).contains(&taken), "{taken}");
        assert!(!bucket.is_full(FLOW, later));
        assert!(bucket.is_full(FLOW, later + Duration::from_secs(1)));
    }

    #[test]
    fn a_clock_that_is_set_back_fills_nothing() {
        let at = Timestamp::UNIX_EPOCH;
        let one = Flow {
            per_second: 1.0,
            burst: 1.0,
        };
        let mut bucket = Bucket::full(one, at);
        assert!(bucket.admits(one, at));
        assert!(!bucket.admits(one, at - Duration::from_secs(60)));
        assert!(bucket.admits(one, at - Duration::from_secs(58)));
    }
}
