//! Signatures that came in before. Clients date theirs by clocks of their own, which do not move with the
//! server's: a new one is as old as it says, but one that was seen grows old by the server's clock.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::{Now, Signed};

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

/// When a signature was made, by the server's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    key: u64,
    pub(super) at: Timestamp,
    is_new: bool,
}

impl SeenSignatures {
    /// When a signature was made that is seen now.
    pub(crate) fn made(&self, signed: &Signed, now: Now) -> Made {
        let key = key(signed);
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = inner.made.get(&key).copied();
        drop(inner);
        let age = now.clients.duration_since(signed.date);
        let made = || now.server.checked_sub(age).unwrap_or(signed.date);
        Made {
            key,
            at: seen.unwrap_or_else(made),
            is_new: seen.is_none(),
        }
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        *self.inner.lock().unwrap_or_else(PoisonError::into_inner) = Inner::default();
    }

    /// Remembers a right signature.
    pub(crate) fn remember(&self, made: Made) {
        if !made.is_new {
            return;
        }
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *inner;
        if inner.made.insert(made.key, made.at).is_some() {
            return;
        }
        inner.order.push_back(made.key);
        if inner.order.len() > CAPACITY
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.made.remove(&oldest);
        }
    }
}

/// What tells a request from others. Calls that are alike have the same signature when they are made within one
/// second: by the id that SDKs give to each of them, but do not sign, they are no replays.
fn key(signed: &Signed) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&signed.signature, &signed.invocation).hash(&mut hasher);
    hasher.finish()
}
