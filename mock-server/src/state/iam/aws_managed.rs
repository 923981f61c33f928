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

/// A policy as AWS publishes it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Published {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) version: u32,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) document: Value,
}

/// The policies of AWS that a server knows, by partition; those of a partition are made when one is first asked
/// for.
#[derive(Debug)]
pub(crate) struct AwsManaged {
    published: Vec<Published>,
    made: [OnceLock<Table<Policy>>; Partition::ALL.len()],
    /// Of a partition that does not exist.
    none: Table<Policy>,
}

impl AwsManaged {
    /// Those that are built in; all servers share them.
    pub(crate) fn built_in() -> Arc<Self> {
        static BUILT_IN: LazyLock<Arc<AwsManaged>> = LazyLock::new(|| {
            let published = serde_json::from_str(DATA).unwrap_or_else(|error| {
                tracing::error!(%error, "the managed policies cannot be read");
                Vec::new()
            });
            Arc::new(AwsManaged::of(published))
        });
        Arc::clone(&BUILT_IN)
    }

    /// Those that are built in, and further ones, which take the place of those that have their names.
    pub(crate) fn with(further: Vec<Published>) -> Arc<Self> {
        let mut by_name: BTreeMap<String, Published> = BTreeMap::new();
        let built_in = Self::built_in();
        for published in built_in.published.iter().cloned().chain(further) {
            by_name.insert(published.name.to_lowercase(), published);
        }
        Arc::new(Self::of(by_name.into_values().collect()))
    }

    fn of(published: Vec<Published>) -> Self {
        Self {
            published,
            made: [const { OnceLock::new() }; Partition::ALL.len()],
            none: Table::default(),
        }
    }

    /// The path of the policy that has a name.
    pub(crate) fn path_of(&self, name: &str) -> Option<&str> {
        let mut published = self.published.iter();
        let found = published.find(|one| one.name.eq_ignore_ascii_case(name))?;
        Some(&found.path)
    }

    /// The policies in a partition.
    pub(crate) fn policies(&self, partition: &str) -> &Table<Policy> {
        let mut partitions = Partition::ALL.iter().zip(&self.made);
        match partitions.find(|(known, _)| known.name == partition) {
            Some((partition, made)) => made.get_or_init(|| self.make(partition.name)),
            None => &self.none,
        }
    }

    /// The policy that has an ARN.
    pub(crate) fn policy(&self, arn: &str) -> Option<&Policy> {
        self.policies(arn.split(':').nth(1)?)
            .find(Policy::BY_ARN, arn)
    }

    fn make(&self, partition: &str) -> Table<Policy> {
        let mut table = Table::default();
        let rows = self.published.iter().cloned();
        rows.filter_map(|published| row(partition, published))
            .for_each(|policy| table.put(policy));
        table
    }
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
        kind,
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
        let managed = AwsManaged::built_in();
        let rows: Vec<_> = managed.policies("aws").scan("", None).collect();
        assert!(rows.len() > 15, "{}", rows.len());
        let moved = managed.policies("aws-cn").scan("", None);
        assert_eq!(moved.count(), rows.len());
        assert_eq!(managed.policies("nowhere").scan("", None).count(), 0);
        for (_, policy) in rows {
            let checked = validate(
                &policy.versions[&policy.default_version].document.text,
                DocumentKind::ManagedIdentity,
            );
            assert!(checked.is_ok(), "{}: {checked:?}", policy.name);
        }
    }
}
