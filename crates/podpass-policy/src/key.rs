//! Context keys, made ready for many look-ups.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A context key in lower case with its hash: looking one up compares numbers, and texts only once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// First, since the order of fields is the order of comparison.
    hash: u64,
    text: Box<str>,
}

impl Key {
    pub(crate) fn new(text: &str) -> Self {
        let text: Box<str> = text.to_ascii_lowercase().into();
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self {
            hash: hasher.finish(),
            text,
        }
    }

    /// The key in lower case.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}
