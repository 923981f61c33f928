//! The place of what is written without the state's lock: a cluster's Kubernetes objects and its issuer's keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::keeper::Queue;
use super::{Change, Out};

/// Where the rows of one cluster go. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    queue: Arc<Queue>,
    place: Arc<str>,
    closed: Arc<AtomicBool>,
}

impl Shelf {
    pub(super) fn new(queue: &Arc<Queue>, place: String) -> Self {
        Self {
            queue: Arc::clone(queue),
            place: place.into(),
            closed: Arc::default(),
        }
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Keeps what a visit takes down, unless the cluster is gone.
    pub(crate) fn keep(&self, visit: impl FnOnce(&mut Out<'_>)) {
        let mut out = Out::of_all();
        out.within(self.place.to_string(), visit);
        self.add(out.into_change());
    }

    /// Keeps one row.
    pub(crate) fn put(&self, name: &str, key: &str, row: &impl Serialize) {
        self.keep(|out| out.put(name, key, row));
    }

    fn add(&self, change: Change) {
        self.queue.add(change, &[], Some(&self.closed));
    }

    /// Under the queue's lock: what comes later is not taken.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}
