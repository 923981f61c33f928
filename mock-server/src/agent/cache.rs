//! The credentials that were handed out of late, by token: the newest two thousand of them.
//!
//! AWS's agent refreshes credentials in the background; this one when it is asked and they are due, which no client can
//! tell from the other.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::token::Outline;
use super::{Issued, Refusal, Source};
use crate::dispatch::Shared;

/// How many tokens are remembered; the one that was not used for longest goes first.
const CAPACITY: usize = 2_000;
/// Credentials that last no longer than this are not handed out.
const TOO_SHORT: SignedDuration = SignedDuration::from_secs(15);
/// After this time credentials are renewed, or when they expire if that is sooner.
const RETENTION: SignedDuration = SignedDuration::from_hours(3);
/// How long to leave EKS Auth alone when it could not be asked.
const RETRY: SignedDuration = SignedDuration::from_mins(1);

/// A cache before a source.
#[derive(Debug, Default)]
pub(super) struct Cache<S> {
    source: S,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_token: HashMap<Arc<str>, Entry>,
    by_use: BTreeMap<u64, Arc<str>>,
    uses: u64,
}

#[derive(Debug)]
struct Entry {
    used: u64,
    slot: Arc<Slot>,
}

/// The credentials of one token. Who finds none fetches them, and others wait meanwhile.
struct Slot {
    outline: Outline,
    held: Mutex<Option<Held>>,
}

#[derive(Clone)]
struct Held {
    issued: Issued,
    /// From when on they are to be renewed.
    due: Timestamp,
}

/// A token's credentials are secrets.
impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<S: Source> Source for Cache<S> {
    fn credentials(&self, shared: &Shared, token: &str) -> Result<Issued, Refusal> {
        let now = shared.store.clock().now();
        let slot = self.slot(token)?;
        slot.outline.check(now)?;
        let mut held = slot.held.lock().unwrap_or_else(PoisonError::into_inner);
        let good = held
            .as_ref()
            .filter(|held| held.issued.expires.duration_since(now) > TOO_SHORT);
        let metrics = &shared.agent.metrics;
        if let Some(good) = good.filter(|good| now < good.due) {
            metrics.cache_hit();
            return Ok(good.issued.clone());
        }
        match (self.source.credentials(shared, token), good.cloned()) {
            (Ok(issued), old) => {
                match old {
                    Some(_) => metrics.cache_hit(),
                    None => metrics.cache_miss(),
                }
                let due = now.saturating_add(RETENTION).unwrap_or(Timestamp::MAX);
                *held = Some(Held {
                    due: due.min(issued.expires),
                    issued: issued.clone(),
                });
                Ok(issued)
            }
            // What is still good is better than nothing, for as long as asking again may help.
            (Err(refusal), Some(mut old)) if !refusal.is_final() => {
                metrics.cache_error("Recoverable", &refusal);
                metrics.cache_hit();
                old.due = now.saturating_add(RETRY).unwrap_or(Timestamp::MAX);
                let issued = old.issued.clone();
                *held = Some(old);
                Ok(issued)
            }
            (Err(refusal), old) => {
                let kind = match refusal.is_final() {
                    true => "NonRecoverable",
                    false => "Recoverable",
                };
                metrics.cache_error(kind, &refusal);
                metrics.cache_miss();
                if old.is_some() {
                    metrics.cache_evicted();
                }
                *held = None;
                drop(held);
                self.lock().remove(token);
                Err(refusal)
            }
        }
    }
}

impl<S> Cache<S> {
    #[cfg(test)]
    pub(super) fn source(&self) -> &S {
        &self.source
    }

    pub(super) fn clear(&self) {
        *self.lock() = Entries::default();
    }

    /// The place of a token's credentials.
    fn slot(&self, token: &str) -> Result<Arc<Slot>, Refusal> {
        if let Some(slot) = self.lock().touch(token) {
            return Ok(slot);
        }
        // Tokens are read outside the lock; of two that come at once, the first has the place.
        let outline = Outline::read(token)?;
        Ok(self.lock().insert(token, outline))
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// The slot of a token, which is the newest used from now on.
    fn touch(&mut self, token: &str) -> Option<Arc<Slot>> {
        let entry = self.by_token.get_mut(token)?;
        self.uses += 1;
        let token = self.by_use.remove(&entry.used)?;
        entry.used = self.uses;
        self.by_use.insert(self.uses, token);
        Some(Arc::clone(&entry.slot))
    }

    fn insert(&mut self, token: &str, outline: Outline) -> Arc<Slot> {
        if let Some(slot) = self.touch(token) {
            return slot;
        }
        while self.by_token.len() >= CAPACITY
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.by_token.remove(&oldest);
        }
        self.uses += 1;
        let token: Arc<str> = token.into();
        let slot = Arc::new(Slot {
            outline,
            held: Mutex::default(),
        });
        self.by_use.insert(self.uses, Arc::clone(&token));
        let entry = Entry {
            used: self.uses,
            slot: Arc::clone(&slot),
        };
        self.by_token.insert(token, entry);
        slot
    }

    fn remove(&mut self, token: &str) {
        if let Some(entry) = self.by_token.remove(token) {
            self.by_use.remove(&entry.used);
        }
    }
}
