//! The rules for tags of IAM resources.

use super::IamError;
use crate::state::iam::{Tag, Tags};

/// The most tags that a resource can carry; AWS does not raise it.
const MAX_TAGS: usize = 50;

/// The tags of a new resource.
pub(super) fn new(tags: Vec<Tag>) -> Result<Tags, IamError> {
    merged(&Tags::default(), tags)
}

/// What a resource's tags become when these are added.
pub(super) fn merged(present: &Tags, tags: Vec<Tag>) -> Result<Tags, IamError> {
    let given = tags.len();
    let mut added = Tags::default();
    let mut merged = present.clone();
    for tag in tags {
        check_key(&tag.key)?;
        added.put(tag.clone());
        merged.put(tag);
    }
    if added.len() < given {
        return Err(IamError::DuplicateTagKeys);
    }
    if merged.len() > MAX_TAGS {
        return Err(IamError::TooManyTags);
    }
    Ok(merged)
}

/// Refuses keys that belong to AWS.
pub(super) fn check_key(key: &str) -> Result<(), IamError> {
    let reserved = key
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    if reserved {
        Err(IamError::ReservedTagKey)
    } else {
        Ok(())
    }
}
