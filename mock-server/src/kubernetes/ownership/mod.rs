//! Who owns which field: `metadata.managedFields` as server-side apply keeps it.
//!
//! The rules are those of Kubernetes' structured merge: an update takes what it changed, an apply owns what it states, a
//! field that a manager stops applying and nobody else owns is removed, and another manager's field is a conflict unless
//! the apply is forced.

pub(crate) mod set;
pub(crate) mod walk;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::set::{FieldSet, Step};
use super::failure::{Failure, OwnershipConflict};
use super::kind::Kind;
use super::schema::{Type, read};

/// Metadata that nobody owns.
const UNOWNED: [&str; 9] = [
    "name",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "managedFields",
];

/// How a manager came to its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    /// Server-side apply.
    Apply,
    /// Every other write.
    Update,
}

/// A manager: a name, and the way it writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Manager {
    operation: Operation,
    name: String,
    api_version: String,
    subresource: String,
}

impl Manager {
    /// The manager of a write to a kind, or to a subresource of it.
    pub(crate) fn new(
        name: impl Into<String>,
        operation: Operation,
        kind: &Kind,
        subresource: &str,
    ) -> Manager {
        Manager {
            operation,
            name: name.into(),
            api_version: kind.api_version(),
            subresource: subresource.to_owned(),
        }
    }

