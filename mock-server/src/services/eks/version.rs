//! Versions of Kubernetes, such as `1.33`.

/// The minor version of a text that is a version.
pub(super) fn minor(text: &str) -> Option<u32> {
    text.strip_prefix("1.")?.parse::<u8>().ok().map(u32::from)
}
