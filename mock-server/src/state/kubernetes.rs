//! The objects of one cluster: indexed by kind, namespace and name, with the recent past of each kind for watches.

mod snapshot;

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

pub(crate) use self::snapshot::Snapshot;
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
    /// How many live objects each namespace has.
    counts: BTreeMap<String, usize>,
    history: VecDeque<Change>,
    history_bytes: usize,
    /// Changes up to this resource version are forgotten.
    forgotten: u64,
}

/// All objects of one cluster.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    revision: u64,
    /// Up to here nothing is remembered of any collection: these objects were read.
    began: u64,
    collections: BTreeMap<&'static str, Collection>,
}

impl Objects {
    /// The resource version of the last write.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Objects that were read, up to a resource version. Their past is forgotten.
    pub(crate) fn of(
        revision: u64,
        objects: impl IntoIterator<Item = (&'static str, Key, Value)>,
    ) -> Self {
        let mut read = Self {
            revision,
            began: revision,
            ..Self::default()
        };
        for (collection, key, object) in objects {
            let collection = read.collections.entry(collection).or_default();
            *collection.counts.entry(key.0.clone()).or_default() += 1;
            collection.live.insert(key, Arc::new(object));
        }
        read
    }

    /// All objects with their collections.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &Key, &Arc<Value>)> {
        self.collections.iter().flat_map(|(name, collection)| {
            let objects = collection.live.iter();
            objects.map(move |(key, object)| (*name, key, object))
        })
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
        let objects = self.collections.get(collection);
        objects
            .into_iter()
            .flat_map(move |objects| within(&objects.live, namespace, None))
    }

    /// Writes an object, giving it the next resource version.
    pub(crate) fn put(&mut self, collection: &'static str, key: Key, mut object: Value) -> Change {
        self.revision += 1;
        object["metadata"]["resourceVersion"] = Value::from(self.revision.to_string());
        let object = Arc::new(object);
        let objects = self.collections.entry(collection).or_default();
        let before = objects.live.insert(key.clone(), object.clone());
        if before.is_none() {
            *objects.counts.entry(key.0.clone()).or_default() += 1;
        }
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
        let objects = self.collections.get_mut(collection)?;
        let before = objects.live.remove(key)?;
        if let Some(count) = objects.counts.get_mut(&key.0) {
            *count -= 1;
            if *count == 0 {
                objects.counts.remove(&key.0);
            }
        }
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
        let forgotten = objects
            .map_or(0, |objects| objects.forgotten)
            .max(self.began);
        if revision < forgotten {
            return Err(Forgotten(forgotten));
        }
        Ok(objects.into_iter().flat_map(move |objects| {
            let start = objects
                .history
                .partition_point(|change| change.revision <= revision);
            objects.history.range(start..)
        }))
    }
}

/// What lies in one namespace or in all, after a key.
fn within<'r, 'n, K: Borrow<Key> + Ord, V>(
    rows: &'r BTreeMap<K, V>,
    namespace: Option<&'n str>,
    after: Option<&Key>,
) -> impl Iterator<Item = (&'r K, &'r V)> + use<'r, 'n, K, V> {
    let first = (namespace.unwrap_or_default().to_owned(), String::new());
    let start = match after {
        Some(after) if *after >= first => Bound::Excluded(after),
        _ => Bound::Included(&first),
    };
    rows.range::<Key, _>((start, Bound::Unbounded))
        .take_while(move |(key, _)| {
            namespace.is_none_or(|namespace| namespace == (*key).borrow().0)
        })
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
