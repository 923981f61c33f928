//! `docs/operations.md`, written from the registry and the doc comments of services and operations: their
//! first paragraph says what is there, the others what differs from AWS.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use super::SERVICES;
use crate::operation::{Entry, Registered};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/services");

const INTRODUCTION: &str = "\
# The AWS operations of the mock

Every operation that is built, the errors of AWS's service model that it can answer, and what differs from AWS. Besides,
any operation can refuse its input (`ValidationError`, EKS: `InvalidParameterException`) and its caller (`AccessDenied`,
`ExpiredToken`, `MissingAuthenticationToken`, `IncompleteSignature`; EKS: the same with `Exception` at the end). Requests
have to be signed; whether signatures are verified and permissions checked is a matter of `--auth`: see
[Who may do what](authorization.md). An operation or a service that AWS has and this page has not answers `501` with the
code `NotImplemented` and its name.

ARNs follow the partition of the region that a request is signed for: `arn:aws-cn:…` in `cn-north-1`. The policies of AWS
are the commercial partition's, with the ARNs in them moved.

This page is written by a test from the operations themselves: `PODPASS_WRITE_DOCS=1 cargo test -p podpass-mock reference`
writes it anew.
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
        let comments = comments(service)?;
        let (built, all) = (service.operations.len(), service.known.len());
        let name = service.name.to_uppercase();
        let about = comments.get("").map(Vec::as_slice).unwrap_or_default();
        _ = write!(
            page,
            "\n## {name}\n\n{built} of AWS's {all} operations.\n\n"
        );
        page.push_str("| operation | what it does | errors |\n|---|---|---|\n");
        let mut operations: Vec<&Entry> = service.operations.iter().collect();
        operations.sort_unstable_by_key(|operation| operation.name);
        let mut differences: Vec<String> = about.iter().skip(1).cloned().collect();
        for Entry { name, errors, .. } in operations {
            let paragraphs = comments.get(*name).map(Vec::as_slice).unwrap_or_default();
            let Some((does, differs)) = paragraphs.split_first() else {
                panic!("`{name}` has no doc comment above its type");
            };
            let errors: Vec<_> = errors.iter().map(|code| format!("`{code}`")).collect();
            _ = writeln!(page, "| `{name}` | {does} | {} |", errors.join(", "));
            differences.extend(differs.iter().map(|text| format!("`{name}`: {text}")));
        }
        page.push_str("\nWhat differs from AWS, and what is good to know:\n\n");
        for difference in differences {
            _ = writeln!(page, "- {difference}");
        }
    }
    Ok(page)
}

/// The paragraphs of the doc comments above the types of a service's operations, and of the service itself
/// under an empty name.
fn comments(service: &Registered) -> io::Result<BTreeMap<&'static str, Vec<String>>> {
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
                found.insert(operation.name, doc_comment(before));
            }
        }
        if let Some((before, _)) = source.split_once("\nimpl Service for ") {
            let declared = before.trim_end().rsplit_once('\n').map(|(above, _)| above);
            found.insert("", doc_comment(declared.unwrap_or_default()));
        }
    }
    Ok(found)
}

/// The paragraphs of the doc comment at the end of a text, attributes left out, each as one line.
fn doc_comment(text: &str) -> Vec<String> {
    let lines = text.trim_end().lines().rev();
    let above = lines.take_while(|line| line.starts_with("///") || line.starts_with("#["));
    let mut comment: Vec<&str> = above
        .filter_map(|line| line.strip_prefix("///"))
        .map(str::trim)
        .collect();
    comment.reverse();
    let paragraphs = comment.split(|line| line.is_empty());
    paragraphs.map(|lines| lines.join(" ")).collect()
}
