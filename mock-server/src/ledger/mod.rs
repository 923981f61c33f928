//! The calls that a server has answered: the newest ten thousand of them one by one, and all of them as counts.
//!
//! An [`Entry`] is the record of one call. [`Filter`] picks entries, [`Expectation`] says what is to hold of them, and
//! [`Summary`] counts every call since the start, or since all of them were forgotten, also those whose entries made
//! room for newer ones.
//!
//! Secrets never enter it: of what tokens, signatures and passwords stand in, the ledger keeps the rest.

mod cloudtrail;
mod entry;
mod expectation;
mod filter;
mod packed;
mod parameters;
mod record;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

pub use entry::{Entry, Source};
pub use expectation::{Expectation, Unmet};
pub use filter::{Filter, FilterError};
pub use summary::{Count, Summary};

pub(crate) use entry::NOT_DONE;
pub(crate) use parameters::Held;
pub(crate) use record::Trail;

use packed::Packed;
use record::Record;
use summary::{Counts, Kind};

/// How many calls are kept one by one.
const CAPACITY: usize = 10_000;
/// How much memory they may take together, in bytes; the oldest go first.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// A ring of calls, and the counts of all of them.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: VecDeque<Packed>,
    bytes: usize,
    counts: Counts,
}

impl Ledger {
    /// Writes a call down. Its entry gets the next sequence number.
    pub(crate) fn record(&self, entry: Entry, trail: Trail<'_>) {
        let kind = Kind::of(&entry);
        let mut call = Packed::new(Record::new(entry, trail));
        let size = call.size();
        let mut inner = self.lock();
        call.sequence = inner.counts.add(kind);
        inner.bytes += size;
        inner.calls.push_back(call);
        let mut forgotten = None;
        while (inner.calls.len() > CAPACITY || inner.bytes > MAX_BYTES)
            && let Some(oldest) = inner.calls.pop_front()
        {
            inner.bytes -= oldest.size();
            forgotten = Some(oldest);
        }
        // What is forgotten is taken apart when nobody waits for it.
        drop(inner);
        drop(forgotten);
    }

    /// The calls that a filter picks, oldest first.
    pub(crate) fn calls(&self, filter: &Filter) -> Vec<Entry> {
        self.pick(filter).0.into_iter().map(|it| it.entry).collect()
    }

    /// How many calls there were, by what they were and how they ended.
    pub(crate) fn summary(&self) -> Summary {
        let inner = self.lock();
        inner.counts.summary(inner.calls.len())
    }

    /// Whether an expectation is met, and by how many calls.
    pub(crate) fn check(&self, expectation: &Expectation) -> Result<u64, Unmet> {
        let (picked, summary) = self.pick(expectation.filter());
        expectation.check(&picked, &summary)
    }

    /// The calls to AWS that a filter picks, in the form of CloudTrail's records.
    pub(crate) fn cloudtrail(&self, filter: &Filter) -> Value {
        cloudtrail::records(&self.pick(filter).0)
    }

    /// The calls that a filter picks, oldest first, and how many there were of all.
    fn pick(&self, filter: &Filter) -> (Vec<Record<'static>>, Summary) {
        let inner = self.lock();
        let first = inner
            .calls
            .partition_point(|call| call.sequence <= filter.after);
        let calls = inner.calls.range(first..).map(Packed::unpack);
        let picked = calls.filter(|it| filter.means(&it.entry));
        let picked = picked.take(filter.limit.unwrap_or(usize::MAX)).collect();
        (picked, inner.counts.summary(inner.calls.len()))
    }

    /// Forgets all calls and counts.
    pub(crate) fn clear(&self) {
        let forgotten = std::mem::take(&mut *self.lock());
        drop(forgotten);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
