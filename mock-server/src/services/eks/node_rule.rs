//! What EKS demands of the settings of a node group, taken together.

use serde_json::{Map, Value};
use thiserror::Error;

use super::nodegroup::Sizes;
use super::{Cause, version};
use crate::state::eks::merge;

/// The greatest length of a node group's name.
const MAX_NAME_LENGTH: usize = 63;
/// What the labels of EKS and Kubernetes begin with.
const RESERVED_LABELS: [&str; 3] = ["kubernetes.io/", "k8s.io/", "eks.amazonaws.com/"];

/// Two ways to say how many nodes, of which a group has one: the member that holds them, and their names.
const ALTERNATIVES: [(&str, [&str; 2], NodeRule); 3] = [
    (
        "updateConfig",
        ["maxUnavailable", "maxUnavailablePercentage"],
        NodeRule::TwoUpdateLimits,
    ),
    (
        "nodeRepairConfig",
        [
            "maxUnhealthyNodeThresholdCount",
            "maxUnhealthyNodeThresholdPercentage",
        ],
        NodeRule::TwoRepairLimits,
    ),
    (
        "nodeRepairConfig",
        [
            "maxParallelNodesRepairedCount",
            "maxParallelNodesRepairedPercentage",
        ],
        NodeRule::TwoRepairLimits,
    ),
];

/// A rule for node groups, in AWS's words but for those about subnets and about updates of launch templates.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NodeRule {
    #[error("nodeGroupName can't be longer than {MAX_NAME_LENGTH} characters!")]
    LongName,
    #[error("The parameter subnets should have at least one subnet.")]
    NoSubnets,
    /// A size of a new group that is greater than the next one.
    #[error("{0} can't be greater than {1}")]
    Sizes(&'static str, &'static str),
    /// The smallest size of a group that is updated, and the desired one.
    #[error("Minimum capacity {0} can't be greater than desired size {1}")]
    Minimum(i64, i64),
    /// The desired size of a group that is updated, and the greatest one.
    #[error("desired capacity {0} can't be greater than max size {1}")]
    Maximum(i64, i64),
    #[error("UpdateConfig cannot be empty if set in the request.")]
    EmptyUpdateConfig,
    #[error("Either provide max-unavailable or max-unavailable-percentage in the request.")]
    TwoUpdateLimits,
    #[error("max-unavailable must be within the range 1 and max size of the node group")]
    TooManyUnavailable,
    /// EKS says this of both pairs of limits.
    #[error("Either provide max parallel nodes to repair count or percentage in the request.")]
    TwoRepairLimits,
    #[error(
        "Either a launch template ID or a launch template name must be specified in the request."
    )]
    UnnamedTemplate,
    #[error("Either provide launch template ID or launch template name in the request.")]
    TwiceNamedTemplate,
    #[error("Disk size must be specified within the launch template.")]
    DiskBesideTemplate,
    #[error("Remote access configuration cannot be specified with a launch template.")]
    AccessBesideTemplate,
    #[error("Launch template details can't be null for Custom ami type node group")]
    CustomImage,
    #[error("A node group that was created without a launch template cannot be updated with one.")]
    NoTemplate,
    #[error(
        "The launch template of a node group can have another version, but cannot be another one."
    )]
    OtherTemplate,
    #[error("Label cannot start with reserved prefixes [{}]", RESERVED_LABELS.join(", "))]
    ReservedLabel,
    /// The version of the cluster, and those that its nodes can have.
    #[error(
        "Cluster Kubernetes version {0} supports the following Nodegroup Kubernetes versions: [{1}]"
    )]
    Version(String, String),
    /// The version of an image, and the one of Kubernetes that it does not go with.
    #[error("Requested release version {0} is not valid for kubernetes version {1}.")]
    Release(String, String),
}

impl From<NodeRule> for Cause {
    fn from(rule: NodeRule) -> Self {
        Self::InvalidNodegroup(rule)
    }
}

