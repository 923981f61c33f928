//! A collection as it is or was at one moment, read in pages: what a page costs depends on its length and on how much
//! was written since the moment, not on how much there is.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{Collection, Forgotten, Key, Objects, within};

/// The objects of a collection at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot<'o> {
    collection: Option<&'o Collection>,
    /// What has changed since, as it was then; nothing for what was not there.
    then: BTreeMap<&'o Key, Option<&'o Arc<Value>>>,
}

impl Objects {
    /// A collection as it is.
    pub(crate) fn now(&self, collection: &'static str) -> Snapshot<'_> {
        Snapshot {
            collection: self.collections.get(collection),
            then: BTreeMap::new(),
        }
    }

    /// A collection as it was at a resource version.
    ///
    /// # Errors
    /// When the changes since then are no longer all remembered.
    pub(crate) fn at(
        &self,
        collection: &'static str,
        revision: u64,
    ) -> Result<Snapshot<'_>, Forgotten> {
        let mut then = BTreeMap::new();
        for change in self.since(collection, revision)? {
            // The first change since then found it as it was.
            then.entry(&change.key).or_insert(change.before.as_ref());
        }
        Ok(Snapshot {
            then,
            ..self.now(collection)
        })
    }
}

impl<'o> Snapshot<'o> {
    /// The objects in one namespace or in all that come after a key, in the order of namespace and name.
    pub(crate) fn list<'a>(
        &'a self,
        namespace: Option<&'a str>,
        after: Option<&Key>,
    ) -> impl Iterator<Item = (&'o Key, &'o Arc<Value>)> + use<'a, 'o> {
        let live = self
            .collection
            .map(|now| within(&now.live, namespace, after));
        let mut live = live.into_iter().flatten().peekable();
        let mut then = within(&self.then, namespace, after).peekable();
        std::iter::from_fn(move || {
            loop {
                let order = match (live.peek(), then.peek()) {
                    (Some((live, _)), Some((then, _))) => live.cmp(then),
                    (Some(_), None) => Ordering::Less,
                    (None, _) => Ordering::Greater,
                };
                if order == Ordering::Less {
                    return live.next();
                }
                if order == Ordering::Equal {
                    live.next();
                }
                if let (key, Some(object)) = then.next()? {
                    return Some((*key, *object));
                }
            }
        })
    }

    /// How many objects there are in one namespace or in all.
    pub(crate) fn count(&self, namespace: Option<&str>) -> usize {
        let Some(collection) = self.collection else {
            return 0;
        };
        let now = match namespace {
            Some(namespace) => collection.counts.get(namespace).copied(),
            None => Some(collection.live.len()),
        };
        let is_within = |key: &Key| namespace.is_none_or(|namespace| namespace == key.0);
        let mut count = now.unwrap_or_default();
        for (key, then) in self.then.iter().filter(|(key, _)| is_within(key)) {
            match (collection.live.contains_key(*key), then.is_some()) {
                (true, false) => count -= 1,
                (false, true) => count += 1,
                _ => {}
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Namespace, name, and whether the object is written or removed.
    fn writes() -> impl Strategy<Value = Vec<(String, String, bool)>> {
        proptest::collection::vec(("[abc]", "[a-e]", any::<bool>()), 0..40)
    }

    fn keys(snapshot: &Snapshot<'_>, namespace: Option<&str>) -> Vec<Key> {
        let all = snapshot.list(namespace, None);
        all.map(|(key, _)| key.clone()).collect()
    }

    proptest! {
        #[test]
        fn a_moment_stays_as_it_was_whatever_is_written_later(before in writes(), after in writes(), namespace in proptest::option::of("[abc]")) {
            let mut objects = Objects::default();
            let apply = |objects: &mut Objects, writes: Vec<(String, String, bool)>| {
                for (namespace, name, is_there) in writes {
                    let key = (namespace, name);
                    match is_there {
                        true => _ = objects.put("things", key, json!({ "metadata": {} })),
                        false => _ = objects.remove("things", &key),
                    }
                }
            };
            let namespace = namespace.as_deref();
            apply(&mut objects, before);
            let moment = objects.revision();
            let then = keys(&objects.now("things"), namespace);
            apply(&mut objects, after);

            let past = objects.at("things", moment).unwrap();
            prop_assert_eq!(&keys(&past, namespace), &then);
            prop_assert_eq!(past.count(namespace), then.len());
            for (i, key) in then.iter().enumerate() {
                let rest: Vec<&Key> = past.list(namespace, Some(key)).map(|(key, _)| key).collect();
                prop_assert_eq!(rest, then[i + 1..].iter().collect::<Vec<_>>());
            }
            let now = objects.now("things");
            prop_assert_eq!(now.count(namespace), keys(&now, namespace).len());
        }
    }
}
