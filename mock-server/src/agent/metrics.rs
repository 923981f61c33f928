//! What the agent counts, under the names and in the form that its Prometheus endpoint has.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use http::StatusCode;

use super::Refusal;

/// The counters. Those of every request are atomic; the others are counted when something goes wrong.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    ok: AtomicU64,
    refused: Mutex<BTreeMap<u16, u64>>,
    hits: AtomicU64,
    misses: AtomicU64,
    evicted: AtomicU64,
    errors: Mutex<BTreeMap<(&'static str, String), u64>>,
}

impl Metrics {
    pub(super) fn responded(&self, status: StatusCode) {
        match status {
            StatusCode::OK => _ = self.ok.fetch_add(1, Ordering::Relaxed),
            status => count(&self.refused, status.as_u16()),
        }
    }

    pub(super) fn cache_hit(&self) {
        self.hits.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn cache_miss(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn cache_evicted(&self) {
        self.evicted.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn cache_error(&self, kind: &'static str, refusal: &Refusal) {
        count(&self.errors, (kind, refusal.code().to_owned()));
    }

    pub(super) fn reset(&self) {
        let counters = [&self.ok, &self.hits, &self.misses, &self.evicted];
        counters
            .into_iter()
            .for_each(|counter| counter.store(0, Ordering::Relaxed));
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.errors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The counters as Prometheus reads them.
    pub(super) fn text(&self) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut text = String::new();
        head(
            &mut text,
            "pod_identity_http_response",
            "Responses by their HTTP status.",
        );
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        for (code, count) in std::iter::once((200, read(&self.ok))).chain(refused.clone()) {
            line(
                &mut text,
                "pod_identity_http_response",
                &[("code", &code.to_string())],
                count,
            );
        }
        head(
            &mut text,
            "pod_identity_cache_errors",
            "Failures to fetch credentials.",
        );
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        for ((kind, code), count) in errors.iter() {
            line(
                &mut text,
                "pod_identity_cache_errors",
                &[("type", kind), ("code", code)],
                *count,
            );
        }
        head(
            &mut text,
            "pod_identity_cache_state",
            "Requests by what the cache had for them.",
        );
        for (state, counter) in [
            ("hit", &self.hits),
            ("miss", &self.misses),
            ("evicted", &self.evicted),
        ] {
            line(
                &mut text,
                "pod_identity_cache_state",
                &[("state", state)],
                read(counter),
            );
        }
        text
    }
}

fn count<K: Ord>(counters: &Mutex<BTreeMap<K, u64>>, key: K) {
    let mut counters = counters.lock().unwrap_or_else(PoisonError::into_inner);
    *counters.entry(key).or_default() += 1;
}

fn head(text: &mut String, name: &str, help: &str) {
    _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
}

fn line(text: &mut String, name: &str, labels: &[(&str, &str)], count: u64) {
    let labels: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{key}=\"{value}\""))
        .collect();
    _ = writeln!(text, "{name}{{{}}} {count}", labels.join(","));
}
