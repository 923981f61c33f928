//! The objects of one cluster: indexed by kind, namespace and name, with the recent past of each kind for watches.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

use crate::json_size::json_size;

/// How many changes of a kind are remembered; a watch that lags further behind is told `410 Gone`.
const HISTORY: usize = 4096;
/// How large the objects of these changes may be together, in bytes.
const HISTORY_BYTES: usize = 64 * 1024 * 1024;

/// Namespace (empty for cluster-wide objects) and name.
pub(crate) type Key = (String, String);

/// One write: what was there before and what is there now.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The collection it happened in.
    pub(crate) collection: &'static str,
    /// The cluster's resource version after it.
    pub(crate) revision: u64,
    /// The object's place.
    pub(crate) key: Key,
    /// The object before, unless it is new.
    pub(crate) before: Option<Arc<Value>>,
    /// The object after, unless it is gone.
    pub(crate) after: Option<Arc<Value>>,
    /// What a watch shows: the object after the write, or at its end, with the write's resource version.
    pub(crate) shown: Arc<Value>,
}

/// The changes asked for are no longer remembered; this is the oldest resource version that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forgotten(pub(crate) u64);

#[derive(Debug, Default)]
struct Collection {
    live: BTreeMap<Key, Arc<Value>>,
    history: VecDeque<Change>,
    history_bytes: usize,
    /// Changes up to this resource version are forgotten.
    forgotten: u64,
}

/// All objects of one cluster.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    revision: u64,
    collections: BTreeMap<&'static str, Collection>,
}

impl Objects {
    /// The resource version of the last write.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// One object.
    pub(crate) fn find(&self, collection: &'static str, key: &Key) -> Option<&Arc<Value>> {
        self.collections.get(collection)?.live.get(key)
    }

    /// The objects of a collection, in one namespace or in all, in the order of namespace and name.
    pub(crate) fn list<'a>(
        &'a self,
        collection: &'static str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Key, &'a Arc<Value>)> + 'a {
        let start = Bound::Included((namespace.unwrap_or_default().to_owned(), String::new()));
        self.collections
            .get(collection)
            .into_iter()
            .flat_map(move |objects| objects.live.range((start.clone(), Bound::Unbounded)))
            .take_while(move |((found, _), _)| namespace.is_none_or(|namespace| namespace == found))
    }

    /// Writes an object, giving it the next resource version.
    pub(crate) fn put(&mut self, collection: &'static str, key: Key, mut object: Value) -> Change {
        self.revision += 1;
        object["metadata"]["resourceVersion"] = Value::from(self.revision.to_string());
        let object = Arc::new(object);
        let before = self
            .collections
            .entry(collection)
            .or_default()
            .live
            .insert(key.clone(), object.clone());
        self.record(Change {
            collection,
            revision: self.revision,
            key,
            before,
            after: Some(object.clone()),
            shown: object,
        })
    }

    /// Removes an object; its last form carries the resource version of the removal.
    pub(crate) fn remove(&mut self, collection: &'static str, key: &Key) -> Option<Change> {
        let before = self.collections.get_mut(collection)?.live.remove(key)?;
        self.revision += 1;
        let mut last = Value::clone(&before);
        last["metadata"]["resourceVersion"] = Value::from(self.revision.to_string());
        let change = Change {
            collection,
            revision: self.revision,
            key: key.clone(),
            before: Some(before),
            after: None,
            shown: Arc::new(last),
        };
        Some(self.record(change))
    }

    fn record(&mut self, change: Change) -> Change {
        let collection = self.collections.entry(change.collection).or_default();
        collection.history.push_back(change.clone());
        collection.history_bytes += json_size(&change.shown);
        while (collection.history.len() > HISTORY || collection.history_bytes > HISTORY_BYTES)
            && let Some(dropped) = collection.history.pop_front()
        {
            collection.history_bytes -= json_size(&dropped.shown);
            collection.forgotten = dropped.revision;
        }
        change
    }

    /// The changes of a collection after a resource version, oldest first.
    ///
    /// # Errors
    /// When some of them are no longer remembered.
    pub(crate) fn since(
        &self,
        collection: &'static str,
        revision: u64,
    ) -> Result<impl DoubleEndedIterator<Item = &Change>, Forgotten> {
        let objects = self.collections.get(collection);
        if let Some(objects) = objects.filter(|objects| revision < objects.forgotten) {
            return Err(Forgotten(objects.forgotten));
        }
        Ok(objects.into_iter().flat_map(move |objects| {
            let start = objects
                .history
                .partition_point(|change| change.revision <= revision);
            objects.history.range(start..)
        }))
    }

    /// The objects of a collection as they were at a resource version.
    ///
    /// # Errors
    /// When the changes since then are no longer all remembered.
    pub(crate) fn at(
        &self,
        collection: &'static str,
        revision: u64,
    ) -> Result<BTreeMap<Key, Arc<Value>>, Forgotten> {
        let mut objects = self
            .collections
            .get(collection)
            .map(|objects| objects.live.clone())
            .unwrap_or_default();
        for change in self.since(collection, revision)?.rev() {
            match &change.before {
                Some(before) => objects.insert(change.key.clone(), before.clone()),
                None => objects.remove(&change.key),
            };
        }
        Ok(objects)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(name: &str) -> Key {
        ("default".to_owned(), name.to_owned())
    }

    fn object(name: &str) -> Value {
        json!({ "metadata": { "name": name } })
    }

    #[test]
    fn a_removed_object_still_stands_in_the_past() {
        let mut objects = Objects::default();
        objects.put("things", key("a"), object("a"));
        let then = objects.revision();
        objects.remove("things", &key("a"));
        objects.put("things", key("b"), object("b"));

        let past = objects.at("things", then).unwrap();
        assert_eq!(past.keys().collect::<Vec<_>>(), [&key("a")]);
        assert_eq!(objects.list("things", Some("default")).count(), 1);
    }

    #[test]
    fn history_is_bounded_and_says_so() {
        let mut objects = Objects::default();
        for _ in 0..=HISTORY {
            objects.put("things", key("a"), object("a"));
        }
        assert_eq!(objects.since("things", 0).err(), Some(Forgotten(1)));
        assert_eq!(objects.since("things", 1).unwrap().count(), HISTORY);
    }

    #[test]
    fn listing_one_namespace_leaves_out_its_neighbours() {
        let mut objects = Objects::default();
        for namespace in ["a", "ab", "b"] {
            objects.put(
                "things",
                (namespace.to_owned(), "x".to_owned()),
                object("x"),
            );
        }
        let found: Vec<_> = objects
            .list("things", Some("ab"))
            .map(|((namespace, _), _)| namespace.as_str())
            .collect();
        assert_eq!(found, ["ab"]);
    }
}
