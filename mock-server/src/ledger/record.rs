//! What the ledger keeps of one call.

use std::fmt;

use super::{Entry, Held};
use crate::auth::caller::Caller;

/// How long a reason or an error's message may be, in bytes: callers' own texts are in it.
const MAX_TEXT: usize = 4_096;
/// How long other texts may be.
const MAX_NAME: usize = 2_048;

/// An entry, and what is only read for exports and comparisons.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) entry: Entry,
    pub(super) trail: Trail,
}

/// What CloudTrail tells besides an entry, in the form that takes least time to write down.
#[derive(Clone, Default)]
pub(crate) struct Trail {
    /// Who called AWS, if the request was signed.
    pub(crate) caller: Option<Caller>,
    /// The error's message.
    pub(crate) message: Option<String>,
    /// What was asked.
    pub(crate) held: Held,
}

/// Requests are long, and not for the log.
impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail")
            .field("caller", &self.caller)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl Record {
    /// A record whose texts have a bound.
    pub(super) fn new(mut entry: Entry, mut trail: Trail) -> Self {
        shorten(&mut entry.reason, MAX_TEXT);
        shorten(&mut trail.message, MAX_TEXT);
        shorten(&mut entry.resource, MAX_NAME);
        shorten(&mut entry.user_agent, MAX_NAME);
        shorten(&mut entry.access_key_id, MAX_NAME);
        Self { entry, trail }
    }

    /// About how much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let Self { entry, trail } = self;
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let others = entry.other_resources.iter();
        let others: usize = others.map(|other| size_of::<String>() + other.len()).sum();
        size_of::<Self>()
            + others
            + length(&entry.resource)
            + length(&entry.reason)
            + length(&entry.user_agent)
            + length(&entry.access_key_id)
            + length(&trail.message)
            // The caller stands in the entry, and once more in parts.
            + 3 * entry.caller.len()
            + entry.request_id.len()
            + trail.held.size()
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
