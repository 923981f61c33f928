//! Walks over typed trees, by the rules of structured merge: which fields an object sets, how two objects differ, how one
//! is merged into another and how fields are taken out again.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use serde_json::{Map, Value};

use super::set::{FieldSet, Step};
use crate::kubernetes::schema::{ListType, Schema, Type};

/// How two objects differ.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// In the new one only.
    pub(crate) added: FieldSet,
    /// In both, with other values.
    pub(crate) modified: FieldSet,
    /// In the old one only.
    pub(crate) removed: FieldSet,
}

/// A child of a granular value: the step to it, its type and itself.
type Child<'a> = (Step, Type, &'a Value);

/// The children of a value that merges item by item; nothing for what merges as a whole.
fn children<'a>(ty: &Type, value: &'a Value) -> Option<Vec<Child<'a>>> {
    match (ty, value) {
        (Type::Object(schema), Value::Object(fields)) => Some(
            fields
                .iter()
                .filter_map(|(name, value)| {
                    Some((Step::Field(name.clone()), schema.field(name)?.ty, value))
                })
                .collect(),
        ),
        (Type::Map(value_type), Value::Object(entries)) => Some(
            entries
                .iter()
                .map(|(key, value)| (Step::Field(key.clone()), **value_type, value))
                .collect(),
        ),
        (Type::List(item, ListType::Map(keys)), Value::Array(items)) => Some(
            items
                .iter()
                .map(|value| (Step::key_of(value, keys), **item, value))
                .collect(),
        ),
        (Type::List(item, ListType::Set), Value::Array(items)) => Some(
            items
                .iter()
                .map(|value| (Step::item_of(value), **item, value))
                .collect(),
        ),
        _ => None,
    }
}

/// The first path that a keyed list or a set holds twice.
pub(crate) fn duplicate(ty: &Type, value: &Value, path: &mut Vec<Step>) -> Option<Vec<Step>> {
    let children = children(ty, value)?;
    let mut seen = BTreeSet::new();
    for (step, child_type, child) in children {
        path.push(step.clone());
        if !seen.insert(step) {
            return Some(path.clone());
        }
        if let Some(found) = duplicate(&child_type, child, path) {
            return Some(found);
        }
        path.pop();
    }
    None
}

/// The fields that an object sets.
pub(crate) fn fields_of(schema: &'static Schema, object: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    collect(&Type::Object(schema), object, &mut Vec::new(), &mut set);
    set
}

fn collect(ty: &Type, value: &Value, path: &mut Vec<Step>, set: &mut FieldSet) {
    let Some(children) = children(ty, value) else {
        set.insert(path);
        return;
    };
    if value.as_object().is_some_and(Map::is_empty) {
        set.insert(path);
    }
    // A structure's fields are known anyway; keys and items exist because somebody set them.
    let counts = !matches!(ty, Type::Object(_));
    for (step, child_type, child) in children {
        path.push(step);
        if counts {
            set.insert(path);
        }
        collect(&child_type, child, path, set);
        path.pop();
    }
}

/// How the new object differs from the old one.
pub(crate) fn compare(schema: &'static Schema, old: &Value, new: &Value) -> Comparison {
    let mut comparison = Comparison::default();
    differ(
        &Type::Object(schema),
        Some(old),
        Some(new),
        &mut Vec::new(),
        &mut comparison,
    );
    comparison
}

fn differ(
    ty: &Type,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &mut Vec<Step>,
    comparison: &mut Comparison,
) {
    let olds = old
        .and_then(|value| children(ty, value))
        .unwrap_or_default();
    let news = new
        .and_then(|value| children(ty, value))
        .unwrap_or_default();
    if olds.is_empty() && news.is_empty() {
        match (old, new) {
            (None, Some(_)) => comparison.added.insert(path),
            (Some(_), None) => comparison.removed.insert(path),
            (Some(old), Some(new)) if old != new => comparison.modified.insert(path),
            _ => {}
        }
        return;
    }
    let mut pairs: BTreeMap<Step, (Type, Option<&Value>, Option<&Value>)> = BTreeMap::new();
    for (step, child_type, child) in olds {
        pairs.insert(step, (child_type, Some(child), None));
    }
    for (step, child_type, child) in news {
        pairs.entry(step).or_insert((child_type, None, None)).2 = Some(child);
    }
    for (step, (child_type, old, new)) in pairs {
        path.push(step);
        differ(&child_type, old, new, path, comparison);
        path.pop();
    }
    match (old, new) {
        (None, Some(_)) => comparison.added.insert(path),
        (Some(_), None) => comparison.removed.insert(path),
        _ => {}
    }
}

