//! How many requests the agent takes: a bucket of tokens that fills by the server's clock.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::throttle::{Bucket, Flow};

/// Requests per second that AWS's agent takes in the long run. Half as many it takes at once.
pub(crate) const RATE: u32 = 1_000;

/// The limit of one address.
#[derive(Debug, Default)]
pub(super) struct Limit(Mutex<Option<Bucket>>);

impl Limit {
    /// Whether one more request is taken now, at so many per second; 0 takes all.
    pub(super) fn admits(&self, rate: u32, now: Timestamp) -> bool {
        if rate == 0 {
            return true;
        }
        let per_second = f64::from(rate);
        let flow = Flow {
            per_second,
            burst: (per_second / 2.0).max(1.0),
        };
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = || Bucket::full(flow, now);
        bucket.get_or_insert_with(full).admits(flow, now)
    }
}
