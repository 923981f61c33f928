//! The policies that AWS manages and EKS users attach: the same rows as a customer's, and read only.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::account::AccountId;
use crate::id::Ids;
use crate::state::iam::{Policy, PolicyVersion, Tags};
use crate::state::table::Table;

/// Real names, paths and documents, as AWS publishes them in its Managed Policy Reference.
const DATA: &str = include_str!("managed.json");

#[derive(Debug, Deserialize)]
struct Published {
    name: String,
    path: String,
    description: String,
    document: Value,
}

/// The policies of AWS, read when one is first asked for.
pub(super) fn policies() -> &'static Table<Policy> {
    static POLICIES: LazyLock<Table<Policy>> = LazyLock::new(|| {
        let published: Vec<Published> = serde_json::from_str(DATA).unwrap_or_else(|error| {
            tracing::error!(%error, "the managed policies cannot be read");
            Vec::new()
        });
        let mut table = Table::default();
        published.into_iter().map(row).for_each(|policy| table.put(policy));
        table
    });
    &POLICIES
}

fn row(published: Published) -> Policy {
    let Published { name, path, description, document } = published;
    // The ids are not AWS's, but they are the same in every run.
    let seed = name.bytes().fold(0_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let version = PolicyVersion {
        document: format!("{document:#}"),
        created: Timestamp::UNIX_EPOCH,
    };
    Policy {
        id: Ids::new(Some(seed)).unique("ANPA", AccountId::EXAMPLE),
        arn: format!("arn:aws:iam::aws:policy{path}{name}"),
        name,
        path,
        created: version.created,
        updated: version.created,
        description: Some(description),
        tags: Tags::default(),
        default_version: 1,
        last_version: 1,
        versions: BTreeMap::from([(1, version)]),
    }
}

#[cfg(test)]
mod tests {
    use podpass_policy::{DocumentKind, validate};

    use super::*;

    #[test]
    fn every_published_policy_is_a_valid_managed_policy() {
        let rows: Vec<_> = policies().scan("", None).collect();
        assert!(rows.len() > 15, "{}", rows.len());
        for (_, policy) in rows {
            let checked = validate(&policy.versions[&1].document, DocumentKind::ManagedIdentity);
            assert!(checked.is_ok(), "{}: {checked:?}", policy.name);
        }
    }
}
