//! How many calls there were: exact, also where their entries are forgotten.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Entry;

/// How many calls there were since the start or the last reset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// All of them.
    pub total: u64,
    /// Those of which there is no entry any more: the oldest.
    pub forgotten: u64,
    /// All of them again, by what they were and how they ended; in order.
    pub counts: Vec<Count>,
}

/// How many calls of one kind there were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Count {
    /// As in [`Entry::service`].
    pub service: &'static str,
    /// As in [`Entry::operation`].
    pub operation: Option<Cow<'static, str>>,
    /// As in [`Entry::status`].
    pub status: u16,
    /// As in [`Entry::error_code`].
    pub error_code: Option<Cow<'static, str>>,
    /// How many.
    pub count: u64,
}

type Kind = (
    &'static str,
    Option<Cow<'static, str>>,
    u16,
    Option<Cow<'static, str>>,
);

/// How many kinds are told apart; operations and codes beyond it are counted without a name.
const MAX_KINDS: usize = 4_096;

/// The counters.
#[derive(Debug, Default)]
pub(super) struct Counts {
    total: u64,
    kinds: BTreeMap<Kind, u64>,
}

impl Counts {
    /// Counts a call, and gives it its number.
    pub(super) fn add(&mut self, entry: &Entry) -> u64 {
        let kind = (
            entry.service,
            entry.operation.clone(),
            entry.status,
            entry.error_code.clone(),
        );
        let is_known = self.kinds.len() < MAX_KINDS || self.kinds.contains_key(&kind);
        let kind = match is_known {
            true => kind,
            false => (entry.service, None, entry.status, None),
        };
        *self.kinds.entry(kind).or_default() += 1;
        self.total += 1;
        self.total
    }

    pub(super) fn summary(&self, kept: usize) -> Summary {
        let counts = self.kinds.iter();
        let counts = counts.map(|((service, operation, status, error_code), count)| Count {
            service,
            operation: operation.clone(),
            status: *status,
            error_code: error_code.clone(),
            count: *count,
        });
        Summary {
            total: self.total,
            forgotten: self.total.saturating_sub(kept as u64),
            counts: counts.collect(),
        }
    }
}
