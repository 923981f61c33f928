//! Associations: what EKS demands of their members, how they are found, and how they look in answers.

use jiff::Timestamp;
use podpass_policy::{DocumentKind, validate};
use serde::Serialize;

use super::{Cause, EksError, cluster, role};
use crate::clock::epoch_seconds;
use crate::propagation::Propagation;
use crate::quota::Quota;
use crate::state::eks::{Association, Cluster, Tags};
use crate::store::Context;

/// The length of an association id: `a-` and 17 characters.
const ID_LENGTH: usize = 19;
/// The greatest length of a session policy, in characters.
const MAX_POLICY_LENGTH: usize = 2_048;
/// A DNS label, as Kubernetes names namespaces: the pattern that EKS prints, and the greatest length.
const LABEL: (&str, usize) = ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", 63);
/// A DNS subdomain, as Kubernetes names service accounts.
const SUBDOMAIN: (&str, usize) = (
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    253,
);

/// Checks a new association's names; that they exist in the cluster is not needed.
pub(super) fn check_names(namespace: &str, service_account: &str) -> Result<(), Cause> {
    check_name("namespace", namespace, LABEL, is_label)?;
    check_name("serviceAccount", service_account, SUBDOMAIN, |name| {
        name.split('.').all(is_label)
    })
}

fn check_name(
    parameter: &'static str,
    name: &str,
    (pattern, limit): (&'static str, usize),
    matches: impl Fn(&str) -> bool,
) -> Result<(), Cause> {
    if !matches(name) {
        return Err(Cause::InvalidCharacters(parameter, pattern));
    }
    match name.len() > limit {
        true => Err(Cause::TooLong(parameter, limit)),
        false => Ok(()),
    }
}

/// Whether a namespace can have this name.
pub(super) fn is_namespace(name: &str) -> bool {
    is_label(name) && name.len() <= LABEL.1
}

fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Checks the form of an association id.
pub(super) fn check_id(id: &str) -> Result<(), Cause> {
    match id.chars().count() {
        ID_LENGTH => Ok(()),
        _ => Err(Cause::AssociationIdLength),
    }
}

/// Checks a session policy.
pub(super) fn check_policy(policy: &str) -> Result<(), Cause> {
    if policy.chars().count() > MAX_POLICY_LENGTH {
        return Err(Cause::TooLong("policy", MAX_POLICY_LENGTH));
    }
    validate(policy, DocumentKind::Session)
        .map(drop)
        .map_err(Cause::InvalidPolicy)
}

/// An association and its cluster.
pub(super) fn find<'c>(
    cx: &'c Context,
    cluster_name: &str,
    id: &str,
) -> Result<(&'c Cluster, &'c Association), EksError> {
    let cluster = cluster::find(cx, cluster_name)?;
    match cluster.associations.find(Association::BY_ID, id) {
        Some(association) => Ok((cluster, association)),
        None => Err(Cause::AssociationNotFound(id.to_owned()).in_cluster(cluster_name)),
    }
}

/// Whether a cluster can take a new association.
pub(super) fn admit(
    cx: &Context,
    cluster: &Cluster,
    namespace: &str,
    service_account: &str,
    role_arn: &str,
) -> Result<(), Cause> {
    cluster::check_there(cx, cluster)?;
    check_new(cx, cluster, namespace, service_account, role_arn)?;
    check_quota(cx, cluster, 1, 0)
}

/// Checks role and service account of a new association.
pub(super) fn check_new(
    cx: &Context,
    cluster: &Cluster,
    namespace: &str,
    service_account: &str,
    role_arn: &str,
) -> Result<(), Cause> {
    role::check(cx, role_arn)?;
    let key = Association::key(namespace, service_account);
    if let Some(existing) = cluster.associations.row(&key) {
        return Err(Cause::AssociationExists(existing.id.clone()));
    }
    let moment = cx.moment(Propagation::DeleteToCreate);
    match cluster.associations.removed_since(&key, moment) {
        Some(former) => Err(Cause::AssociationExists(former.id.clone())),
        None => Ok(()),
    }
}

/// Whether there is room for so many new associations, when so many others go.
pub(super) fn check_quota(
    cx: &Context,
    cluster: &Cluster,
    new: usize,
    freed: usize,
) -> Result<(), Cause> {
    let limit = cx.quota(Quota::AssociationsPerCluster);
    match new > freed && cluster.associations.len() + new > limit + freed {
        true => Err(Cause::AssociationQuota(limit)),
        false => Ok(()),
    }
}

/// The answer that holds one association.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    association: View,
}

/// An association with all its members; those without a value are left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    #[serde(flatten)]
    summary: Summary,
    role_arn: String,
    tags: Tags,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    modified_at: Timestamp,
    disable_session_tags: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
}

/// An association as lists show it, which is not much.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    cluster_name: String,
    namespace: String,
    service_account: String,
    association_arn: String,
    association_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_arn: Option<String>,
}

impl Summary {
    pub(super) fn new(cluster: &Cluster, association: &Association) -> Self {
        Self {
            cluster_name: cluster.name.clone(),
            namespace: association.namespace.clone(),
            service_account: association.service_account.clone(),
            association_arn: cluster.association_arn(&association.id),
            association_id: association.id.clone(),
            owner_arn: association.extras.owner_arn.clone(),
        }
    }
}

impl Output {
    pub(super) fn new(cluster: &Cluster, association: &Association) -> Self {
        let view = View {
            summary: Summary::new(cluster, association),
            role_arn: association.role_arn.clone(),
            tags: association.extras.tags.clone(),
            created_at: association.created,
            modified_at: association.modified,
            disable_session_tags: association.extras.disable_session_tags,
            target_role_arn: association.extras.target_role_arn.clone(),
            external_id: cluster.external_id(association),
            policy: association.extras.policy.clone(),
        };
        Self { association: view }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_a_label_and_a_service_account_a_subdomain() {
        assert_eq!(check_names("default", "my.service-account"), Ok(()));
        assert_eq!(
            check_names("my.namespace", "a"),
            Err(Cause::InvalidCharacters("namespace", LABEL.0))
        );
        for wrong in ["", "A", "a_b", "-a", "a-", "a..b", "a.", "*", "ä"] {
            assert_eq!(
                check_names("default", wrong),
                Err(Cause::InvalidCharacters("serviceAccount", SUBDOMAIN.0)),
                "{wrong}"
            );
        }
        assert_eq!(check_names(&"a".repeat(63), &"a".repeat(253)), Ok(()));
        assert_eq!(
            check_names(&"a".repeat(64), "a"),
            Err(Cause::TooLong("namespace", 63))
        );
    }
}
