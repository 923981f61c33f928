//! Strategic merge patches: lists merge by the keys of their schema, and directives say what else to do.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::kubernetes::schema::{ListType, Type};

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";

/// Patches a value.
///
/// # Errors
/// A text for a directive that makes no sense, or a list's item without its key.
pub(crate) fn merge(ty: &Type, original: Value, patch: &Value) -> Result<Value, String> {
    match (ty, original, patch) {
        (Type::Object(_) | Type::Map(_), original, Value::Object(patch)) => {
            merge_fields(ty, original.as_object().cloned().unwrap_or_default(), patch)
        }
        (Type::List(item, ListType::Map(keys)), original, Value::Array(patch)) => {
            let key = keys.first().copied().unwrap_or_default();
            merge_keyed(
                item,
                key,
                original.as_array().cloned().unwrap_or_default(),
                patch,
            )
        }
        (Type::List(_, ListType::Set), Value::Array(before), Value::Array(patch)) => {
            let new = patch.iter().filter(|value| !before.contains(value));
            let items = before.iter().chain(new).cloned().collect();
            Ok(Value::Array(arranged(items, patch, &before, None)))
        }
        (_, _, patch) => Ok(patch.clone()),
    }
}

fn merge_fields(
    ty: &Type,
    mut original: Map<String, Value>,
    patch: &Map<String, Value>,
) -> Result<Value, String> {
    let plain = || patch.iter().filter(|(name, _)| !name.starts_with('$'));
    match patch.get(DIRECTIVE).map(Value::as_str) {
        None | Some(Some("merge")) => {}
        Some(Some("replace")) => {
            return Ok(Value::Object(
                plain()
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            ));
        }
        Some(Some("delete")) => return Ok(Value::Object(Map::new())),
        Some(other) => {
            return Err(format!(
                "unknown patch type {:?} in map",
                other.unwrap_or_default()
            ));
        }
    }
    if let Some(Value::Array(retained)) = patch.get(RETAIN_KEYS) {
        original.retain(|name, _| retained.iter().any(|kept| kept == name));
    }
    let unpatched = original.clone();
    for (name, value) in plain() {
        if value.is_null() {
            original.shift_remove(name);
            continue;
        }
        let old = original.get(name).cloned().unwrap_or(Value::Null);
        let merged = match child_type(ty, name) {
            Some(child) => merge(&child, old, value)?,
            None => value.clone(),
        };
        original.insert(name.clone(), merged);
    }
    for (directive, value) in patch {
        if let (Some(name), Some(deleted)) = (directive.strip_prefix(DELETE_FROM), value.as_array())
        {
            if let Some(Value::Array(items)) = original.get_mut(name) {
                items.retain(|item| !deleted.contains(item));
            }
        } else if let (Some(name), Some(order)) = (directive.strip_prefix(ORDER), value.as_array())
            && let Some(Value::Array(items)) = original.get_mut(name)
        {
            let key = child_type(ty, name).and_then(|list| merge_key(&list));
            let before = unpatched.get(name).and_then(Value::as_array);
            let before = before.map(Vec::as_slice).unwrap_or_default();
            *items = arranged(std::mem::take(items), order, before, key);
        }
    }
    Ok(Value::Object(original))
}

fn child_type(ty: &Type, name: &str) -> Option<Type> {
    match ty {
        Type::Object(schema) => schema.field(name).map(|field| field.ty),
        Type::Map(value_type) => Some(**value_type),
        _ => None,
    }
}

/// The key by which items of a list are told apart.
fn merge_key(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::List(_, ListType::Map(keys)) => keys.first().copied(),
        _ => None,
    }
}

