//! The policies that AWS manages and EKS users attach: the same rows as a customer's, and read only.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use jiff::Timestamp;
use podpass_policy::{CompiledPolicy, DocumentKind, PolicyDocument};
use serde::Deserialize;
use serde_json::Value;

use crate::account::{AccountId, Partition};
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

/// The policies of AWS in a partition, read when one is first asked for; none in one that does not exist.
pub(crate) fn policies(partition: &str) -> &'static Table<Policy> {
    type Read = OnceLock<Table<Policy>>;
    static NONE: LazyLock<Table<Policy>> = LazyLock::new(Table::default);
    static POLICIES: [Read; Partition::ALL.len()] = [const { Read::new() }; Partition::ALL.len()];
    let mut partitions = Partition::ALL.iter().zip(&POLICIES);
    match partitions.find(|(known, _)| known.name == partition) {
        Some((partition, policies)) => policies.get_or_init(|| read(partition.name)),
        None => &NONE,
    }
}

/// The policy of AWS that has an ARN.
pub(crate) fn policy(arn: &str) -> Option<&'static Policy> {
    policies(arn.split(':').nth(1)?).find(Policy::BY_ARN, arn)
}

fn read(partition: &str) -> Table<Policy> {
    let published: Vec<Published> = serde_json::from_str(DATA).unwrap_or_else(|error| {
        tracing::error!(%error, "the managed policies cannot be read");
        Vec::new()
    });
    let mut table = Table::default();
    published
        .into_iter()
        .filter_map(|published| row(partition, published))
        .for_each(|policy| table.put(policy));
    table
}

/// Only the version in force is kept, under its real number. The documents are the commercial partition's,
/// with the ARNs in them moved.
fn row(partition: &str, published: Published) -> Option<Policy> {
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
    let prefix = format!("arn:{partition}:");
    let arn = format!("{prefix}iam::aws:policy{path}{name}");
    let text = format!("{document:#}").replace("arn:aws:", &prefix);
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
        let rows: Vec<_> = policies("aws").scan("", None).collect();
        assert!(rows.len() > 15, "{}", rows.len());
        let moved = policies("aws-cn").scan("", None);
        assert_eq!(moved.count(), rows.len());
        assert_eq!(policies("nowhere").scan("", None).count(), 0);
        for (_, policy) in rows {
            let checked = validate(
                &policy.versions[&policy.default_version].document.text,
                DocumentKind::ManagedIdentity,
            );
            assert!(checked.is_ok(), "{}: {checked:?}", policy.name);
        }
    }
}
