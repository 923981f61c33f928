//! `docs/operations.md`, written from the registry and the operations' own doc comments.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use super::SERVICES;
use crate::operation::Registered;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/services");

const INTRODUCTION: &str = "\
# The AWS operations of the mock

Every operation that is built, and what it does. An operation that AWS has and this list has not answers `501` with the
code `NotImplemented` and its name. This page is written by the tests from the operations themselves:
`PODPASS_WRITE_DOCS=1 cargo test -p podpass-mock reference` writes it anew.
";

#[test]
fn the_page_of_operations_is_what_the_registry_says() -> io::Result<()> {
    let wanted = page()?;
    if std::env::var_os("PODPASS_WRITE_DOCS").is_some() {
        fs::write(PAGE, &wanted)?;
    }
    assert!(
        fs::read_to_string(PAGE).unwrap_or_default() == wanted,
        "docs/operations.md is out of date: PODPASS_WRITE_DOCS=1 cargo test -p podpass-mock reference"
    );
    Ok(())
}

fn page() -> io::Result<String> {
    let mut page = INTRODUCTION.to_owned();
    for service in SERVICES {
        let descriptions = descriptions(service)?;
        let (built, all) = (service.operations.len(), service.known.len());
        let name = service.name.to_uppercase();
        _ = write!(
            page,
            "\n## {name}\n\n{built} of AWS's {all} operations.\n\n"
        );
        page.push_str("| operation | what it does |\n|---|---|\n");
        let mut names: Vec<&str> = service
            .operations
            .iter()
            .map(|operation| operation.name)
            .collect();
        names.sort_unstable();
        for name in names {
            let description = descriptions
                .get(name)
                .map(String::as_str)
                .unwrap_or_default();
            assert!(
                !description.is_empty(),
                "`{name}` has no doc comment above its type"
            );
            _ = writeln!(page, "| `{name}` | {description} |");
        }
    }
    Ok(page)
}

/// The doc comments above the types of a service's operations.
fn descriptions(service: &Registered) -> io::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for file in fs::read_dir(Path::new(SOURCES).join(service.name.replace('-', "_")))? {
        let path = file?.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = fs::read_to_string(path)?;
        for operation in service.operations {
            let declaration = format!("pub(crate) struct {} {{", operation.name);
            if let Some((before, _)) = source.split_once(&declaration) {
                found.insert(operation.name.to_owned(), doc_comment(before));
            }
        }
    }
    Ok(found)
}

/// The doc comment at the end of a text, attributes left out, as one line.
fn doc_comment(text: &str) -> String {
    let lines = text.trim_end().lines().rev();
    let above = lines.take_while(|line| line.starts_with("///") || line.starts_with("#["));
    let mut comment: Vec<&str> = above
        .filter_map(|line| line.strip_prefix("///"))
        .map(str::trim)
        .collect();
    comment.reverse();
    comment.retain(|line| !line.is_empty());
    comment.join(" ")
}