fn merge_keyed(
    item: &Type,
    key: &str,
    original: Vec<Value>,
    patch: &[Value],
) -> Result<Value, String> {
    let directive = |value: &Value| {
        value
            .get(DIRECTIVE)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let replaces = patch
        .iter()
        .any(|value| directive(value).as_deref() == Some("replace"));
    let before = if replaces { Vec::new() } else { original };
    let mut items: IndexMap<String, Value> = before
        .iter()
        .map(|value| (identity(value, Some(key)), value.clone()))
        .collect();
    for value in patch {
        let directive = directive(value);
        if directive.as_deref() == Some("replace") && value.get(key).is_none() {
            continue;
        }
        if value.get(key).is_none() {
            let why = format!("map: {value} does not contain declared merge key: {key}");
            return Err(why);
        }
        let identity = identity(value, Some(key));
        if directive.as_deref() == Some("delete") {
            items.swap_remove(&identity);
        } else {
            let old = items
                .get_mut(&identity)
                .map(Value::take)
                .unwrap_or_default();
            items.insert(identity, merge(item, old, value)?);
        }
    }
    let items = items.into_values().collect();
    Ok(Value::Array(arranged(items, patch, &before, Some(key))))
}

/// What tells items of a list apart: their merge key, or all of them.
fn identity(item: &Value, key: Option<&str>) -> String {
    key.map_or(item, |key| &item[key]).to_string()
}

/// Puts a merged list in order: what the patch names in the patch's order, the rest as it was; a new item comes before
/// the others, unless they stood before one that the patch names.
fn arranged(
    items: Vec<Value>,
    stated: &[Value],
    before: &[Value],
    key: Option<&str>,
) -> Vec<Value> {
    let identity = |item: &Value| identity(item, key);
    let places = |list: &[Value]| -> HashMap<String, usize> {
        list.iter()
            .enumerate()
            .map(|(place, item)| (identity(item), place))
            .collect()
    };
    let (stated, before) = (places(stated), places(before));
    let (mut named, mut rest): (Vec<Value>, Vec<Value>) = items
        .into_iter()
        .partition(|item| stated.contains_key(&identity(item)));
    named.sort_by_cached_key(|item| stated.get(&identity(item)));
    rest.sort_by_cached_key(|item| before.get(&identity(item)));

    let mut arranged = Vec::with_capacity(named.len() + rest.len());
    let mut rest = rest.into_iter().peekable();
    for item in named {
        if let Some(at) = before.get(&identity(&item)) {
            let ahead =
                |other: &Value| before.get(&identity(other)).is_some_and(|place| place < at);
            arranged.extend(std::iter::from_fn(|| rest.next_if(|other| ahead(other))));
        }
        arranged.push(item);
    }
    arranged.extend(rest);
    arranged
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kubernetes::kinds::service_account::SERVICE_ACCOUNT;

    fn patched(original: Value, patch: &Value) -> Value {
        merge(&Type::Object(SERVICE_ACCOUNT.schema), original, patch).unwrap()
    }

    #[test]
    fn keyed_lists_merge_and_atomic_ones_are_replaced() {
        let original =
            json!({ "secrets": [{ "name": "a" }], "imagePullSecrets": [{ "name": "x" }] });
        let patch = json!({ "secrets": [{ "name": "b" }, { "name": "a", "kind": "Secret" }], "imagePullSecrets": [{ "name": "y" }] });
        let expected = json!({ "secrets": [{ "name": "b" }, { "name": "a", "kind": "Secret" }], "imagePullSecrets": [{ "name": "y" }] });
        assert_eq!(patched(original, &patch), expected);
    }

    #[test]
    fn items_the_patch_does_not_name_keep_their_place() {
        let named = |names: &str| {
            let names = names
                .chars()
                .map(|name| json!({ "name": name.to_string() }));
            json!({ "secrets": names.collect::<Vec<_>>() })
        };
        assert_eq!(patched(named("abc"), &named("cx")), named("abcx"));
        assert_eq!(patched(named("ab"), &named("x")), named("xab"));
    }

    #[test]
    fn directives_delete_replace_and_order() {
        let original = json!({ "secrets": [{ "name": "a" }, { "name": "b" }], "metadata": { "finalizers": ["f/1", "f/2"], "labels": { "x": "1" } } });
        let patch = json!({
            "secrets": [{ "name": "a", "$patch": "delete" }, { "name": "c" }],
            "$setElementOrder/secrets": [{ "name": "c" }, { "name": "b" }],
            "metadata": { "$deleteFromPrimitiveList/finalizers": ["f/1"], "labels": { "$patch": "replace", "y": "2" } },
        });
        let expected = json!({ "secrets": [{ "name": "c" }, { "name": "b" }], "metadata": { "finalizers": ["f/2"], "labels": { "y": "2" } } });
        assert_eq!(patched(original, &patch), expected);
    }

    #[test]
    fn a_null_removes_a_field() {
        let patch = json!({ "metadata": { "labels": { "x": null } }, "automountServiceAccountToken": null });
        let original = json!({ "metadata": { "labels": { "x": "1", "y": "2" } }, "automountServiceAccountToken": true });
        assert_eq!(
            patched(original, &patch),
            json!({ "metadata": { "labels": { "y": "2" } } })
        );
    }

    #[test]
    fn an_item_without_its_merge_key_is_refused() {
        let error = merge(
            &Type::Object(SERVICE_ACCOUNT.schema),
            json!({}),
            &json!({ "secrets": [{ "kind": "Secret" }] }),
        )
        .unwrap_err();
        assert!(error.ends_with("does not contain declared merge key: name"));
    }
}
