//! Signatures that came in before. Clients date theirs by clocks of their own, which do not move with the
//! server's: a new one is as old as it says, but one that was seen grows old by the server's clock.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::Signed;

/// The newest signatures, with the times by the server's clock when they were made.
#[derive(Debug, Default)]
pub(crate) struct SeenSignatures {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    made: HashMap<u64, Timestamp>,
    order: VecDeque<u64>,
}

/// A replay that comes after so many other requests counts as new.
const CAPACITY: usize = 4_096;

impl SeenSignatures {
    /// When a signature that was seen had been made.
    pub(super) fn made(&self, signed: &Signed) -> Option<Timestamp> {
        let key = key(signed);
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.made.get(&key).copied()
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        *self.inner.lock().unwrap_or_else(PoisonError::into_inner) = Inner::default();
    }

    /// Remembers a right signature, unless it is known.
    pub(super) fn put(&self, signed: &Signed, made: Timestamp) {
        let key = key(signed);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *inner;
        if inner.made.contains_key(&key) {
            return;
        }
        if inner.order.len() >= CAPACITY
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.made.remove(&oldest);
        }
        inner.made.insert(key, made);
        inner.order.push_back(key);
    }
}

/// What tells a request from others. Calls that are alike have the same signature when they are made within one
/// second: by the id that SDKs give to each of them, but do not sign, they are no replays.
fn key(signed: &Signed) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&signed.signature, &signed.invocation).hash(&mut hasher);
    hasher.finish()
}
