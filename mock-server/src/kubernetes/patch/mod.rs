//! What patches need besides the libraries: limits for JSON patches, and the fields of kinds for strategic ones. Merge
//! patches are a library's matter.

pub(crate) mod json;
pub(crate) mod strategic;
