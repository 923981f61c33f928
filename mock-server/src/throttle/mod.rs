//! Throttling, as AWS does it: a bucket of tokens for each account, region and class of operations. Off unless rates are
//! set.
//!
//! The [`rates`] are what is set; a [`bucket`] fills by the server's clock.

mod bucket;
mod rates;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use jiff::Timestamp;

pub(crate) use self::bucket::{Bucket, Flow};
pub use self::rates::{Rate, Rates, ThrottleClass, ThrottleError};
use crate::account::AccountId;
use crate::clock::Clock;
use crate::operation::Registered;
use crate::protocol::Fault;
use crate::store::Scope;

/// How many buckets are kept: those that are full again go when there are more.
const MAX_BUCKETS: usize = 10_000;

/// The throttling of a server.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// Whether anything is throttled.
    on: AtomicBool,
    inner: Mutex<Inner>,
    /// What the server was started with.
    initial: Rates,
}

#[derive(Debug, Default)]
struct Inner {
    rates: Rates,
    buckets: HashMap<Key, Bucket>,
}

/// What has a bucket: a class of operations in an account and, unless it is global, a region.
type Key = (ThrottleClass, AccountId, String);

impl Throttle {
    pub(crate) fn new(initial: Rates) -> Self {
        let throttle = Self {
            on: AtomicBool::new(false),
            inner: Mutex::default(),
            initial,
        };
        throttle.reset();
        throttle
    }

    /// Sets the rates, with full buckets.
    pub(crate) fn set(&self, rates: Rates) {
        let mut inner = self.lock();
        self.on.store(!rates.is_empty(), Ordering::Relaxed);
        *inner = Inner {
            rates,
            buckets: HashMap::new(),
        };
    }

    /// The rates in force.
    pub(crate) fn rates(&self) -> Rates {
        self.lock().rates.clone()
    }

    /// Brings back what the server was started with, with full buckets.
    pub(crate) fn reset(&self) {
        self.set(self.initial.clone());
    }

    /// Refuses a call that is one too many, in the words of its service.
    pub(crate) fn check(
        &self,
        service: &Registered,
        operation: &str,
        scope: &Scope,
        clock: &Clock,
    ) -> Result<(), Fault> {
        if !self.on.load(Ordering::Relaxed) {
            return Ok(());
        }
        let Some(class) = ThrottleClass::of(service.name, operation) else {
            return Ok(());
        };
        let region = match class.is_global() {
            true => String::new(),
            false => scope.region.clone(),
        };
        match self
            .lock()
            .admits((class, scope.account, region), clock.now())
        {
            true => Ok(()),
            false => Err(too_many(service.name)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn admits(&mut self, key: Key, now: Timestamp) -> bool {
        let Some(rate) = self.rates.rate(key.0) else {
            return true;
        };
        let flow = rate.flow();
        if self.buckets.len() >= MAX_BUCKETS && !self.buckets.contains_key(&key) {
            self.make_room(now);
        }
        let bucket = self.buckets.entry(key);
        let bucket = bucket.or_insert_with(|| Bucket::full(flow, now));
        bucket.admits(flow, now)
    }

    /// Forgets buckets that are full again, and all of them where none is.
    fn make_room(&mut self, now: Timestamp) {
        let Self { rates, buckets } = self;
        buckets.retain(|(class, ..), bucket| {
            let rate = rates.rate(*class);
            rate.is_some_and(|rate| !bucket.is_full(rate.flow(), now))
        });
        if buckets.len() >= MAX_BUCKETS {
            buckets.clear();
        }
    }
}

/// IAM and STS refuse as Query services do, with 400, and EKS with a status of its own.
fn too_many(service: &str) -> Fault {
    const MESSAGE: &str = "Rate exceeded";
    match service {
        "iam" | "sts" => Fault::new(StatusCode::BAD_REQUEST, "Throttling", MESSAGE),
        _ => Fault::new(
            StatusCode::TOO_MANY_REQUESTS,
            "ThrottlingException",
            MESSAGE,
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn key(class: ThrottleClass, region: &str) -> Key {
        (class, AccountId::EXAMPLE, region.to_owned())
    }

    #[test]
    fn each_class_and_region_has_a_bucket_of_its_own() {
        let rate = Rate::new(1.0, 2).unwrap();
        let mut inner = Inner {
            rates: Rates::none().with(ThrottleClass::EksWrite, rate),
            ..Inner::default()
        };
        let now = Timestamp::UNIX_EPOCH;
        let mut admits = |class, region, now| inner.admits(key(class, region), now);
        assert!(admits(ThrottleClass::EksWrite, "us-west-2", now));
        assert!(admits(ThrottleClass::EksWrite, "us-west-2", now));
        assert!(!admits(ThrottleClass::EksWrite, "us-west-2", now));
        assert!(admits(ThrottleClass::EksWrite, "eu-west-1", now));
        assert!(admits(ThrottleClass::EksRead, "us-west-2", now));
        let later = now + Duration::from_secs(1);
        assert!(admits(ThrottleClass::EksWrite, "us-west-2", later));
    }

    #[test]
    fn the_number_of_buckets_is_bounded() {
        let rate = Rate::new(0.001, 1).unwrap();
        let mut inner = Inner {
            rates: Rates::none().with(ThrottleClass::Sts, rate),
            ..Inner::default()
        };
        for region in 0..MAX_BUCKETS + 10 {
            let region = region.to_string();
            inner.admits(key(ThrottleClass::Sts, &region), Timestamp::UNIX_EPOCH);
        }
        assert!(inner.buckets.len() <= MAX_BUCKETS);
    }
}
