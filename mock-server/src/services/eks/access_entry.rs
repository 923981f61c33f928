//! Access entries: what EKS demands of them, how they are found, and how they look in answers.

use jiff::Timestamp;
use podpass_policy::Arn;
use serde::Serialize;

use super::access_rule::AccessRule;
use super::{Cause, EksError, cluster};
use crate::clock::epoch_seconds;
use crate::propagation::Propagation;
use crate::state::eks::{AccessEntry, Cluster, Tags};
use crate::store::Context;

/// The type of entries for people and workloads, which alone can be shaped.
pub(super) const STANDARD: &str = "STANDARD";
/// The type of entries for the nodes of Auto Mode, which alone of nodes' have access policies.
const AUTO_MODE: &str = "EC2";

/// What the entry of a node has, by type: username and group.
const NODES: [(&str, &str, &str); 6] = [
    (
        AUTO_MODE,
        "system:node:{{EC2PrivateDNSName}}",
        "system:nodes",
    ),
    (
        "EC2_LINUX",
        "system:node:{{EC2PrivateDNSName}}",
        "system:nodes",
    ),
    (
        "EC2_WINDOWS",
        "system:node:{{EC2PrivateDNSName}}",
        "system:nodes",
    ),
    (
        "FARGATE_LINUX",
        "system:node:{{SessionName}}",
        "system:nodes",
    ),
    (
        "HYBRID_LINUX",
        "system:node:{{SessionName}}",
        "system:nodes",
    ),
    (
        "HYPERPOD_LINUX",
        "system:node:{{SessionName}}",
        "system:nodes",
    ),
];

/// The access policies that AWS has for clusters (EKS User Guide, "Review access policy permissions").
pub(super) const POLICIES: [&str; 19] = [
    "AmazonAIOpsAssistantPolicy",
    "AmazonARCRegionSwitchScalingPolicy",
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSBlockStorageClusterPolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSClusterInsightsPolicy",
    "AmazonEKSComputeClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSHybridPolicy",
    "AmazonEKSLoadBalancingClusterPolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingClusterPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
];

/// The ARN of an access policy.
pub(super) fn policy_arn(cx: &Context, name: &str) -> String {
    format!(
        "arn:{}:eks::aws:cluster-access-policy/{name}",
        cx.partition()
    )
}

/// A cluster whose access is managed by entries.
pub(super) fn cluster<'c>(cx: &'c Context, name: &str) -> Result<&'c Cluster, EksError> {
    let cluster = cluster::find(cx, name)?;
    let config = cluster.settings.get("accessConfig");
    let mode = config.and_then(|config| config.get("authenticationMode")?.as_str());
    match mode {
        Some("CONFIG_MAP") => Err(Cause::ConfigMapOnly.in_cluster(name)),
        _ => Ok(cluster),
    }
}

/// An access entry and its cluster.
pub(super) fn find<'c>(
    cx: &'c Context,
    cluster_name: &str,
    principal_arn: &str,
) -> Result<(&'c Cluster, &'c AccessEntry), EksError> {
    let cluster = cluster(cx, cluster_name)?;
    match cluster.access_entries.row(principal_arn) {
        Some(entry) => Ok((cluster, entry)),
        None => Err(Cause::AccessEntryNotFound.in_cluster(cluster_name)),
    }
}

/// Reads the ARN of a user or a role for an entry of this type; roles of the caller's own account have to
/// exist, and nodes have no others.
pub(super) fn principal(cx: &Context, text: &str, kind: &str) -> Result<Arn, AccessRule> {
    let arn: Arn = text.parse().map_err(|_| AccessRule::Principal)?;
    if arn.resource().starts_with("role/aws-service-role/") {
        return Err(AccessRule::ServiceLinkedRole);
    }
    let is_principal = arn.service() == "iam" && matches!(arn.resource_type(), "role" | "user");
    let is_own = arn.account() == cx.account().to_string();
    if is_principal && NODES.iter().any(|(node, ..)| *node == kind) {
        if !arn.is_role() {
            return Err(AccessRule::NodeUser);
        }
        if !is_own {
            return Err(AccessRule::NodeOfOtherAccount);
        }
    }
    let role = || cx.iam_seen(Propagation::IamToEks).role_by_arn(text);
    match is_principal && !(arn.is_role() && is_own && role().is_none()) {
        true => Ok(arn),
        false => Err(AccessRule::Principal),
    }
}

/// Whether an entry of this type can have access policies.
pub(super) fn takes_policies(kind: &str) -> bool {
    matches!(kind, STANDARD | AUTO_MODE)
}

/// Username and groups of an entry for which the caller asks for none.
pub(super) fn defaults(kind: &str, principal: &Arn) -> Result<(String, Vec<String>), AccessRule> {
    if let Some((_, username, group)) = NODES.iter().find(|(node, ..)| *node == kind) {
        return Ok(((*username).to_owned(), vec![(*group).to_owned()]));
    }
    if kind != STANDARD {
        return Err(AccessRule::UnknownType(kind.to_owned()));
    }
    let (partition, account, name) = (
        principal.partition(),
        principal.account(),
        principal.resource_name(),
    );
    let username = match principal.is_role() {
        true => format!("arn:{partition}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"),
        false => principal.to_string(),
    };
    Ok((username, Vec::new()))
}

/// The answer that holds one access entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    access_entry: View,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    cluster_name: String,
    principal_arn: String,
    kubernetes_groups: Vec<String>,
    access_entry_arn: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    modified_at: Timestamp,
    tags: Tags,
    username: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Output {
    pub(super) fn new(cluster: &Cluster, entry: &AccessEntry) -> Self {
        let view = View {
            cluster_name: cluster.name.clone(),
            principal_arn: entry.principal_arn.clone(),
            kubernetes_groups: entry.groups.clone(),
            access_entry_arn: arn(cluster, entry),
            created_at: entry.created,
            modified_at: entry.modified,
            tags: entry.tags.clone(),
            username: entry.username.clone(),
            kind: entry.kind.clone(),
        };
        Self { access_entry: view }
    }
}

/// The ARN of an entry.
fn arn(cluster: &Cluster, entry: &AccessEntry) -> String {
    cluster.arn_of(
        "access-entry",
        &principal_path(&entry.principal_arn, &entry.id),
    )
}

/// How ARNs of entries end: with kind, account and name of the principal, without its path, and the id.
pub(super) fn principal_path(principal_arn: &str, id: &str) -> String {
    let mut parts = principal_arn.splitn(6, ':').skip(4);
    let account = parts.next().unwrap_or_default();
    let resource = parts.next().unwrap_or_default();
    let kind = resource.split('/').next().unwrap_or_default();
    let name = resource.rsplit('/').next().unwrap_or_default();
    format!("{kind}/{account}/{name}/{id}")
}
