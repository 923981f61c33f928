//! `Pod`: what the API server makes of one, and what becomes of it.
//!
//! No container runs here. A moment after its creation a pod is scheduled to the cluster's one node, runs and is ready; a
//! moment after its deletion it is gone, however long its grace period.

mod admission;
mod columns;
mod default;
mod life;
mod schema;
mod validate;

use serde_json::Value;

use super::super::kind::Kind;
use super::super::subresource::{self, Subresource};

/// Why commands that need a running container are refused.
const NO_CONTAINERS: &str =
    "pods run no containers on this server: there are no logs, and nothing to attach to";
/// Why evictions and the like are refused.
const NOT_KEPT: &str =
    "this server has no such part of pods: delete the pod, or change the pod itself";

/// The kind.
pub(crate) static POD: Kind = Kind {
    short_names: &["po"],
    categories: &["all"],
    columns: columns::COLUMNS,
    selectable: &[
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ],
    subresources: &[
        Subresource::missing("attach", NO_CONTAINERS),
        Subresource::missing("binding", NOT_KEPT),
        Subresource::missing("ephemeralcontainers", NOT_KEPT),
        Subresource::missing("eviction", NOT_KEPT),
        Subresource::missing("exec", NO_CONTAINERS),
        Subresource::missing("log", NO_CONTAINERS),
        Subresource::missing("portforward", NO_CONTAINERS),
        Subresource::missing("proxy", NO_CONTAINERS),
        Subresource::missing("resize", NOT_KEPT),
        subresource::STATUS,
    ],
    default: default::default,
    prepare: life::prepare,
    validate: validate::validate,
    consult: admission::consult,
    admit: admission::admit,
    grace: life::grace,
    shows_deleted: true,
    react: life::react,
    ..Kind::plain("Pod", "pods", "pod", &schema::POD)
};

/// The containers of a pod, those that run first before the others.
fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    lists()
        .filter_map(|list| pod["spec"][list].as_array())
        .flatten()
}

/// Where a pod's containers are listed.
fn lists() -> impl Iterator<Item = &'static str> {
    ["initContainers", "containers"].into_iter()
}

/// Does something to each container of a pod.
fn each_container(pod: &mut Value, mut change: impl FnMut(&mut Value)) {
    for list in lists() {
        if let Some(containers) = pod["spec"].get_mut(list).and_then(Value::as_array_mut) {
            containers.iter_mut().for_each(&mut change);
        }
    }
}
