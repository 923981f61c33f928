//! What the ledger is told of one call, and tells.

use std::fmt;

use super::{Entry, Held};
use crate::auth::caller::Caller;

/// How long a reason or an error's message may be, in bytes: callers' own texts are in it.
const MAX_TEXT: usize = 4_096;
/// How long other texts may be.
const MAX_NAME: usize = 2_048;

/// An entry, and what is only read for exports and comparisons.
#[derive(Debug)]
pub(super) struct Record<'r> {
    pub(super) entry: Entry,
    pub(super) trail: Trail<'r>,
}

/// What CloudTrail tells besides an entry, in the form that takes least time to write down.
#[derive(Default)]
pub(crate) struct Trail<'r> {
    /// Who called AWS, if the request was signed.
    pub(crate) caller: Option<Caller>,
    /// The error's message.
    pub(crate) message: Option<String>,
    /// What was asked.
    pub(crate) held: Held<'r>,
}

/// Requests are long, and not for the log.
impl fmt::Debug for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail")
            .field("caller", &self.caller)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl<'r> Record<'r> {
    /// A record whose texts have a bound.
    pub(super) fn new(mut entry: Entry, mut trail: Trail<'r>) -> Self {
        shorten(&mut entry.reason, MAX_TEXT);
        shorten(&mut trail.message, MAX_TEXT);
        shorten(&mut entry.resource, MAX_NAME);
        shorten(&mut entry.user_agent, MAX_NAME);
        shorten(&mut entry.access_key_id, MAX_NAME);
        Self { entry, trail }
    }
}

fn shorten(text: &mut Option<String>, length: usize) {
    if let Some(text) = text
        && text.len() > length
    {
        text.truncate(text.floor_char_boundary(length));
        text.shrink_to_fit();
    }
}
