//! Writing a document back: the same meaning in IAM's usual order of elements.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Clause, Condition, PolicyDocument, Principals, Statement};

/// A list as IAM's own documents write it: one item without brackets.
struct Items<'a, T>(&'a [T]);

impl<T: Serialize> Serialize for Items<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

/// Pairs grouped under their first half, in order of first appearance.
fn grouped<'a, T: 'a, V>(
    items: &'a [T],
    key: impl Fn(&'a T) -> &'a str,
    value: impl Fn(&'a T) -> V,
) -> Vec<(&'a str, Vec<V>)> {
    let mut groups: Vec<(&str, Vec<V>)> = Vec::new();
    for item in items {
        let name = key(item);
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value(item)),
            None => groups.push((name, vec![value(item)])),
        }
    }
    groups
}

impl Serialize for Principals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Everyone => serializer.serialize_str("*"),
            Self::Listed(entries) => {
                let groups = grouped(entries, |e| e.kind.as_str(), |e| &e.value);
                serializer.collect_map(groups.iter().map(|(kind, values)| (kind, Items(values))))
            }
        }
    }
}

/// The conditions under one operator.
struct Keys<'a>(Vec<&'a Condition>);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|c| (&c.key, Items(&c.values))))
    }
}

struct Conditions<'a>(&'a [Condition]);

impl Serialize for Conditions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = grouped(self.0, |c| &c.operator, |c| c);
        serializer.collect_map(
            groups
                .into_iter()
                .map(|(operator, all)| (operator, Keys(all))),
        )
    }
}

fn lists<M: SerializeMap>(
    map: &mut M,
    (name, not_name): (&'static str, &'static str),
    clause: Option<&Clause<Vec<String>>>,
) -> Result<(), M::Error> {
    match clause {
        None => Ok(()),
        Some(clause) => {
            let name = if clause.is_not() { not_name } else { name };
            map.serialize_entry(name, &Items(clause.listed()))
        }
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &self.sid {
            map.serialize_entry("Sid", sid)?;
        }
        map.serialize_entry("Effect", &self.effect)?;
        if let Some(principal) = &self.principal {
            let name = if principal.is_not() {
                "NotPrincipal"
            } else {
                "Principal"
            };
            map.serialize_entry(name, principal.listed())?;
        }
        lists(&mut map, ("Action", "NotAction"), self.action.as_ref())?;
        lists(
            &mut map,
            ("Resource", "NotResource"),
            self.resource.as_ref(),
        )?;
        if !self.conditions.is_empty() {
            map.serialize_entry("Condition", &Conditions(&self.conditions))?;
        }
        map.end()
    }
}

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(version) = &self.version {
            map.serialize_entry("Version", version)?;
        }
        if let Some(id) = &self.id {
            map.serialize_entry("Id", id)?;
        }
        map.serialize_entry("Statement", &self.statements)?;
        map.end()
    }
}

/// Compact JSON; with `{:#}` indented by two spaces.
impl fmt::Display for PolicyDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = if f.alternate() {
            serde_json::to_string_pretty(self)
        } else {
            serde_json::to_string(self)
        };
        f.write_str(&json.map_err(|_| fmt::Error)?)
    }
}
