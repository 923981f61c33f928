//! What AWS services have: actions, resources, condition keys. Read from the tables that
//! `tables/generate.py` makes of the service authorization reference.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    Context,
    pattern::{Dialect, Pattern},
    tables,
    truth::Truth,
};

static TABLES: LazyLock<HashMap<&str, Service>> = LazyLock::new(|| read(tables::ACTIONS));

/// The keys that all services have.
static GLOBAL_KEYS: LazyLock<HashMap<String, KeyType>> = LazyLock::new(|| {
    let lines = tables::GLOBAL_KEYS.lines();
    let pairs = lines.filter_map(|line| line.split_once(' '));
    pairs
        .filter_map(|(name, kind)| Some((name.to_ascii_lowercase(), key_type(kind)?)))
        .collect()
});

/// What a service has.
#[derive(Default)]
pub(super) struct Service {
    resources: HashMap<&'static str, Resource>,
    keys: HashMap<String, KeyType>,
    actions: Vec<Action>,
}

/// A type of resource.
pub(super) struct Resource {
    /// Its ARN: `*` is any text, `~` is text without `/` and `:`.
    pub(super) template: &'static str,
    keys: Vec<&'static str>,
}

/// An action of a service.
pub(super) struct Action {
    pub(super) name: &'static str,
    /// The resource types; without any the action takes only `*`.
    pub(super) types: Vec<&'static str>,
    keys: Vec<&'static str>,
}

/// The type of a condition key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyType {
    pub(super) scalar: Scalar,
    pub(super) is_list: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    String,
    Arn,
    Bool,
    Date,
    Numeric,
    Ip,
    Binary,
}

/// Whether AWS has a service with this prefix.
pub(super) fn is_service(prefix: &str) -> bool {
    tables::SERVICES
        .lines()
        .any(|line| line.eq_ignore_ascii_case(prefix))
}

/// What is known of a service.
pub(super) fn service(prefix: &str) -> Option<&'static Service> {
    TABLES.get(&*prefix.to_ascii_lowercase())
}

impl Service {
    /// The actions that a pattern such as `Get*` stands for.
    pub(super) fn matching(&self, pattern: &str) -> Vec<&Action> {
        let pattern = Pattern::compile(pattern, Dialect::ACTION);
        let none = Context::new();
        let matches = |action: &&Action| pattern.matches(action.name, &none) == Truth::Yes;
        self.actions.iter().filter(matches).collect()
    }

    pub(super) fn resource(&self, kind: &str) -> Option<&Resource> {
        self.resources.get(kind)
    }

    /// The type of a key of the service.
    pub(super) fn key_type(&self, key: &str) -> Option<KeyType> {
        find(&self.keys, key)
    }

    /// Whether an action, or a resource it works on, has a key.
    pub(super) fn has_key(&self, action: &Action, key: &str) -> bool {
        let of_resources = action.types.iter().filter_map(|kind| self.resource(kind));
        let mut keys = action
            .keys
            .iter()
            .chain(of_resources.flat_map(|resource| &resource.keys));
        keys.any(|known| {
            let free = known.ends_with(['/', ':']);
            let front = if free {
                key.get(..known.len()).unwrap_or(key)
            } else {
                key
            };
            front.eq_ignore_ascii_case(known)
        })
    }
}

/// The type of a key that all services have.
pub(super) fn global_key_type(key: &str) -> Option<KeyType> {
    find(&GLOBAL_KEYS, key)
}

/// The type of a key, or of the tag keys or the like that it is one of.
fn find(keys: &HashMap<String, KeyType>, key: &str) -> Option<KeyType> {
    let key = key.to_ascii_lowercase();
    let free = |known: &str| known.ends_with(['/', ':']) && key.starts_with(known);
    keys.iter()
        .find(|(known, _)| **known == key || free(known))
        .map(|(_, kind)| *kind)
}

fn read(text: &'static str) -> HashMap<&'static str, Service> {
    let mut services: HashMap<&str, Service> = HashMap::new();
    let mut prefix = "";
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let service = services.entry(prefix).or_default();
        match fields[..] {
            ["service", name] => prefix = name,
            ["resource", kind, template, keys] => {
                let keys = list(keys);
                service.resources.insert(kind, Resource { template, keys });
            }
            ["key", name, kind] => {
                if let Some(kind) = key_type(kind) {
                    service.keys.insert(name.to_ascii_lowercase(), kind);
                }
            }
            ["action", name, _, types, keys] => service.actions.push(Action {
                name,
                types: list(types),
                keys: list(keys),
            }),
            _ => {}
        }
    }
    services
}

fn list(text: &'static str) -> Vec<&'static str> {
    if text == "-" {
        Vec::new()
    } else {
        text.split(',').collect()
    }
}

fn key_type(name: &str) -> Option<KeyType> {
    let element = name.strip_prefix("ArrayOf");
    let scalar = match element.unwrap_or(name) {
        "String" => Scalar::String,
        "ARN" => Scalar::Arn,
        "Bool" => Scalar::Bool,
        "Date" => Scalar::Date,
        "Numeric" => Scalar::Numeric,
        "IPAddress" => Scalar::Ip,
        "Binary" => Scalar::Binary,
        _ => return None,
    };
    Some(KeyType {
        scalar,
        is_list: element.is_some(),
    })
}
