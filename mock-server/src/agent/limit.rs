//! How many requests the agent takes: a bucket of tokens that fills with time. Real time, whatever the server's clock
//! says: it is the program that must not be run over.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Requests per second, in the long run.
const RATE: f64 = 1_000.0;
/// Requests at once.
const BURST: f64 = 500.0;

/// The limit of one address.
#[derive(Debug)]
pub(super) struct Limit(Mutex<Bucket>);

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Default for Limit {
    fn default() -> Self {
        Self(Mutex::new(Bucket {
            left: BURST,
            at: Instant::now(),
        }))
    }
}

impl Limit {
    /// Whether one more request is taken now.
    pub(super) fn admits(&self) -> bool {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.admits(Instant::now())
    }
}

impl Bucket {
    fn admits(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = BURST.min(self.left + passed * RATE);
        self.at = now;
        let admits = self.left >= 1.0;
        if admits {
            self.left -= 1.0;
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_as_many_as_the_rate_allows() {
        let at = Instant::now();
        let mut bucket = Bucket { left: BURST, at };
        let taken = (0..1_000).filter(|_| bucket.admits(at)).count();
        assert_eq!(taken, 500);
        let later = at + Duration::from_millis(100);
        let taken = (0..1_000).filter(|_| bucket.admits(later)).count();
        assert!((99..=100).contains(&taken), "{taken}");
    }
}
