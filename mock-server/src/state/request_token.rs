//! Client request tokens, by which a repeated request is told from a new one.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A client request token and the request that it came with. Both are kept as digests: a token is as
/// long as its sender likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestToken {
    token: u64,
    request: u64,
}

impl RequestToken {
    pub(crate) fn new(token: &str, request: &impl Hash) -> Self {
        Self {
            token: digest(token),
            request: digest(request),
        }
    }

    /// Whether another request came with the same token.
    pub(crate) fn conflicts_with(self, other: Self) -> bool {
        self.token == other.token && self.request != other.request
    }

    /// The text that an index has for the token.
    pub(crate) fn index_text(token: Option<&Self>) -> String {
        token.map_or_else(String::new, |token| format!("{:016x}", token.token))
    }
}

fn digest(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
