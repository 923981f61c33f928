//! Signatures that came in before. Clients date theirs by clocks of their own, which do not move with the
//! server's: a new one is as old as it says, but one that was seen grows old by the server's clock.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

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
    pub(super) fn made(&self, signature: &str) -> Option<Timestamp> {
        let key = key(signature)?;
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.made.get(&key).copied()
    }

    /// Remembers a right signature, unless it is known.
    pub(super) fn put(&self, signature: &str, made: Timestamp) {
        let Some(key) = key(signature) else { return };
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

/// Right signatures are as good as random: a part of them tells them apart.
fn key(signature: &str) -> Option<u64> {
    u64::from_str_radix(signature.get(..16)?, 16).ok()
}
