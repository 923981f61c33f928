//! Tags of IAM resources.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The tags of an IAM resource. Keys are unique without regard to case, and keep their case.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Tag>", into = "Vec<Tag>")]
pub(crate) struct Tags(BTreeMap<String, Tag>);

/// One tag, as on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl Tags {
    /// Adds a tag; one whose key differs in case only is replaced, key included.
    pub(crate) fn put(&mut self, tag: Tag) {
        self.0.insert(tag.key.to_lowercase(), tag);
    }

    /// Takes a tag away, if it is there.
    pub(crate) fn remove(&mut self, key: &str) {
        self.0.remove(&key.to_lowercase());
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The tags in the order of their keys, with the text that they are ordered by.
    pub(crate) fn scan(&self) -> impl Iterator<Item = (&str, &Tag)> {
        self.0.iter().map(|(key, tag)| (key.as_str(), tag))
    }

    /// The tags in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.values()
    }

    /// The tags in the order of their keys.
    pub(crate) fn to_vec(&self) -> Vec<Tag> {
        self.0.values().cloned().collect()
    }
}

impl From<Tags> for Vec<Tag> {
    fn from(tags: Tags) -> Self {
        tags.0.into_values().collect()
    }
}

impl From<Vec<Tag>> for Tags {
    fn from(tags: Vec<Tag>) -> Self {
        let mut all = Self::default();
        tags.into_iter().for_each(|tag| all.put(tag));
        all
    }
}