    /// As conflict messages print it.
    fn printed(&self) -> String {
        let mut text = format!("{:?}", self.name);
        if !self.subresource.is_empty() {
            text = format!("{text} with subresource {:?}", self.subresource);
        }
        match self.operation {
            Operation::Apply => text,
            Operation::Update => format!("{text} using {}", self.api_version),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Owned {
    fields: FieldSet,
    time: Option<String>,
}

/// The managers of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Managers(BTreeMap<Manager, Owned>);

impl Managers {
    /// Reads `metadata.managedFields`; nothing when it is absent or malformed.
    fn of(object: &Value) -> Option<Managers> {
        let entries = object["metadata"]["managedFields"].as_array()?;
        let managers = entries.iter().map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            let operation = match entry["operation"].as_str()? {
                "Apply" => Operation::Apply,
                "Update" => Operation::Update,
                _ => return None,
            };
            let manager = Manager {
                operation,
                name: text("manager"),
                api_version: text("apiVersion"),
                subresource: text("subresource"),
            };
            let owned = Owned {
                fields: FieldSet::from_json(&entry["fieldsV1"])?,
                time: entry["time"].as_str().map(str::to_owned),
            };
            Some((manager, owned))
        });
        managers.collect::<Option<_>>().map(Managers)
    }

    fn write(&self, object: &mut Value) {
        let mut entries: Vec<(&Manager, &Owned)> = self.0.iter().collect();
        entries.sort_by_key(|(manager, owned)| {
            (
                manager.operation,
                &owned.time,
                &manager.name,
                &manager.api_version,
                &manager.subresource,
            )
        });
        let entries: Vec<Value> = entries
            .iter()
            .map(|(manager, owned)| entry(manager, owned))
            .collect();
        if let Value::Object(metadata) = &mut object["metadata"] {
            metadata.shift_remove("managedFields");
            if !entries.is_empty() {
                metadata.insert("managedFields".to_owned(), Value::Array(entries));
            }
        }
    }

    fn fields(&self, manager: &Manager) -> FieldSet {
        self.0
            .get(manager)
            .map(|owned| owned.fields.clone())
            .unwrap_or_default()
    }

    fn set(&mut self, manager: &Manager, fields: FieldSet, now: &str) {
        if fields.is_empty() {
            self.0.remove(manager);
        } else if self
            .0
            .get(manager)
            .is_none_or(|owned| owned.fields != fields)
        {
            self.0.insert(
                manager.clone(),
                Owned {
                    fields,
                    time: Some(now.to_owned()),
                },
            );
        }
    }

    /// Takes from the other managers what this write changed or removed; their times stay.
    fn yield_to(&mut self, manager: &Manager, taken: &FieldSet) {
        for (_, owned) in self.0.iter_mut().filter(|(other, _)| *other != manager) {
            owned.fields = owned.fields.difference(taken);
        }
        self.0.retain(|_, owned| !owned.fields.is_empty());
    }
}

fn entry(manager: &Manager, owned: &Owned) -> Value {
    let operation = if manager.operation == Operation::Apply {
        "Apply"
    } else {
        "Update"
    };
    let mut entry = json!({ "manager": manager.name, "operation": operation, "apiVersion": manager.api_version });
    if let Some(time) = &owned.time {
        entry["time"] = json!(time);
    }
    entry["fieldsType"] = json!("FieldsV1");
    entry["fieldsV1"] = owned.fields.to_json();
    if !manager.subresource.is_empty() {
        entry["subresource"] = json!(manager.subresource);
    }
    entry
}

/// Leaves out what nobody owns, and what a write to the object itself can not set.
fn ownable(kind: &Kind, manager: &Manager, mut fields: FieldSet) -> FieldSet {
    let metadata = Step::Field("metadata".to_owned());
    fields.remove(std::slice::from_ref(&metadata));
    for name in UNOWNED {
        fields.remove(&[metadata.clone(), Step::Field(name.to_owned())]);
    }
    if kind.has_status() && manager.subresource.is_empty() {
        fields.remove_tree("status");
    }
    fields
}

/// Records in the new object what an update changed.
pub(crate) fn record_update(
    kind: &Kind,
    old: &Value,
    new: &mut Value,
    manager: &Manager,
    now: Timestamp,
) {
    let cleared = new["metadata"]["managedFields"]
        .as_array()
        .is_some_and(|entries| entries == &[json!({})]);
    let stated = Managers::of(new).filter(|managers| !managers.0.is_empty());
    let mut managers = if cleared {
        Managers::default()
    } else {
        stated.or_else(|| Managers::of(old)).unwrap_or_default()
    };
    let comparison = walk::compare(kind.schema, old, new);
    let changed = comparison.added.clone().union(&comparison.modified);
    managers.yield_to(manager, &changed.clone().union(&comparison.removed));
    let fields = managers
        .fields(manager)
        .difference(&comparison.removed)
        .union(&changed);
    managers.set(
        manager,
        ownable(kind, manager, fields),
        &format!("{now:.0}"),
    );
    managers.write(new);
}

/// What an apply leads to.
///
/// # Errors
/// When another manager owns a field that would change, and `force` is not set.
pub(crate) fn apply(
    kind: &'static Kind,
    live: Option<&Value>,
    config: &Value,
    manager: &Manager,
    force: bool,
    now: Timestamp,
) -> Result<Value, Failure> {
    let now = format!("{now:.0}");
    let ty = Type::Object(kind.schema);
    let empty = kind.empty();
    let before = live.unwrap_or(&empty);
    let mut managers = Managers::of(before).unwrap_or_default();
    if let (Some(live), true) = (live, managers.0.is_empty()) {
        let first = Manager::new("before-first-apply", Operation::Update, kind, "");
        managers.set(
            &first,
            ownable(kind, &first, walk::fields_of(kind.schema, live)),
            &now,
        );
    }

    let last = managers.fields(manager);
    let stated = ownable(kind, manager, walk::fields_of(kind.schema, config));
    managers.set(manager, stated, &now);
    let mut after = walk::merge(&ty, before.clone(), config);
    let owned = managers
        .0
        .values()
        .fold(FieldSet::default(), |all, owned| all.union(&owned.fields));
    walk::prune(&ty, &mut after, &last, &owned);
    let mut after = read::normalize(kind.schema, after);
    let comparison = walk::compare(kind.schema, before, &after);
    let changed = comparison.added.union(&comparison.modified);
    let conflicts = conflicts(&managers, manager, &changed);
    if !conflicts.is_empty() && !force {
        return Err(Failure::Ownership(conflicts));
    }
    managers.yield_to(manager, &changed.union(&comparison.removed));
    managers.write(&mut after);
    Ok(after)
}

fn conflicts(managers: &Managers, manager: &Manager, changed: &FieldSet) -> Vec<OwnershipConflict> {
    let others = managers.0.iter().filter(|(other, _)| *other != manager);
    others
        .flat_map(|(other, owned)| {
            let paths = owned.fields.intersection(changed).paths();
            paths.into_iter().map(|path| OwnershipConflict {
                manager: other.printed(),
                path: set::print(&path),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
