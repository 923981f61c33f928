//! The calls that a server has answered, the newest ten thousand of them. Secrets never enter it.

use std::borrow::Cow;
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
    /// The service's name as signatures have it, such as `iam`; `kubernetes` for calls to clusters, and `agent` for those of
    /// pods to the EKS Pod Identity Agent.
    pub service: &'static str,
    /// The API operation, such as `CreateRole`, or verb and resource as in `create serviceaccounts/token`; `None` when the
    /// request named none that is known.
    pub operation: Option<Cow<'static, str>>,
    /// The caller's account, or the cluster's; empty for pods that got no credentials.
    pub account: String,
    /// The region that the request was signed for, or the cluster's; empty for pods that got no credentials.
    pub region: String,
    /// The answer's HTTP status.
    pub status: u16,
    /// AWS's code of the error, if it was one, or the reason that Kubernetes gives, such as `NotFound`.
    pub error_code: Option<Cow<'static, str>>,
    /// The request id that the answer carried, which Kubernetes calls its audit id. The agent has none of its own but passes
    /// on that of EKS Auth's error.
    pub request_id: String,
    /// The caller's ARN, the user's name in Kubernetes, or the service account of a pod that got credentials; `anonymous` for
    /// others.
    pub caller: String,
    /// What was decided about the caller; `None` when nothing was, as with [`Auth::Off`](crate::Auth::Off), and in a cluster
    /// over plain HTTP.
    pub decision: Option<Decision>,
    /// Why it was denied: the message that the client got, or would have got.
    pub reason: Option<String>,
    /// The id of the scripted fault that the call met.
    pub fault: Option<String>,
}

/// A ring of calls.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    calls: Mutex<VecDeque<Entry>>,
}

const CAPACITY: usize = 10_000;
/// How long a reason may be, in bytes: callers' own texts are in it.
const MAX_REASON: usize = 4_096;

impl Ledger {
    pub(crate) fn record(&self, mut call: Entry) {
        if let Some(reason) = &mut call.reason {
            reason.truncate(reason.floor_char_boundary(MAX_REASON));
        }
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
