//! The directions of dependency that ARCHITECTURE.md draws, held over `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// What each member may depend on among its siblings. A crate that is not listed fails the test:
/// a new room is drawn here first.
const ALLOWED: &[(&str, &[&str])] = &[
    ("podpass-policy", &[]),
    ("podpass", &["podpass-policy"]),
    ("podpass-mock", &["podpass-policy"]),
    ("podpass-aws", &["podpass", "podpass-policy"]),
    (
        "podpass-cli",
        &["podpass", "podpass-aws", "podpass-mock", "podpass-policy"],
    ),
    (
        "podpass-py",
        &[
            "podpass",
            "podpass-aws",
            "podpass-cli",
            "podpass-mock",
            "podpass-policy",
        ],
    ),
    (
        "podpass-tests",
        &[
            "podpass",
            "podpass-aws",
            "podpass-cli",
            "podpass-mock",
            "podpass-policy",
        ],
    ),
];

/// Crates that reach files, sockets, clocks or threads of their own accord.
const IO_CRATES: &[&str] = &[
    "tokio", "hyper", "reqwest", "mio", "socket2", "kube", "axum", "tempfile",
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .exec()
        .expect("cargo metadata runs")
}

/// Direct dependencies of every member; development dependencies only when `dev` is set.
fn direct(metadata: &Metadata, dev: bool) -> BTreeMap<String, BTreeSet<String>> {
    metadata
        .workspace_packages()
        .iter()
        .map(|package| {
            let names = package
                .dependencies
                .iter()
                .filter(|dependency| dev || dependency.kind != DependencyKind::Development)
                .map(|dependency| dependency.name.clone())
                .collect();
            (package.name.to_string(), names)
        })
        .collect()
}

/// Everything that `root` pulls in when it is built for use, siblings included.
fn transitive(metadata: &Metadata, root: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let name_of = |id: &cargo_metadata::PackageId| metadata[id].name.to_string();
    let mut todo: Vec<_> = resolve
        .nodes
        .iter()
        .filter(|node| name_of(&node.id) == root)
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(node) = todo.pop() {
        for dependency in &node.deps {
            let used = dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal);
            if used && seen.insert(name_of(&dependency.pkg)) {
                todo.extend(resolve.nodes.iter().filter(|n| n.id == dependency.pkg));
            }
        }
    }
    seen
}

#[test]
fn members_depend_only_in_the_drawn_directions() {
    let metadata = metadata();
    let direct = direct(&metadata, true);
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    for (member, dependencies) in &direct {
        let allowed = allowed
            .get(member.as_str())
            .unwrap_or_else(|| panic!("`{member}` is not drawn in the architecture"));
        for dependency in dependencies.iter().filter(|d| direct.contains_key(*d)) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "`{member}` must not depend on `{dependency}`"
            );
        }
    }
    assert_eq!(direct.len(), ALLOWED.len(), "a drawn member is missing");
}

#[test]
fn the_engine_and_the_mock_never_name_each_other_even_through_others() {
    let metadata = metadata();
    assert!(!transitive(&metadata, "podpass").contains("podpass-mock"));
    assert!(!transitive(&metadata, "podpass-mock").contains("podpass"));
}

#[test]
fn the_policy_language_does_no_io() {
    let reached = transitive(&metadata(), "podpass-policy");
    for io in IO_CRATES {
        assert!(!reached.contains(*io), "podpass-policy reaches `{io}`");
    }
}

#[test]
fn aws_sdks_and_kube_appear_behind_the_ports_and_in_tests_only() {
    let direct = direct(&metadata(), true);
    for (member, dependencies) in direct {
        let outside = dependencies
            .iter()
            .find(|name| name.starts_with("aws-sdk-") || *name == "aws-config" || *name == "kube");
        let may = matches!(member.as_str(), "podpass-aws" | "podpass-tests");
        assert!(
            may || outside.is_none(),
            "`{member}` must not depend on `{}`",
            outside.map_or("", String::as_str)
        );
    }
}

#[test]
fn one_tls_stack_is_linked() {
    let metadata = metadata();
    let rustls: Vec<_> = metadata
        .packages
        .iter()
        .filter(|package| package.name.as_str() == "rustls")
        .map(|package| package.version.to_string())
        .collect();
    assert_eq!(rustls.len(), 1, "several rustls versions: {rustls:?}");
    for old in ["native-tls", "openssl-sys"] {
        assert!(
            metadata.packages.iter().all(|p| p.name.as_str() != old),
            "`{old}` is linked"
        );
    }
}
