//! Context keys, made ready for many look-ups.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
};

/// A map by keys whose hash is known.
pub(crate) type KeyMap<V> = HashMap<Key, V, BuildHasherDefault<Known>>;

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

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Takes the hash that a [`Key`] brings along.
#[derive(Default)]
pub(crate) struct Known(u64);

impl Hasher for Known {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
