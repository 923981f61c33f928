//! How many calls there were: exact, also where their entries are forgotten.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Entry;

/// How many calls there were since the start, or since all calls were forgotten, as a reset does.
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

/// What was called, and how it ended.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    service: &'static str,
    operation: Option<Cow<'static, str>>,
    status: u16,
    error_code: Option<Cow<'static, str>>,
}

impl Kind {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            service: entry.service,
            operation: entry.operation.clone(),
            status: entry.status,
            error_code: entry.error_code.clone(),
        }
    }

    /// The same without names.
    fn unnamed(self) -> Self {
        Self {
            operation: None,
            error_code: None,
            ..self
        }
    }
}

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
    pub(super) fn add(&mut self, kind: Kind) -> u64 {
        let is_known = self.kinds.len() < MAX_KINDS || self.kinds.contains_key(&kind);
        let kind = match is_known {
            true => kind,
            false => kind.unnamed(),
        };
        *self.kinds.entry(kind).or_default() += 1;
        self.total += 1;
        self.total
    }

    pub(super) fn summary(&self, kept: usize) -> Summary {
        let counts = self.kinds.iter();
        let counts = counts.map(|(kind, count)| Count {
            service: kind.service,
            operation: kind.operation.clone(),
            status: kind.status,
            error_code: kind.error_code.clone(),
            count: *count,
        });
        Summary {
            total: self.total,
            forgotten: self.total.saturating_sub(kept as u64),
            counts: counts.collect(),
        }
    }
}