/// Checks name and settings of a new group.
pub(super) fn check_new(name: &str, settings: &Map<String, Value>) -> Result<(), NodeRule> {
    if name.len() > MAX_NAME_LENGTH {
        return Err(NodeRule::LongName);
    }
    let subnets = settings.get("subnets").and_then(Value::as_array);
    if subnets.is_none_or(Vec::is_empty) {
        return Err(NodeRule::NoSubnets);
    }
    let sizes = Sizes::of(settings);
    if sizes.minimum > sizes.desired {
        return Err(NodeRule::Sizes("minSize", "desiredSize"));
    }
    if sizes.desired > sizes.maximum {
        return Err(NodeRule::Sizes("desiredSize", "maxSize"));
    }
    check_limits(settings, sizes.maximum)?;
    check_template(settings)?;
    let labels = settings.get("labels").and_then(Value::as_object);
    check_labels(labels.into_iter().flat_map(Map::keys))
}

/// Checks settings that a group is to get, and those that it will have with them: sizes that are not
/// mentioned stay as they are.
pub(super) fn check_changed(
    asked: &Map<String, Value>,
    changed: &Map<String, Value>,
) -> Result<(), NodeRule> {
    let sizes = Sizes::of(changed);
    if sizes.minimum > sizes.desired {
        return Err(NodeRule::Minimum(sizes.minimum, sizes.desired));
    }
    if sizes.desired > sizes.maximum {
        return Err(NodeRule::Maximum(sizes.desired, sizes.maximum));
    }
    check_limits(asked, sizes.maximum)
}

/// Checks the labels that a caller asks for.
pub(super) fn check_labels<'k>(mut keys: impl Iterator<Item = &'k String>) -> Result<(), NodeRule> {
    let is_reserved = |key: &String| RESERVED_LABELS.iter().any(|start| key.starts_with(start));
    match keys.any(is_reserved) {
        true => Err(NodeRule::ReservedLabel),
        false => Ok(()),
    }
}

/// Checks the version that the nodes of a new group are to have: the cluster's, or an older one that still
/// works with it.
pub(super) fn check_version(wanted: &str, cluster: &str) -> Result<(), NodeRule> {
    let newest = version::minor(cluster).unwrap_or_default();
    let oldest = newest.saturating_sub(version::NODES_BEHIND);
    let supported = (oldest..=newest).rev().map(|minor| format!("1.{minor}"));
    let supported: Vec<_> = supported.collect();
    match supported.iter().any(|version| version == wanted) {
        true => Ok(()),
        false => Err(NodeRule::Version(cluster.to_owned(), supported.join(", "))),
    }
}

/// Checks the version of the nodes' image. Those of Amazon Linux begin with their version of Kubernetes;
/// Bottlerocket, Windows and images of launch templates have numbers of their own.
pub(super) fn check_release(
    release: &str,
    version: &str,
    image: Option<&str>,
) -> Result<(), NodeRule> {
    let is_numbered = image.is_some_and(|image| image.starts_with("AL"));
    let patch = release.strip_prefix(version);
    match !is_numbered || patch.is_some_and(|patch| patch.starts_with('.')) {
        true => Ok(()),
        false => Err(NodeRule::Release(release.to_owned(), version.to_owned())),
    }
}

/// The launch template that a group with this one gets by an update. Another version is all that can change;
/// without one, it is the template's default.
pub(super) fn changed_template(
    asked: &Value,
    settings: &Map<String, Value>,
) -> Result<Value, NodeRule> {
    check_template_name(asked)?;
    let Some(old) = given(settings, "launchTemplate") else {
        return Err(NodeRule::NoTemplate);
    };
    let differs = |name| match (asked.get(name), old.get(name)) {
        (Some(asked), Some(old)) => asked != old,
        _ => false,
    };
    if differs("id") || differs("name") {
        return Err(NodeRule::OtherTemplate);
    }
    let mut old = old.clone();
    if let Value::Object(members) = &mut old {
        members.remove("version");
    }
    Ok(merge(asked.clone(), old))
}

