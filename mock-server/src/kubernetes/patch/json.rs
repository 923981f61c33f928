//! JSON patches: a library carries them out, within limits that keep a small patch from building a huge object.

use json_patch::jsonptr::Pointer;
use json_patch::{Patch, PatchOperation};
use serde_json::Value;

use crate::json_size::json_size;
use crate::kubernetes::failure::Failure;

/// The API server's limit to a JSON patch.
const MAX_OPERATIONS: usize = 10_000;
/// What all copies of a patch may add together, in bytes: the API server's `AccumulatedCopySizeLimit`.
const MAX_COPIED: usize = 3 * 1024 * 1024;
/// The deepest nesting of the patched object. Bodies cannot nest deeper either, so no other patch leads beyond it.
const MAX_DEPTH: usize = 128;

/// Carries out the operations of a JSON patch, one after the other.
///
/// # Errors
/// When it is no JSON patch, has too many operations, or one cannot be carried out within the limits.
pub(crate) fn patch(object: &mut Value, patch: Value) -> Result<(), Failure> {
    let Patch(operations) = serde_json::from_value(patch)
        .map_err(|error| Failure::BadRequest(format!("error decoding patch: {error}")))?;
    if operations.len() > MAX_OPERATIONS {
        let many = operations.len();
        return Err(Failure::BadRequest(format!(
            "The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {many}"
        )));
    }
    let mut copied = 0;
    for operation in &operations {
        check(object, operation, &mut copied).ok_or(Failure::UnprocessablePatch)?;
        json_patch::patch(object, std::slice::from_ref(operation))
            .map_err(|_| Failure::UnprocessablePatch)?;
    }
    Ok(())
}

/// Looks at what an operation is about to put where; nothing when that is not there or beyond the limits.
fn check(object: &Value, operation: &PatchOperation, copied: &mut usize) -> Option<()> {
    let fits =
        |path: &Pointer, value: &Value| (path.count() + depth(value) <= MAX_DEPTH).then_some(());
    match operation {
        PatchOperation::Add(add) => fits(&add.path, &add.value),
        PatchOperation::Replace(replace) => fits(&replace.path, &replace.value),
        PatchOperation::Move(moved) => fits(&moved.path, object.pointer(moved.from.as_str())?),
        PatchOperation::Copy(copy) => {
            let source = object.pointer(copy.from.as_str())?;
            *copied += json_size(source);
            (*copied <= MAX_COPIED).then(|| fits(&copy.path, source))?
        }
        PatchOperation::Remove(_) | PatchOperation::Test(_) => Some(()),
    }
}

/// How deep a value nests: 0 for a scalar, 1 for `{}`.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patched(operations: impl IntoIterator<Item = Value>) -> Result<Value, Failure> {
        let mut object = json!({});
        patch(&mut object, operations.into_iter().collect()).map(|()| object)
    }

    #[test]
    fn no_kind_of_operation_nests_an_object_beyond_the_limit() {
        let copy = json!({ "op": "copy", "from": "/x", "path": "/x/y" });
        let wrap = [
            json!({ "op": "add", "path": "/w", "value": {} }),
            json!({ "op": "move", "from": "/x", "path": "/w/y" }),
            json!({ "op": "move", "from": "/w", "path": "/x" }),
        ];
        for step in [vec![copy], wrap.to_vec()] {
            let nested = |levels: usize| {
                let begin = json!({ "op": "add", "path": "/x", "value": {} });
                let steps = std::iter::repeat_n(step.clone(), levels).flatten();
                patched(std::iter::once(begin).chain(steps))
            };
            let deepest = nested(MAX_DEPTH - 3).map(|object| depth(&object));
            assert!(deepest.is_ok_and(|depth| depth <= MAX_DEPTH));
            assert!(matches!(nested(3_000), Err(Failure::UnprocessablePatch)));
        }
    }

    #[test]
    fn a_value_is_added_as_deep_as_the_limit_and_no_deeper() {
        let text = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let value: Value = serde_json::from_str(&text).unwrap();
        let add = |path: String| json!({ "op": "add", "path": path, "value": value });
        let inner = format!("/x{}", "/0".repeat(27));
        assert!(patched([add("/x".to_owned()), add(inner.clone())]).is_ok());
        let deeper = patched([add("/x".to_owned()), add(format!("{inner}/0"))]);
        assert!(matches!(deeper, Err(Failure::UnprocessablePatch)));
    }
}
