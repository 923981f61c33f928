//! The context of a request: the keys that conditions and policy variables speak of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::key::{Key, KeyMap};

/// The value of a context key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a text, or a list of texts")]
pub enum ContextValue {
    /// A key that has one value.
    One(String),
    /// A key that is a list by nature, such as `aws:TagKeys`, however many values it has.
    List(Vec<String>),
}

impl ContextValue {
    /// All values.
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::List(values) => values,
        }
    }
}

/// Context keys and their values. Keys are case-insensitive, tag keys in them included.
///
/// ```
/// use podpass_policy::Context;
///
/// let mut context = Context::new();
/// context.insert("aws:RequestTag/kubernetes-namespace", "prod");
/// context.insert_list("aws:TagKeys", ["kubernetes-namespace"]);
/// assert_eq!(context.value("AWS:requesttag/Kubernetes-Namespace"), Some("prod"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "BTreeMap<String, ContextValue>",
    into = "BTreeMap<String, ContextValue>"
)]
pub struct Context {
    entries: KeyMap<ContextValue>,
}

impl Context {
    /// A context without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key of one value, replacing what it had.
    pub fn insert(&mut self, key: &str, value: impl Into<String>) -> &mut Self {
        self.set(key, ContextValue::One(value.into()))
    }

    /// Sets a key that is a list by nature, replacing what it had.
    pub fn insert_list<V: Into<String>>(
        &mut self,
        key: &str,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        self.set(
            key,
            ContextValue::List(values.into_iter().map(Into::into).collect()),
        )
    }

    /// Sets a key, replacing what it had.
    pub fn set(&mut self, key: &str, value: ContextValue) -> &mut Self {
        self.entries.insert(Key::new(key), value);
        self
    }

    /// Sets all keys of another context, replacing what they had.
    pub fn merge(&mut self, other: Self) -> &mut Self {
        self.entries.extend(other.entries);
        self
    }

    /// Takes a key away.
    pub fn remove(&mut self, key: &str) -> Option<ContextValue> {
        self.entries.remove(&Key::new(key))
    }

    /// The value of a key.
    pub fn find(&self, key: &str) -> Option<&ContextValue> {
        self.lookup(&Key::new(key))
    }

    /// The value of a key that has one.
    pub fn value(&self, key: &str) -> Option<&str> {
        match self.find(key)? {
            ContextValue::One(value) => Some(value),
            ContextValue::List(_) => None,
        }
    }

    /// Keys in lower case with their values, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.entries
            .iter()
            .map(|(key, value)| (key.as_str(), value))
    }

    /// The value of a prepared key; allocates nothing.
    pub(crate) fn lookup(&self, key: &Key) -> Option<&ContextValue> {
        self.entries.get(key)
    }
}

impl From<BTreeMap<String, ContextValue>> for Context {
    fn from(map: BTreeMap<String, ContextValue>) -> Self {
        let mut context = Self::new();
        for (key, value) in map {
            context.set(&key, value);
        }
        context
    }
}

impl From<Context> for BTreeMap<String, ContextValue> {
    fn from(context: Context) -> Self {
        let entries = context.entries.into_iter();
        entries
            .map(|(key, value)| (key.as_str().to_owned(), value))
            .collect()
    }
}

impl<K: AsRef<str>, V: Into<String>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut context = Self::new();
        context.extend(pairs);
        context
    }
}

impl<K: AsRef<str>, V: Into<String>> Extend<(K, V)> for Context {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key.as_ref(), value);
        }
    }
}
