//! Add-ons of a cluster: how they are found, the associations that they own, and how they look in answers.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalogue::OfferedAddon;
use super::{Cause, EksError, association, cluster, permission, role};
use crate::auth::permission::Permission;
use crate::clock::epoch_seconds;
use crate::state::eks::{Addon, Association, Cluster, Extra, Extras, Phase, Tags};
use crate::state::table::Table;
use crate::store::Context;

/// An association that an add-on should own.
#[derive(Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnedRole {
    service_account: String,
    role_arn: String,
}

/// Handing an add-on its roles: the one of its service account, and those of the associations that it owns.
pub(super) fn passed_roles(
    cx: &Context,
    cluster_name: &str,
    service_account_role_arn: Option<&str>,
    associations: &[OwnedRole],
) -> impl Iterator<Item = Permission> {
    let own = service_account_role_arn.map(|arn| Permission::pass_role(arn, "eks.amazonaws.com"));
    let owned = associations.iter();
    let owned = owned.map(move |owned| permission::pass_to_pods(cx, &owned.role_arn, cluster_name));
    own.into_iter().chain(owned)
}

/// An add-on and its cluster.
pub(super) fn find<'c>(
    cx: &'c Context,
    cluster_name: &str,
    name: &str,
) -> Result<(&'c Cluster, &'c Addon), EksError> {
    let cluster = cluster::find(cx, cluster_name)?;
    match cluster.addons.row(name) {
        Some(addon) => Ok((cluster, addon)),
        None => {
            let cause = Cause::AddonNotFound(name.to_owned(), cluster_name.to_owned());
            Err(cause.in_cluster(cluster_name).about("addonName", name))
        }
    }
}

/// Checks the configuration that a caller asks for: JSON or YAML, and an object. No text means none.
pub(super) fn check_configuration(values: Option<&str>) -> Result<(), Cause> {
    let Some(text) = values.filter(|text| !text.is_empty()) else {
        return Ok(());
    };
    let parsed = serde_saphyr::from_str(text).map_err(|_| Cause::UnreadableConfiguration)?;
    match parsed {
        Value::Object(_) => Ok(()),
        Value::Null => Err(Cause::ConfigurationType("null")),
        Value::Bool(_) => Err(Cause::ConfigurationType("boolean")),
        Value::Number(_) => Err(Cause::ConfigurationType("number")),
        Value::String(_) => Err(Cause::ConfigurationType("string")),
        Value::Array(_) => Err(Cause::ConfigurationType("array")),
    }
}

/// Checks the associations that an add-on is to own; `owner_arn` is the add-on's, if it exists.
///
/// An add-on does not take over an association that is there (EKS User Guide, "IAM roles for add-ons").
pub(super) fn check_roles(
    cx: &Context,
    cluster: &Cluster,
    offered: &OfferedAddon,
    version: &str,
    (namespace, owner_arn): (&str, Option<&str>),
    roles: &[OwnedRole],
) -> Result<(), Cause> {
    let mut kept = 0;
    let mut named = HashSet::new();
    let mut new = 0;
    for wanted in roles {
        let service_account = &wanted.service_account;
        if !named.insert(service_account) {
            return Err(Cause::RepeatedServiceAccount(service_account.clone()));
        }
        if offered.service_accounts.is_empty() {
            return Err(Cause::NoPodIdentity(version.to_owned()));
        }
        if !offered.service_accounts.contains_key(service_account) {
            return Err(Cause::UnsupportedServiceAccount(
                service_account.clone(),
                offered.name.clone(),
            ));
        }
        let key = Association::key(namespace, service_account);
        let existing = cluster.associations.row(&key);
        let is_own = |existing: &Association| {
            existing.extras.owner_arn.is_some() && existing.extras.owner_arn.as_deref() == owner_arn
        };
        match existing.is_some_and(is_own) {
            true => {
                role::check(cx, &wanted.role_arn)?;
                kept += 1;
            }
            false => {
                let role_arn = &wanted.role_arn;
                association::check_new(cx, cluster, namespace, service_account, role_arn)?;
                new += 1;
            }
        }
    }
    // Those that it owns and that are not asked for again make room.
    let mut freed = 0;
    if let Some(owner_arn) = owner_arn {
        let addon = cluster.addons.row(&offered.name);
        let ids = addon.iter().flat_map(|addon| &addon.associations);
        let found = ids.filter_map(|id| cluster.associations.find(Association::BY_ID, id));
        let owned = found.filter(|row| row.extras.owner_arn.as_deref() == Some(owner_arn));
        freed = owned.count() - kept;
    }
    association::check_quota(cx, cluster, new, freed)
}

