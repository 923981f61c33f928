//! A clock that jumps.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Sleep};

/// A clock on which sleeping takes no time: it jumps ahead.
#[derive(Clone, Debug, Default)]
pub(crate) struct ManualClock(Arc<Mutex<Duration>>);

impl ManualClock {
    pub(crate) fn at(now: Duration) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += duration;
        Box::pin(tokio::task::yield_now())
    }
}
