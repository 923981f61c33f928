//! Versions of Kubernetes, such as `1.33`.

/// A version that clusters can have.
#[derive(Debug)]
pub(super) struct Release {
    pub(super) version: &'static str,
    /// Year, month and day when EKS had it, when standard support ends, and when extended support does.
    pub(super) dates: [(i16, i8, i8); 3],
}

const fn release(version: &'static str, dates: [(i16, i8, i8); 3]) -> Release {
    Release { version, dates }
}

/// The versions, the newest first (EKS User Guide, "Amazon EKS Kubernetes release calendar", of early 2026).
pub(super) const KUBERNETES: &[Release] = &[
    release("1.35", [(2026, 1, 27), (2027, 3, 27), (2028, 3, 27)]),
    release("1.34", [(2025, 10, 2), (2026, 12, 2), (2027, 12, 2)]),
    release("1.33", [(2025, 5, 29), (2026, 7, 29), (2027, 7, 29)]),
    release("1.32", [(2025, 1, 23), (2026, 3, 23), (2027, 3, 23)]),
    release("1.31", [(2024, 9, 26), (2025, 11, 26), (2026, 11, 26)]),
    release("1.30", [(2024, 5, 23), (2025, 7, 23), (2026, 7, 23)]),
    release("1.29", [(2024, 1, 23), (2025, 3, 23), (2026, 3, 23)]),
];

/// How many minor versions nodes can be behind their cluster (EKS User Guide, "Update existing cluster to new
/// Kubernetes version").
pub(super) const NODES_BEHIND: u32 = 3;

/// The minor version of a text that is a version.
pub(super) fn minor(text: &str) -> Option<u32> {
    text.strip_prefix("1.")?.parse::<u8>().ok().map(u32::from)
}
