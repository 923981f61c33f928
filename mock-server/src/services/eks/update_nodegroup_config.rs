use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::update::{self, Output, Status};
use super::{
    Cause, Eks, EksError, cluster, members, node_rule, node_settings, nodegroup, permission,
};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Params, Updated};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, Member, Shape};

/// Changes settings of a node group.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateNodegroupConfig {
    #[serde(rename = "name")]
    cluster_name: String,
    nodegroup_name: String,
    #[serde(default)]
    labels: Labels,
    #[serde(default)]
    taints: Taints,
    client_request_token: Option<String>,
    /// The settings that new ones are put over.
    #[serde(flatten)]
    settings: Map<String, Value>,
}

#[derive(Debug, Default, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Labels {
    #[serde(default)]
    add_or_update_labels: BTreeMap<String, String>,
    #[serde(default)]
    remove_labels: Vec<String>,
}

#[derive(Debug, Default, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Taints {
    #[serde(default)]
    add_or_update_taints: Vec<Value>,
    #[serde(default)]
    remove_taints: Vec<Value>,
}

impl Operation for UpdateNodegroupConfig {
    const NAME: &'static str = "UpdateNodegroupConfig";
    const ROUTE: Route = Route::post("/clusters/{name}/node-groups/{nodegroupName}/update-config");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::NODEGROUP_NAME,
        Member::new(
            "labels",
            Shape::Structure(&[
                Member::new("addOrUpdateLabels", node_settings::LABELS),
                Member::new("removeLabels", members::TEXTS),
            ]),
        ),
        Member::new(
            "taints",
            Shape::Structure(&[
                Member::new("addOrUpdateTaints", node_settings::TAINTS),
                Member::new("removeTaints", node_settings::TAINTS),
            ]),
        ),
        node_settings::SCALING_CONFIG,
        node_settings::UPDATE_CONFIG,
        node_settings::NODE_REPAIR_CONFIG,
        node_settings::WARM_POOL_CONFIG,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_nodegroup::<Self>(
            cx,
            &self.cluster_name,
            &self.nodegroup_name,
        )]
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        validation::keep_known(Self::INPUT, &mut self.settings);
        Ok(())
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, old) = nodegroup::find(cx, &self.cluster_name, &self.nodegroup_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let updated = Updated::Nodegroup(self.nodegroup_name.clone());
        let repeated = update::repeated(cx, cluster, &updated, "ConfigUpdate", request);
        if let Some(output) = repeated.map_err(|cause| self.refuse(cause))? {
            return Ok(output);
        }
        let params = self.params();
        let mut new = old.clone();
        new.settings = node_rule::completed(self.settings.clone(), new.settings);
        node_rule::check_changed(&self.settings, &new.settings)
            .and_then(|()| node_rule::check_labels(self.labels.add_or_update_labels.keys()))
            .map_err(|rule| self.refuse(rule.into()))?;
        self.labels.apply(&mut new.settings);
        self.taints.apply(&mut new.settings);
        new.modified = cx.now;

        let update = update::new(cx, updated, "ConfigUpdate", params, request);
        let output = Output::new(&update, Status::InProgress);
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.nodegroups.put(new);
            cluster.record(update);
        })?;
        Ok(output)
    }
}

/// The kinds of what an update changes, each with the structure and the member that say to what.
const SETTINGS: [(&str, &str, &str); 7] = [
    ("MinSize", "scalingConfig", "minSize"),
    ("MaxSize", "scalingConfig", "maxSize"),
    ("DesiredSize", "scalingConfig", "desiredSize"),
    ("MaxUnavailable", "updateConfig", "maxUnavailable"),
    (
        "MaxUnavailablePercentage",
        "updateConfig",
        "maxUnavailablePercentage",
    ),
    ("UpdateStrategy", "updateConfig", "updateStrategy"),
    ("NodeRepairEnabled", "nodeRepairConfig", "enabled"),
];

impl UpdateNodegroupConfig {
    fn refuse(&self, cause: Cause) -> EksError {
        nodegroup::refuse(cause, &self.cluster_name, &self.nodegroup_name)
    }

    fn params(&self) -> Params {
        let (labels, taints) = (&self.labels, &self.taints);
        let lists = [
            ("LabelsToAdd", json!(labels.add_or_update_labels)),
            ("LabelsToRemove", json!(labels.remove_labels)),
            ("TaintsToAdd", json!(taints.add_or_update_taints)),
            ("TaintsToRemove", json!(taints.remove_taints)),
        ];
        let is_given = |value: &Value| match value {
            Value::Array(list) => !list.is_empty(),
            Value::Object(map) => !map.is_empty(),
            _ => false,
        };
        let lists = lists.into_iter().filter(|(_, value)| is_given(value));
        let settings = SETTINGS.iter().filter_map(|(kind, structure, name)| {
            let value = self.settings.get(*structure)?.get(*name)?;
            Some((*kind, value.clone()))
        });
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        lists
            .chain(settings)
            .map(|(kind, value)| (kind, text(value)))
            .collect()
    }
}

impl Labels {
    fn apply(self, settings: &mut Map<String, Value>) {
        let mut labels = match settings.remove("labels") {
            Some(Value::Object(labels)) => labels,
            _ => Map::new(),
        };
        labels.retain(|name, _| !self.remove_labels.contains(name));
        let added = self.add_or_update_labels.into_iter();
        labels.extend(added.map(|(name, value)| (name, Value::String(value))));
        settings.insert("labels".to_owned(), Value::Object(labels));
    }
}

impl Taints {
    /// A taint is told from others by its key and effect.
    fn apply(self, settings: &mut Map<String, Value>) {
        let mut taints = match settings.remove("taints") {
            Some(Value::Array(taints)) => taints,
            _ => Vec::new(),
        };
        let is_same = |a: &Value, b: &Value| {
            ["key", "effect"]
                .iter()
                .all(|name| a.get(name) == b.get(name))
        };
        taints.retain(|taint| {
            let mut replaced = self.remove_taints.iter().chain(&self.add_or_update_taints);
            !replaced.any(|other| is_same(taint, other))
        });
        taints.extend(self.add_or_update_taints);
        settings.insert("taints".to_owned(), Value::Array(taints));
    }
}
