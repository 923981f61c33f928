//! One adaptive rate for each account and class of API, shared by all work of a run.
//!
//! AWS publishes neither IAM's nor EKS's rates, so they are learnt as TCP learns a link's: the rate doubles every
//! second until the first throttling, which halves it; from then on it grows by one call a second
//! each second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::id::AccountId;

/// Calls that AWS counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ApiClass {
    /// IAM's `Get…` and `List…`.
    IamRead,
    /// IAM's other calls.
    IamWrite,
    /// EKS's `Describe…` and `List…`.
    EksRead,
    /// EKS's other calls.
    EksWrite,
    /// A cluster's API server.
    Kubernetes,
}

impl ApiClass {
    /// Calls per second to begin with. Field reports see IAM throttle bursts from 5 to 10 a second on.
    fn initial_rate(self) -> f64 {
        match self {
            Self::IamWrite | Self::EksWrite => 10.0,
            Self::IamRead | Self::EksRead => 20.0,
            Self::Kubernetes => 50.0,
        }
    }
}

const SLOWEST: f64 = 0.5;
const FASTEST: f64 = 1000.0;
/// Calls that may go out at once after a pause.
const BURST: f64 = 10.0;
/// Throttlings within this time are answers to one burst and count once.
const REACTION: Duration = Duration::from_millis(500);

#[derive(Debug)]
struct Bucket {
    rate: f64,
    /// When the next call may go out, as a moment of the clock.
    next: Duration,
    /// Whether no throttling has been met yet.
    probing: bool,
    throttled_at: Option<Duration>,
}

/// Spaces the calls of a run.
#[derive(Debug)]
pub(crate) struct Limiter {
    clock: Arc<dyn Clock>,
    buckets: Mutex<HashMap<(AccountId, ApiClass), Bucket>>,
}

impl Limiter {
    /// Starts with cautious rates.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            buckets: Mutex::default(),
        }
    }

    /// Waits until a call may go out.
    pub(crate) async fn acquire(&self, account: &AccountId, class: ApiClass) {
        let now = self.clock.now();
        let wait = self.with_bucket(account, class, |bucket| {
            let earliest = now.saturating_sub(Duration::from_secs_f64(BURST / bucket.rate));
            let start = bucket.next.max(earliest);
            bucket.next = start + Duration::from_secs_f64(1.0 / bucket.rate);
            start.saturating_sub(now)
        });
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
    }

    /// Notes that a call was answered.
    pub(crate) fn answered(&self, account: &AccountId, class: ApiClass) {
        self.with_bucket(account, class, |bucket| {
            let gain = if bucket.probing {
                1.0
            } else {
                1.0 / bucket.rate
            };
            bucket.rate = (bucket.rate + gain).min(FASTEST);
        });
    }

    /// Notes that a call was throttled.
    pub(crate) fn throttled(&self, account: &AccountId, class: ApiClass) {
        let now = self.clock.now();
        self.with_bucket(account, class, |bucket| {
            let reacted = bucket
                .throttled_at
                .is_some_and(|at| now.saturating_sub(at) < REACTION);
            if !reacted {
                bucket.rate = (bucket.rate / 2.0).max(SLOWEST);
                bucket.probing = false;
                bucket.throttled_at = Some(now);
            }
            bucket.next = bucket
                .next
                .max(now + Duration::from_secs_f64(1.0 / bucket.rate));
        });
    }

    /// The present rate, in calls per second.
    #[cfg(test)]
    pub(crate) fn rate(&self, account: &AccountId, class: ApiClass) -> f64 {
        self.with_bucket(account, class, |bucket| bucket.rate)
    }

    fn with_bucket<T>(
        &self,
        account: &AccountId,
        class: ApiClass,
        act: impl FnOnce(&mut Bucket) -> T,
    ) -> T {
        let mut buckets: MutexGuard<'_, _> =
            self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets
            .entry((account.clone(), class))
            .or_insert_with(|| Bucket {
                rate: class.initial_rate(),
                next: Duration::ZERO,
                probing: true,
                throttled_at: None,
            });
        act(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ManualClock;

    fn account() -> AccountId {
        "111122223333".parse().unwrap()
    }

    async fn seconds_for(limiter: &Limiter, clock: &ManualClock, calls: usize) -> f64 {
        let start = clock.now();
        for _ in 0..calls {
            limiter.acquire(&account(), ApiClass::IamWrite).await;
        }
        (clock.now() - start).as_secs_f64()
    }

    #[tokio::test]
    async fn first_calls_of_a_run_go_out_at_once() {
        let clock = ManualClock::at(Duration::from_secs(100));
        let limiter = Limiter::new(Arc::new(clock.clone()));
        assert!(seconds_for(&limiter, &clock, 10).await < 0.001);
    }

    #[tokio::test]
    async fn sustained_calls_keep_to_the_rate() {
        let clock = ManualClock::at(Duration::from_secs(100));
        let limiter = Limiter::new(Arc::new(clock.clone()));
        let seconds = seconds_for(&limiter, &clock, 110).await;
        assert!((9.5..10.5).contains(&seconds), "{seconds}");
    }

    #[tokio::test]
    async fn rate_grows_fast_until_the_first_throttling_and_slowly_after() {
        let clock = ManualClock::at(Duration::from_secs(100));
        let limiter = Limiter::new(Arc::new(clock.clone()));
        let rate = || limiter.rate(&account(), ApiClass::IamWrite);
        for _ in 0..10 {
            limiter.answered(&account(), ApiClass::IamWrite);
        }
        assert!((rate() - 20.0).abs() < 0.01);
        limiter.throttled(&account(), ApiClass::IamWrite);
        limiter.throttled(&account(), ApiClass::IamWrite);
        assert!(
            (rate() - 10.0).abs() < 0.01,
            "one burst counts once: {}",
            rate()
        );
        for _ in 0..10 {
            limiter.answered(&account(), ApiClass::IamWrite);
        }
        assert!((10.5..11.1).contains(&rate()), "{}", rate());
    }

    #[test]
    fn classes_and_accounts_learn_apart() {
        let limiter = Limiter::new(Arc::new(ManualClock::default()));
        limiter.throttled(&account(), ApiClass::IamWrite);
        let other: AccountId = "444455556666".parse().unwrap();
        assert!(limiter.rate(&account(), ApiClass::IamRead) > 19.0);
        assert!(limiter.rate(&other, ApiClass::IamWrite) > 9.0);
    }
}
