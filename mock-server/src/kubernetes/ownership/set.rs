//! Sets of field paths, in memory and as the `fieldsV1` of Kubernetes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A field or a map's key: `f:labels`.
    Field(String),
    /// A list's item, found by its keys: `k:{"name":"a"}`.
    Key(String),
    /// An item of a set: `v:"a"`.
    Item(String),
}

/// What a key of an item is when the item does not say: ports are of TCP.
fn key_default(key: &str) -> Option<&'static Value> {
    static TCP: LazyLock<Value> = LazyLock::new(|| Value::from("TCP"));
    (key == "protocol").then_some(&*TCP)
}

impl Step {
    /// The step to a list's item that has these keys.
    pub(crate) fn key_of(item: &Value, keys: &[&str]) -> Step {
        let found: BTreeMap<&str, &Value> = keys
            .iter()
            .filter_map(|key| Some((*key, item.get(key).or_else(|| key_default(key))?)))
            .collect();
        Step::Key(serde_json::to_string(&found).unwrap_or_default())
    }

    /// The step to a scalar in a set.
    pub(crate) fn item_of(item: &Value) -> Step {
        Step::Item(item.to_string())
    }

    fn parse(text: &str) -> Option<Step> {
        let (prefix, rest) = text.split_once(':')?;
        match prefix {
            "f" => Some(Step::Field(rest.to_owned())),
            "k" => {
                let keys: BTreeMap<String, Value> = serde_json::from_str(rest).ok()?;
                Some(Step::Key(serde_json::to_string(&keys).ok()?))
            }
            "v" => Some(Step::Item(rest.to_owned())),
            _ => None,
        }
    }

    fn wire(&self) -> String {
        match self {
            Step::Field(name) => format!("f:{name}"),
            Step::Key(keys) => format!("k:{keys}"),
            Step::Item(item) => format!("v:{item}"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Field(name) => write!(f, ".{name}"),
            Step::Key(keys) => {
                let keys: BTreeMap<String, Value> = serde_json::from_str(keys).unwrap_or_default();
                let pairs: Vec<String> = keys
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect();
                write!(f, "[{}]", pairs.join(","))
            }
            Step::Item(item) => write!(f, "[={item}]"),
        }
    }
}

/// A set of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldSet(BTreeMap<Step, Node>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    member: bool,
    below: FieldSet,
}

impl Node {
    fn is_empty(&self) -> bool {
        !self.member && self.below.is_empty()
    }
}

impl FieldSet {
    /// Whether no path is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a path.
    pub(crate) fn insert(&mut self, path: &[Step]) {
        if let [first, rest @ ..] = path {
            let node = self.0.entry(first.clone()).or_default();
            if rest.is_empty() {
                node.member = true;
            } else {
                node.below.insert(rest);
            }
        }
    }

    /// Removes a path, but not what lies below it.
    pub(crate) fn remove(&mut self, path: &[Step]) {
        if let [first, rest @ ..] = path
            && let Some(node) = self.0.get_mut(first)
        {
            if rest.is_empty() {
                node.member = false;
            } else {
                node.below.remove(rest);
            }
            if node.is_empty() {
                self.0.remove(first);
            }
        }
    }

    /// Removes a path and everything below it.
    pub(crate) fn remove_tree(&mut self, first: &str) {
        self.0.remove(&Step::Field(first.to_owned()));
    }

    /// What the set holds at a step and below: whether the step itself, and which paths after it.
    pub(crate) fn at(&self, step: &Step) -> Option<(bool, &FieldSet)> {
        self.0.get(step).map(|node| (node.member, &node.below))
    }

    /// All paths of either.
    pub(crate) fn union(mut self, other: &FieldSet) -> FieldSet {
        for (step, node) in &other.0 {
            let mine = self.0.entry(step.clone()).or_default();
            mine.member |= node.member;
            mine.below = std::mem::take(&mut mine.below).union(&node.below);
        }
        self
    }