/// Makes an add-on own exactly these associations; those that are new take their ids from `ids`.
pub(super) fn own(
    cluster: &mut Cluster,
    addon: &mut Addon,
    roles: Vec<OwnedRole>,
    ids: Vec<String>,
    now: Timestamp,
) {
    let is_wanted = |association: &Association| {
        roles
            .iter()
            .any(|wanted| wanted.service_account == association.service_account)
    };
    for_each_owned(cluster, &addon.associations, |associations, key| {
        if associations
            .row(key)
            .is_some_and(|association| !is_wanted(association))
        {
            associations.remove(key);
        }
    });
    let owner_arn = cluster.addon_arn(addon);
    let owned = roles.into_iter().zip(ids).map(|(wanted, id)| {
        let key = Association::key(&addon.namespace, &wanted.service_account);
        let kept = cluster.associations.update(&key, |association| {
            if association.role_arn != wanted.role_arn {
                association.role_arn.clone_from(&wanted.role_arn);
                association.modified = now;
            }
            association.id.clone()
        });
        kept.unwrap_or_else(|| {
            cluster.associations.put(Association {
                id: id.clone(),
                namespace: addon.namespace.clone(),
                service_account: wanted.service_account,
                role_arn: wanted.role_arn,
                extras: Extras::from(Extra {
                    owner_arn: Some(owner_arn.clone()),
                    ..Extra::NONE
                }),
                created: now,
                modified: now,
                request: None,
            });
            id
        })
    });
    addon.associations = owned.collect();
}

/// Visits the associations that an add-on owns, by their keys.
pub(super) fn for_each_owned(
    cluster: &mut Cluster,
    owned: &[String],
    mut visit: impl FnMut(&mut Table<Association>, &str),
) {
    for id in owned {
        let found = cluster.associations.find(Association::BY_ID, id);
        if let Some(found) = found {
            let key = Association::key(&found.namespace, &found.service_account);
            visit(&mut cluster.associations, &key);
        }
    }
}

/// The answer that holds one add-on.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    addon: View,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    addon_name: String,
    cluster_name: String,
    status: Phase,
    addon_version: String,
    health: Health,
    addon_arn: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    modified_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_account_role_arn: Option<String>,
    tags: Tags,
    publisher: &'static str,
    owner: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration_values: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pod_identity_associations: Vec<String>,
    namespace_config: NamespaceConfig,
}

#[derive(Debug, Serialize)]
struct Health {
    issues: [(); 0],
}

#[derive(Debug, Serialize)]
struct NamespaceConfig {
    namespace: String,
}

/// Who publishes and owns the add-ons of the catalogue.
pub(super) const PUBLISHER: &str = "eks";
pub(super) const OWNER: &str = "aws";

impl Output {
    pub(super) fn new(cluster: &Cluster, addon: &Addon, status: Phase) -> Self {
        let is_there = |id: &&String| cluster.associations.find(Association::BY_ID, id).is_some();
        let associations = addon.associations.iter().filter(is_there);
        let view = View {
            addon_name: addon.name.clone(),
            cluster_name: cluster.name.clone(),
            status,
            addon_version: addon.version.clone(),
            health: Health { issues: [] },
            addon_arn: cluster.addon_arn(addon),
            created_at: addon.created,
            modified_at: addon.modified,
            service_account_role_arn: addon.service_account_role_arn.clone(),
            tags: addon.tags.clone(),
            publisher: PUBLISHER,
            owner: OWNER,
            configuration_values: addon.configuration_values.clone(),
            pod_identity_associations: associations.map(|id| cluster.association_arn(id)).collect(),
            namespace_config: NamespaceConfig {
                namespace: addon.namespace.clone(),
            },
        };
        Self { addon: view }
    }
}
