//! How many requests the agent takes: a bucket of tokens that fills with time. Real time, whatever the server's clock
//! says: it is the program that must not be run over.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Requests per second that AWS's agent takes in the long run. Half as many it takes at once.
pub(crate) const RATE: u32 = 1_000;

/// The limit of one address.
#[derive(Debug, Default)]
pub(super) struct Limit(Mutex<Option<Bucket>>);

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Limit {
    /// Whether one more request is taken now, at so many per second; 0 takes all.
    pub(super) fn admits(&self, rate: u32) -> bool {
        if rate == 0 {
            return true;
        }
        let now = Instant::now();
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = || Bucket::full(rate, now);
        bucket.get_or_insert_with(full).admits(rate, now)
    }
}

impl Bucket {
    fn full(rate: u32, at: Instant) -> Self {
        Self {
            left: burst(rate),
            at,
        }
    }

    fn admits(&mut self, rate: u32, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = burst(rate).min(self.left + passed * f64::from(rate));
        self.at = now;
        let admits = self.left >= 1.0;
        if admits {
            self.left -= 1.0;
        }
        admits
    }
}

fn burst(rate: u32) -> f64 {
    (f64::from(rate) / 2.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_as_many_as_the_rate_allows() {
        let at = Instant::now();
        let mut bucket = Bucket::full(RATE, at);
        let taken = (0..1_000).filter(|_| bucket.admits(RATE, at)).count();
        assert_eq!(taken, 500);
        let later = at + Duration::from_millis(100);
        let taken = (0..1_000).filter(|_| bucket.admits(RATE, later)).count();
        assert!((99..=100).contains(&taken), "{taken}");
    }
}