/// Settings with what is missing in them taken from others, but for the other one of two alternatives.
pub(super) fn completed(
    settings: Map<String, Value>,
    mut others: Map<String, Value>,
) -> Map<String, Value> {
    for (member, names, _) in ALTERNATIVES {
        let chosen = settings.get(member).and_then(Value::as_object);
        let has_chosen =
            chosen.is_some_and(|chosen| names.iter().any(|name| given(chosen, name).is_some()));
        if let Some(Value::Object(other)) = others.get_mut(member).filter(|_| has_chosen) {
            other.retain(|name, _| !names.contains(&name.as_str()));
        }
    }
    for (name, value) in settings {
        let other = others.remove(&name).unwrap_or_default();
        others.insert(name, merge(value, other));
    }
    others
}

fn check_limits(asked: &Map<String, Value>, max_size: i64) -> Result<(), NodeRule> {
    let member = |name| asked.get(name).and_then(Value::as_object);
    let update = member("updateConfig");
    if update.is_some_and(|config| config.values().all(Value::is_null)) {
        return Err(NodeRule::EmptyUpdateConfig);
    }
    for (name, names, rule) in ALTERNATIVES {
        let has_all = |limits| names.iter().all(|name| given(limits, name).is_some());
        if member(name).is_some_and(has_all) {
            return Err(rule);
        }
    }
    let unavailable = update.and_then(|config| config.get("maxUnavailable")?.as_i64());
    match unavailable.is_some_and(|nodes| nodes > max_size) {
        true => Err(NodeRule::TooManyUnavailable),
        false => Ok(()),
    }
}

fn check_template(settings: &Map<String, Value>) -> Result<(), NodeRule> {
    let Some(template) = given(settings, "launchTemplate") else {
        let is_custom = settings.get("amiType").is_some_and(|kind| kind == "CUSTOM");
        return match is_custom {
            true => Err(NodeRule::CustomImage),
            false => Ok(()),
        };
    };
    check_template_name(template)?;
    if given(settings, "diskSize").is_some() {
        return Err(NodeRule::DiskBesideTemplate);
    }
    match given(settings, "remoteAccess") {
        Some(_) => Err(NodeRule::AccessBesideTemplate),
        None => Ok(()),
    }
}

fn check_template_name(template: &Value) -> Result<(), NodeRule> {
    let has = |name| template.get(name).is_some_and(Value::is_string);
    match (has("id"), has("name")) {
        (true, true) => Err(NodeRule::TwiceNamedTemplate),
        (false, false) => Err(NodeRule::UnnamedTemplate),
        _ => Ok(()),
    }
}

fn given<'v>(settings: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    settings.get(name).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    #[test]
    fn of_two_alternatives_the_chosen_one_replaces_the_other() {
        let old =
            map(json!({ "updateConfig": { "maxUnavailable": 1, "updateStrategy": "MINIMAL" } }));
        let asked = map(json!({ "updateConfig": { "maxUnavailablePercentage": 50 } }));
        let expected = json!({ "maxUnavailablePercentage": 50, "updateStrategy": "MINIMAL" });
        assert_eq!(completed(asked, old.clone())["updateConfig"], expected);
        let asked = map(json!({ "updateConfig": { "updateStrategy": "DEFAULT" } }));
        let expected = json!({ "maxUnavailable": 1, "updateStrategy": "DEFAULT" });
        assert_eq!(completed(asked, old)["updateConfig"], expected);
    }

    #[test]
    fn images_of_amazon_linux_go_with_their_version_of_kubernetes() {
        let amazon_linux = Some("AL2023_x86_64_STANDARD");
        assert!(check_release("1.33.4-20260101", "1.33", amazon_linux).is_ok());
        assert!(check_release("1.33.4-20260101", "1.3", amazon_linux).is_err());
        assert!(check_release("1.20.3-5d9ac849", "1.33", Some("BOTTLEROCKET_x86_64")).is_ok());
        assert!(check_release("anything", "1.33", None).is_ok());
    }
}