    /// The paths that are in this set alone.
    pub(crate) fn difference(&self, other: &FieldSet) -> FieldSet {
        self.combine(other, |mine, theirs| mine && !theirs, FieldSet::difference)
    }

    /// The paths that are in both.
    pub(crate) fn intersection(&self, other: &FieldSet) -> FieldSet {
        self.combine(other, |mine, theirs| mine && theirs, FieldSet::intersection)
    }

    fn combine(
        &self,
        other: &FieldSet,
        keeps: fn(bool, bool) -> bool,
        below: fn(&FieldSet, &FieldSet) -> FieldSet,
    ) -> FieldSet {
        let nothing = Node::default();
        let nodes = self.0.iter().filter_map(|(step, mine)| {
            let theirs = other.0.get(step).unwrap_or(&nothing);
            let node = Node {
                member: keeps(mine.member, theirs.member),
                below: below(&mine.below, &theirs.below),
            };
            (!node.is_empty()).then(|| (step.clone(), node))
        });
        FieldSet(nodes.collect())
    }

    /// Every path, parents before what lies below them.
    pub(crate) fn paths(&self) -> Vec<Vec<Step>> {
        let mut paths = Vec::new();
        self.collect(&mut Vec::new(), &mut paths);
        paths
    }

    fn collect(&self, path: &mut Vec<Step>, paths: &mut Vec<Vec<Step>>) {
        for (step, node) in &self.0 {
            path.push(step.clone());
            if node.member {
                paths.push(path.clone());
            }
            node.below.collect(path, paths);
            path.pop();
        }
    }

    /// Kubernetes' `fieldsV1`.
    pub(crate) fn to_json(&self) -> Value {
        let entries = self.0.iter().map(|(step, node)| {
            let mut below = Map::new();
            if node.member && !node.below.is_empty() {
                below.insert(".".to_owned(), Value::Object(Map::new()));
            }
            if let Value::Object(more) = node.below.to_json() {
                below.extend(more);
            }
            (step.wire(), Value::Object(below))
        });
        Value::Object(entries.collect())
    }

    /// Reads Kubernetes' `fieldsV1`; nothing when it is malformed.
    pub(crate) fn from_json(json: &Value) -> Option<FieldSet> {
        let mut set = FieldSet::default();
        for (text, below) in json.as_object()? {
            if text == "." {
                continue;
            }
            let below_json = below.as_object()?;
            let node = Node {
                member: below_json.is_empty() || below_json.contains_key("."),
                below: FieldSet::from_json(below)?,
            };
            set.0.insert(Step::parse(text)?, node);
        }
        Some(set)
    }
}

/// A path as messages print it: `.metadata.labels.app`.
pub(crate) fn print(path: &[Step]) -> String {
    path.iter().map(Step::to_string).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_v1_survives_a_round_trip() {
        let json = json!({ "f:metadata": { "f:labels": { ".": {}, "f:app": {} } }, "f:secrets": { "k:{\"name\":\"a\"}": { ".": {}, "f:name": {} } } });
        assert_eq!(FieldSet::from_json(&json).unwrap().to_json(), json);
    }

    #[test]
    fn paths_print_as_in_conflict_messages() {
        let json = json!({ "f:metadata": { "f:finalizers": { "v:\"a/b\"": {} } }, "f:secrets": { "k:{\"name\":\"a\"}": { "f:name": {} } } });
        let printed: Vec<String> = FieldSet::from_json(&json)
            .unwrap()
            .paths()
            .iter()
            .map(|path| print(path))
            .collect();
        assert_eq!(
            printed,
            [
                ".metadata.finalizers[=\"a/b\"]",
                ".secrets[name=\"a\"].name"
            ]
        );
    }

    #[test]
    fn difference_keeps_a_parent_whose_child_is_taken() {
        let both = FieldSet::from_json(&json!({ "f:a": { ".": {}, "f:b": {} } })).unwrap();
        let child = FieldSet::from_json(&json!({ "f:a": { "f:b": {} } })).unwrap();
        assert_eq!(both.difference(&child).to_json(), json!({ "f:a": {} }));
    }
}
