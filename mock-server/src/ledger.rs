//! The calls that a server has answered, the newest ten thousand of them. Secrets never enter it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

use crate::auth::gate::Decision;

/// One answered call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When it was answered, by the server's clock.
    pub time: Timestamp,
    /// The service's name as signatures have it, such as `iam`.
    pub service: &'static str,
    /// The API operation; `None` when the request named none that is known.
    pub operation: Option<&'static str>,
    /// The caller's account.
    pub account: String,
    /// The region that the request was signed for.
    pub region: String,
    /// The answer's HTTP status.
    pub status: u16,
    /// AWS's code of the error, if it was one.
    pub error_code: Option<&'static str>,
    /// The request id that the answer carried.
    pub request_id: String,
    /// The caller's ARN.
    pub caller: String,
    /// What was decided about the caller; `None` when nothing was, as with [`Auth::Off`](crate::Auth::Off).
    pub decision: Option<Decision>,
    /// Why it was denied: the message that the client got, or would have got.
    pub reason: Option<String>,
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
