//! The one way in which objects are written, by callers and by controllers.
//!
//! Controllers are part of the write: every change is shown to every kind's `react` before the lock is let go, so that a
//! namespace has its `default` service account the moment it exists.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::kind::Kind;
use super::kinds;
use super::schema::read;
use crate::id::Ids;
use crate::state::kubernetes::{Change, Key, Objects};

/// What is left of an object that was deleted.
#[derive(Debug)]
pub(crate) enum Deleted {
    /// Nothing; this is its last form.
    Gone(Arc<Value>),
    /// It waits for its finalizers.
    Waits(Arc<Value>),
}

/// The cluster's objects during one call.
pub(crate) struct Writer<'a> {
    /// The objects.
    pub(crate) objects: &'a mut Objects,
    /// Where new ids come from.
    pub(crate) ids: &'a mut Ids,
    /// The time of the call.
    pub(crate) now: Timestamp,
    unseen: VecDeque<Change>,
    /// Which objects were written, with their collections.
    pub(crate) written: Vec<(&'static str, Key)>,
    /// What controllers do a moment later, as those of a real cluster do.
    pub(crate) later: Vec<Job>,
}

/// A controller's work, and the place of the object it is about.
pub(crate) type Job = (fn(&mut Writer<'_>, &Key), Key);

impl<'a> Writer<'a> {
    /// A writer for one call.
    pub(crate) fn new(objects: &'a mut Objects, ids: &'a mut Ids, now: Timestamp) -> Writer<'a> {
        Writer {
            objects,
            ids,
            now,
            unseen: VecDeque::new(),
            written: Vec::new(),
            later: Vec::new(),
        }
    }

    /// One object.
    pub(crate) fn find(&self, kind: &Kind, key: &Key) -> Option<Arc<Value>> {
        self.objects.find(kind.plural, key).cloned()
    }

    /// Gives a new object what only the server can.
    pub(crate) fn stamp(&mut self, kind: &'static Kind, object: &mut Value) {
        let now = format!("{:.0}", self.now);
        let uid = self.ids.uuid();
        if let Value::Object(metadata) = &mut object["metadata"] {
            for name in [
                "selfLink",
                "generation",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "resourceVersion",
            ] {
                metadata.shift_remove(name);
            }
            metadata.insert("uid".to_owned(), json!(uid));
            metadata.insert("creationTimestamp".to_owned(), json!(now));
        }
        (kind.prepare)(object, None);
    }

    /// Writes an object and lets the controllers see it.
    pub(crate) fn put(&mut self, kind: &'static Kind, mut object: Value) -> Arc<Value> {
        // The number is the store's to give; it has its place in the order of fields already.
        object["metadata"]["resourceVersion"] = json!("0");
        let object = read::normalize(kind.schema, object);
        let change = self.objects.put(kind.plural, key_of(&object), object);
        self.note(change)
    }

    /// Creates an object on a controller's behalf, unless it is there.
    pub(crate) fn ensure(&mut self, kind: &'static Kind, namespace: &str, name: &str) {
        if self
            .find(kind, &(namespace.to_owned(), name.to_owned()))
            .is_some()
        {
            return;
        }
        let mut metadata = json!({ "name": name });
        if kind.namespaced {
            metadata["namespace"] = json!(namespace);
        }
        let mut object =
            json!({ "kind": kind.kind, "apiVersion": kind.api_version(), "metadata": metadata });
        (kind.default)(&mut object);
        self.stamp(kind, &mut object);
        self.put(kind, object);
    }

    /// Deletes an object, or marks it when it stays for a while or finalizers hold it.
    pub(crate) fn delete(
        &mut self,
        kind: &'static Kind,
        key: &Key,
        grace: Option<i64>,
    ) -> Option<Deleted> {
        let object = self.find(kind, key)?;
        let grace = (kind.grace)(&object, grace);
        if grace == 0 && !is_held(&object) {
            return self.remove(kind, key).map(Deleted::Gone);
        }
        // Who deletes again can only hasten it.
        let left = object["metadata"]["deletionGracePeriodSeconds"].as_i64();
        let marked_before = !object["metadata"]["deletionTimestamp"].is_null();
        if marked_before && left.unwrap_or_default() <= grace {
            return Some(Deleted::Waits(object));
        }
        let mut marked = Value::clone(&object);
        let gone_at = self.now.saturating_add(SignedDuration::from_secs(grace));
        marked["metadata"]["deletionTimestamp"] =
            json!(format!("{:.0}", gone_at.unwrap_or(self.now)));
        if kind.namespaced {
            marked["metadata"]["deletionGracePeriodSeconds"] = json!(grace);
        }
        (kind.prepare)(&mut marked, Some(&object));
        Some(Deleted::Waits(self.put(kind, marked)))
    }

    /// Takes an object away for good.
    pub(crate) fn remove(&mut self, kind: &'static Kind, key: &Key) -> Option<Arc<Value>> {
        let change = self.objects.remove(kind.plural, key)?;
        Some(self.note(change))
    }

    /// Remembers a change for the controllers and for who keeps it, and answers what it shows.
    fn note(&mut self, change: Change) -> Arc<Value> {
        let shown = change.shown.clone();
        self.written.push((change.collection, change.key.clone()));
        self.unseen.push_back(change);
        shown
    }

    /// Has the controllers look at everything that is there, as they do when they start: what they had yet to do is
    /// done later.
    pub(crate) fn look_again(&mut self) {
        let all = self.objects.all().map(|(collection, key, object)| Change {
            collection,
            revision: 0,
            key: key.clone(),
            before: None,
            after: Some(object.clone()),
            shown: object.clone(),
        });
        self.unseen = all.collect();
    }

    /// Lets the controllers react until nothing is left to react to.
    pub(crate) fn settle(&mut self) {
        while let Some(change) = self.unseen.pop_front() {
            for kind in kinds::ALL {
                (kind.react)(self, &change);
            }
        }
    }
}

/// Whether finalizers keep an object from going.
pub(crate) fn is_held(object: &Value) -> bool {
    let any = |finalizers: &Value| {
        finalizers
            .as_array()
            .is_some_and(|finalizers| !finalizers.is_empty())
    };
    any(&object["metadata"]["finalizers"]) || any(&object["spec"]["finalizers"])
}

/// An object's place.
pub(crate) fn key_of(object: &Value) -> Key {
    let text = |name: &str| {
        object["metadata"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    (text("namespace"), text("name"))
}