/// Merges an applied configuration into an object.
pub(crate) fn merge(ty: &Type, base: Value, applied: &Value) -> Value {
    match (ty, base, applied) {
        (Type::Object(schema), Value::Object(mut base), Value::Object(applied)) => {
            for (name, value) in applied {
                let merged = match (schema.field(name), base.shift_remove(name)) {
                    (Some(field), Some(old)) => merge(&field.ty, old, value),
                    _ => value.clone(),
                };
                base.insert(name.clone(), merged);
            }
            Value::Object(base)
        }
        (Type::Map(value_type), Value::Object(mut base), Value::Object(applied)) => {
            for (key, value) in applied {
                let old = base.shift_remove(key).unwrap_or(Value::Null);
                base.insert(key.clone(), merge(value_type, old, value));
            }
            Value::Object(base)
        }
        (Type::List(item, ListType::Map(keys)), Value::Array(base), Value::Array(applied)) => {
            Value::Array(merge_items(
                base,
                applied,
                |value| Step::key_of(value, keys),
                |old, new| merge(item, old, new),
            ))
        }
        (Type::List(_, ListType::Set), Value::Array(base), Value::Array(applied)) => {
            Value::Array(merge_items(base, applied, Step::item_of, |_, new| {
                new.clone()
            }))
        }
        (_, _, applied) => applied.clone(),
    }
}

/// Applied items in their order take the place of their namesakes; the others stay where they were.
fn merge_items(
    base: Vec<Value>,
    applied: &[Value],
    identity: impl Fn(&Value) -> Step,
    merged: impl Fn(Value, &Value) -> Value,
) -> Vec<Value> {
    let mut items = base;
    let mut places: BTreeMap<Step, usize> = items
        .iter()
        .enumerate()
        .map(|(place, item)| (identity(item), place))
        .collect();
    for new in applied {
        match places.entry(identity(new)) {
            Entry::Occupied(place) => {
                let old = &mut items[*place.get()];
                *old = merged(old.take(), new);
            }
            Entry::Vacant(place) => {
                place.insert(items.len());
                items.push(new.clone());
            }
        }
    }
    items
}

/// Takes out of an object the fields of one set, but for those that another set touches.
pub(crate) fn prune(ty: &Type, value: &mut Value, gone: &FieldSet, kept: &FieldSet) {
    let stays = |step: &Step, child_type: &Type, child: &mut Value| {
        let Some((goes, gone_below)) = gone.at(step) else {
            return true;
        };
        match kept.at(step) {
            None if goes => return false,
            None => prune(child_type, child, gone_below, &FieldSet::default()),
            Some((_, kept_below)) => prune(child_type, child, gone_below, kept_below),
        }
        true
    };
    match (ty, value) {
        (Type::Object(schema), Value::Object(fields)) => fields.retain(|name, child| {
            let field = schema.field(name);
            field.is_none_or(|field| stays(&Step::Field(name.clone()), &field.ty, child))
        }),
        (Type::Map(item), Value::Object(entries)) => {
            entries.retain(|key, child| stays(&Step::Field(key.clone()), item, child));
        }
        (Type::List(item, ListType::Map(keys)), Value::Array(items)) => {
            items.retain_mut(|child| stays(&Step::key_of(child, keys), item, child));
        }
        (Type::List(item, ListType::Set), Value::Array(items)) => {
            items.retain_mut(|child| stays(&Step::item_of(child), item, child));
        }
        _ => {}
    }
}
