//! Whether a row is still as it was when it was last written.

use std::hash::{DefaultHasher, Hash, Hasher};

/// What a row was when it was last written, if it was.
#[derive(Debug, Default)]
pub(crate) struct Digest(Option<u64>);

impl Digest {
    /// Whether this is another text than the last time.
    pub(crate) fn changes(&mut self, text: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let digest = Some(hasher.finish());
        std::mem::replace(&mut self.0, digest) != digest
    }

    /// Whether nothing was written yet.
    pub(crate) fn is_new(&self) -> bool {
        self.0.is_none()
    }
}
