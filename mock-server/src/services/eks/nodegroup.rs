//! Node groups: how they are found, and how they look in answers. No node of theirs exists.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Cause, EksError, cluster, node_rule};
use crate::clock::epoch_seconds;
use crate::state::eks::{Cluster, Nodegroup, Phase, Tags};
use crate::store::Context;

/// A node group and its cluster.
pub(super) fn find<'c>(
    cx: &'c Context,
    cluster_name: &str,
    name: &str,
) -> Result<(&'c Cluster, &'c Nodegroup), EksError> {
    let cluster = cluster::find(cx, cluster_name)?;
    match cluster.nodegroups.row(name) {
        Some(nodegroup) => Ok((cluster, nodegroup)),
        None => Err(refuse(
            Cause::NodegroupNotFound(name.to_owned()),
            cluster_name,
            name,
        )),
    }
}

/// The error of a cause that is about a node group.
pub(super) fn refuse(cause: Cause, cluster_name: &str, name: &str) -> EksError {
    cause.in_cluster(cluster_name).about("nodegroupName", name)
}

/// The version of the nodes' image that goes with a version of Kubernetes.
pub(super) fn release_version(version: &str) -> String {
    format!("{version}.0-20260101")
}

/// How many nodes a group has: at least, at will, and at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) minimum: i64,
    pub(super) desired: i64,
    pub(super) maximum: i64,
}

impl Sizes {
    /// Of a group whose creator says nothing.
    const DEFAULT: Self = Self {
        minimum: 1,
        desired: 2,
        maximum: 2,
    };

    /// Of a group with these settings.
    pub(super) fn of(settings: &Map<String, Value>) -> Self {
        let size = |name, default| {
            let scaling = settings.get("scalingConfig");
            let size = scaling.and_then(|scaling| scaling.get(name)?.as_i64());
            size.unwrap_or(default)
        };
        Self {
            minimum: size("minSize", Self::DEFAULT.minimum),
            desired: size("desiredSize", Self::DEFAULT.desired),
            maximum: size("maxSize", Self::DEFAULT.maximum),
        }
    }
}

/// The image of nodes without another, and without a launch template that may have one.
const DEFAULT_IMAGE: &str = "AL2023_x86_64_STANDARD";

/// The kind of image that the nodes of a group with these settings have, unless only a launch template knows.
pub(super) fn image(settings: &Map<String, Value>) -> Option<&str> {
    let asked = settings.get("amiType").and_then(Value::as_str);
    asked.or_else(|| (!settings.contains_key("launchTemplate")).then_some(DEFAULT_IMAGE))
}

/// What EKS sets where the caller of CreateNodegroup does not (API reference of CreateNodegroup).
pub(super) fn with_defaults(settings: Map<String, Value>) -> Map<String, Value> {
    let sizes = Sizes::DEFAULT;
    let mut defaults = vec![
        ("capacityType", json!("ON_DEMAND")),
        (
            "scalingConfig",
            json!({
                "minSize": sizes.minimum,
                "maxSize": sizes.maximum,
                "desiredSize": sizes.desired,
            }),
        ),
        ("updateConfig", json!({ "maxUnavailable": 1 })),
    ];
    if !settings.contains_key("launchTemplate") {
        defaults.extend([
            ("amiType", json!(DEFAULT_IMAGE)),
            ("diskSize", json!(20)),
            ("instanceTypes", json!(["t3.medium"])),
        ]);
    }
    let defaults = defaults.into_iter();
    let defaults = defaults.map(|(name, value)| (name.to_owned(), value));
    node_rule::completed(settings, defaults.collect())
}

/// The answer that holds one node group.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    nodegroup: View,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    nodegroup_name: String,
    nodegroup_arn: String,
    cluster_name: String,
    version: String,
    release_version: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    modified_at: Timestamp,
    status: Phase,
    health: Health,
    resources: Resources,
    tags: Tags,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct Health {
    issues: [(); 0],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Resources {
    auto_scaling_groups: [AutoScalingGroup; 1],
}

#[derive(Debug, Serialize)]
struct AutoScalingGroup {
    name: String,
}

impl Output {
    pub(super) fn new(cluster: &Cluster, nodegroup: &Nodegroup, status: Phase) -> Self {
        let (name, id) = (&nodegroup.name, &nodegroup.id);
        let group = AutoScalingGroup {
            name: format!("eks-{name}-{id}"),
        };
        let view = View {
            nodegroup_name: name.clone(),
            nodegroup_arn: cluster.arn_of("nodegroup", &format!("{name}/{id}")),
            cluster_name: cluster.name.clone(),
            version: nodegroup.version.clone(),
            release_version: nodegroup.release_version.clone(),
            created_at: nodegroup.created,
            modified_at: nodegroup.modified,
            status,
            health: Health { issues: [] },
            resources: Resources {
                auto_scaling_groups: [group],
            },
            tags: nodegroup.tags.clone(),
            settings: nodegroup.settings.clone(),
        };
        Self { nodegroup: view }
    }
}
