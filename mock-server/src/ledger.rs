//! The calls that a server has answered, the newest ten thousand of them. Secrets never enter it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

/// One answered call.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    pub(crate) service: &'static str,
    /// `None` when the request named no operation.
    pub(crate) operation: Option<&'static str>,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) status: u16,
    /// AWS's code of the error, if it was one.
    pub(crate) error_code: Option<&'static str>,
    pub(crate) request_id: String,
}

/// A ring of calls.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    calls: Mutex<VecDeque<Entry>>,
}

const CAPACITY: usize = 10_000;

impl Ledger {
    pub(crate) fn record(&self, call: Entry) {
        let mut calls = self.lock();
        if calls.len() == CAPACITY {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    /// The calls, oldest first.
    pub(crate) fn calls(&self) -> Vec<Entry> {
        self.lock().iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
