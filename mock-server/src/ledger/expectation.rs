//! What is to hold of the calls that were made.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use thiserror::Error;

use super::record::Record;
use super::{Entry, Filter, Summary};

/// What is to hold of the calls that were made.
///
/// ```
/// use podpass_mock::ledger::{Expectation, Filter};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let server = podpass_mock::MockServer::builder().start().await?;
/// // … the calls of a program under test …
/// let expected = Expectation::new().calls(0).none_twice();
/// server.check_requests(&expected.of(Filter::new().service("iam")))?;
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Expectation {
    filter: Filter,
    calls: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
    none_twice: bool,
}

/// What differs from what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct Unmet {
    /// How many calls there were of those that were meant, as far as the ledger has them.
    pub calls: u64,
    /// What differs, in some lines.
    pub message: String,
}

/// How many of a kind a message names.
const NAMED: usize = 20;

impl Expectation {
    /// Nothing in particular, of all calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// There are exactly so many calls.
    pub fn calls(mut self, calls: u64) -> Self {
        self.calls = Some(calls);
        self
    }

    /// There are at least so many calls.
    pub fn at_least(mut self, calls: u64) -> Self {
        self.at_least = Some(calls);
        self
    }

    /// There are at most so many calls.
    pub fn at_most(mut self, calls: u64) -> Self {
        self.at_most = Some(calls);
        self
    }

    /// Expects something by what `POST /_podpass/requests/assert` calls it, such as `noneTwice`.
    pub(crate) fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let number = || {
            let number = value.as_u64();
            number.ok_or_else(|| format!("`{name}` is a whole number, not `{value}`"))
        };
        match name {
            "calls" => self.calls = Some(number()?),
            "atLeast" => self.at_least = Some(number()?),
            "atMost" => self.at_most = Some(number()?),
            "noneTwice" => {
                let flag = value.as_bool();
                self.none_twice = flag.ok_or("`noneTwice` is true or false")?;
            }
            _ => {
                return Err(format!(
                    "unknown member `{name}`; there are: calls, atLeast, atMost, noneTwice, filter"
                ));
            }
        }
        Ok(())
    }

    /// Whether nothing is expected.
    pub(crate) fn is_empty(&self) -> bool {
        let bounds = [self.calls, self.at_least, self.at_most];
        bounds.iter().all(Option::is_none) && !self.none_twice
    }

    /// No call asks for the same as an earlier one: the same operation, with the same parameters. What clients make up
    /// for each call, such as `clientRequestToken`, does not count.
    pub fn none_twice(mut self) -> Self {
        self.none_twice = true;
        self
    }

    /// Only these calls are meant.
    pub fn of(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    pub(super) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether some calls, those that are meant, are as expected.
    pub(super) fn check(&self, calls: &[Record<'_>], summary: &Summary) -> Result<u64, Unmet> {
        // All calls together are counted even if they are forgotten.
        let count = match self.filter.is_everything() {
            true => summary.total,
            false => calls.len() as u64,
        };
        let is_complete = summary.forgotten == 0 || self.filter.is_everything() && !self.none_twice;
        let mut differs = Vec::new();
        let wrong = [
            self.calls.filter(|n| count != *n).map(|n| (n, "")),
            self.at_least
                .filter(|n| count < *n)
                .map(|n| (n, "at least ")),
            self.at_most.filter(|n| count > *n).map(|n| (n, "at most ")),
        ];
        for (number, bound) in wrong.into_iter().flatten() {
            differs.push(format!("expected {bound}{number} calls, got {count}"));
        }
        if !differs.is_empty() {
            differs.extend(tally(calls));
        }
        if self.none_twice {
            differs.extend(repeated(calls));
        }
        if !is_complete {
            let forgotten = summary.forgotten;
            differs.push(format!(
                "the oldest {forgotten} calls are forgotten, so that nothing is sure: reset the server, or clear its requests, more often"
            ));
        }
        match differs.is_empty() {
            true => Ok(count),
            false => Err(Unmet {
                calls: count,
                message: differs.join("\n"),
            }),
        }
    }
}

/// How many calls there were of each operation, a line for each.
fn tally(calls: &[Record<'_>]) -> Vec<String> {
    let mut counts = BTreeMap::<String, usize>::new();
    for record in calls {
        *counts.entry(name(&record.entry)).or_default() += 1;
    }
    let lines = counts.into_iter();
    limited(lines.map(|(name, count)| format!("  {count} × {name}")))
}

/// The calls that were made more than once, a line for each.
fn repeated(calls: &[Record<'_>]) -> Vec<String> {
    let mut seen = BTreeMap::<(String, Option<&str>, String), Vec<&Entry>>::new();
    for Record { entry, trail } in calls {
        if let Some(likeness) = trail.held.likeness() {
            let key = (name(entry), entry.resource.as_deref(), likeness);
            seen.entry(key).or_default().push(entry);
        }
    }
    let lines = seen.into_iter().filter(|(_, calls)| calls.len() > 1);
    limited(lines.map(|((name, resource, _), calls)| {
        let mut line = format!("made {} times: {name}", calls.len());
        if let Some(resource) = resource {
            _ = write!(line, " on {resource}");
        }
        let numbers = calls.iter().take(NAMED);
        let numbers: Vec<String> = numbers.map(|call| call.sequence.to_string()).collect();
        _ = write!(line, " (calls {})", numbers.join(", "));
        line
    }))
}

fn name(entry: &Entry) -> String {
    let operation = entry.operation.as_deref().unwrap_or("(no operation)");
    format!("{} {operation}", entry.service)
}

fn limited(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    if lines.len() > NAMED {
        let more = lines.len() - NAMED;
        lines.truncate(NAMED);
        lines.push(format!("  and {more} more"));
    }
    lines
}
