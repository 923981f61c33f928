//! The policies that AWS manages and EKS users attach: the same rows as a customer's, and read only.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use podpass_policy::{CompiledPolicy, DocumentKind, PolicyDocument};
use serde::Deserialize;
use serde_json::Value;

use crate::account::AccountId;
use crate::id::Ids;
use crate::state::iam::{Document, Policy, PolicyVersion, Tags};
use crate::state::table::Table;

/// Real names, paths and documents, as AWS publishes them in its Managed Policy Reference (November 2026).
const DATA: &str = include_str!("aws_managed.json");

#[derive(Debug, Deserialize)]
struct Published {
    name: String,
    path: String,
    version: u32,
    created: Timestamp,
    updated: Timestamp,
    document: Value,
}

/// The policies of AWS, read when one is first asked for.
pub(crate) fn policies() -> &'static Table<Policy> {
    static POLICIES: LazyLock<Table<Policy>> = LazyLock::new(|| {
        let published: Vec<Published> = serde_json::from_str(DATA).unwrap_or_else(|error| {
            tracing::error!(%error, "the managed policies cannot be read");
            Vec::new()
        });
        let mut table = Table::default();
        published
            .into_iter()
            .filter_map(row)
            .for_each(|policy| table.put(policy));
        table
    });
    &POLICIES
}

/// Only the version in force is kept, under its real number.
fn row(published: Published) -> Option<Policy> {
    let Published {
        name,
        path,
        version,
        created,
        updated,
        document,
    } = published;
    // The ids are not AWS's, but they are the same in every run.
    let seed = name.bytes().fold(0_u64, |seed, byte| {
        seed.wrapping_mul(31).wrapping_add(byte.into())
    });
    let arn = format!("arn:aws:iam::aws:policy{path}{name}");
    let text = format!("{document:#}");
    let kind = DocumentKind::ManagedIdentity;
    let compiled = CompiledPolicy::compile(&PolicyDocument::parse(&text).ok()?, kind);
    let document = Document {
        text,
        compiled: Arc::new(compiled.named(arn.as_str())),
    };
    let in_force = PolicyVersion {
        document,
        created: updated,
    };
    Some(Policy {
        id: Ids::new(Some(seed)).unique("ANPA", AccountId::EXAMPLE),
        arn,
        name,
        path,
        created,
        updated,
        description: None,
        tags: Tags::default(),
        default_version: version,
        last_version: version,
        versions: BTreeMap::from([(version, in_force)]),
    })
}

#[cfg(test)]
mod tests {
    use podpass_policy::validate;

    use super::*;

    #[test]
    fn every_published_policy_is_a_valid_managed_policy() {
        let rows: Vec<_> = policies().scan("", None).collect();
        assert!(rows.len() > 15, "{}", rows.len());
        for (_, policy) in rows {
            let checked = validate(
                &policy.versions[&policy.default_version].document.text,
                DocumentKind::ManagedIdentity,
            );
            assert!(checked.is_ok(), "{}: {checked:?}", policy.name);
        }
    }
}
