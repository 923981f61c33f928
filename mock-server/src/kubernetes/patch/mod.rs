//! Patches that need a kind's fields; JSON patches and merge patches are a library's matter.

pub(crate) mod strategic;
