//! What `kubectl get pods` prints.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::life::is_gated;
use crate::kubernetes::kind::Column;
use crate::kubernetes::table;

/// The columns, those of `-o wide` last.
pub(super) const COLUMNS: &[Column] = &[
    table::NAME,
    text(
        "Ready",
        "The aggregate readiness state of this pod for accepting traffic.",
        0,
        |pod, _| {
            let statuses = statuses(pod);
            let ready = statuses
                .iter()
                .filter(|status| status["ready"] == true)
                .count();
            json!(format!(
                "{ready}/{}",
                pod["spec"]["containers"].as_array().map_or(0, Vec::len)
            ))
        },
    ),
    text(
        "Status",
        "The aggregate status of the containers in this pod.",
        0,
        |pod, _| json!(summary(pod)),
    ),
    Column {
        ty: "string",
        ..text(
            "Restarts",
            "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
            0,
            |pod, _| {
                let restarts: i64 = statuses(pod)
                    .iter()
                    .filter_map(|status| status["restartCount"].as_i64())
                    .sum();
                json!(restarts.to_string())
            },
        )
    },
    table::AGE,
    text("IP", "podIP address allocated to the pod.", 1, |pod, _| {
        shown(&pod["status"]["podIP"])
    }),
    text(
        "Node",
        "NodeName indicates in which node this pod is scheduled.",
        1,
        |pod, _| shown(&pod["spec"]["nodeName"]),
    ),
    text(
        "Nominated Node",
        "nominatedNodeName is set only when this pod preempts other pods on the node.",
        1,
        |pod, _| shown(&pod["status"]["nominatedNodeName"]),
    ),
    text(
        "Readiness Gates",
        "If specified, all readiness gates will be evaluated for pod readiness.",
        1,
        |pod, _| {
            let Some(gates) = pod["spec"]["readinessGates"].as_array() else {
                return json!("<none>");
            };
            let holds = |gate: &Value| {
                let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
                conditions.into_iter().any(|condition| {
                    condition["type"] == gate["conditionType"] && condition["status"] == "True"
                })
            };
            json!(format!(
                "{}/{}",
                gates.iter().filter(|gate| holds(gate)).count(),
                gates.len()
            ))
        },
    ),
];

const fn text(
    name: &'static str,
    description: &'static str,
    priority: u8,
    cell: fn(&Value, Timestamp) -> Value,
) -> Column {
    Column {
        name,
        ty: "string",
        format: "",
        description,
        priority,
        cell,
    }
}

fn statuses(pod: &Value) -> &[Value] {
    pod["status"]["containerStatuses"]
        .as_array()
        .map_or(&[], Vec::as_slice)
}

fn shown(value: &Value) -> Value {
    json!(value.as_str().unwrap_or("<none>"))
}

/// The one word for how a pod fares.
fn summary(pod: &Value) -> &str {
    if !pod["metadata"]["deletionTimestamp"].is_null() {
        return "Terminating";
    }
    if is_gated(pod) {
        return "SchedulingGated";
    }
    let waiting = statuses(pod)
        .iter()
        .find_map(|status| status["state"]["waiting"]["reason"].as_str());
    let reason = pod["status"]["reason"].as_str();
    waiting
        .or(reason)
        .or(pod["status"]["phase"].as_str())
        .unwrap_or_default()
}
