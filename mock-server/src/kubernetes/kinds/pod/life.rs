//! What scheduler and kubelet do about pods.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::POD;
use super::containers;
use crate::kubernetes::writer::{Writer, is_held};
use crate::state::kubernetes::{Change, Key};

/// The node that all pods run on.
const NODE: &str = "ip-10-0-0-1.ec2.internal";
/// Its address.
const NODE_ADDRESS: &str = "10.0.0.1";

/// Gives a new pod the status that it begins with.
pub(super) fn prepare(pod: &mut Value, old: Option<&Value>) {
    if old.is_none() {
        pod["status"] = json!({ "phase": "Pending", "qosClass": quality_of_service(pod) });
    }
}

/// The seconds between a pod's deletion and its end: what the caller says, or else the pod. What no node runs goes at once.
pub(super) fn grace(pod: &Value, asked: Option<i64>) -> i64 {
    let phase = pod["status"]["phase"].as_str().unwrap_or_default();
    let runs = pod["spec"]["nodeName"].is_string() && !matches!(phase, "Succeeded" | "Failed");
    let own = pod["spec"]["terminationGracePeriodSeconds"].as_i64();
    match asked.or(own) {
        Some(seconds) if runs => seconds.max(0),
        _ => 0,
    }
}

/// Whether somebody keeps the pod from being scheduled.
pub(super) fn is_gated(pod: &Value) -> bool {
    let gates = pod["spec"]["schedulingGates"].as_array();
    gates.is_some_and(|gates| !gates.is_empty())
}

/// Starts pods that are new, or free to run, and ends those that are deleted.
pub(super) fn react(writer: &mut Writer<'_>, change: &Change) {
    let Some(after) = change
        .after
        .as_deref()
        .filter(|_| change.collection == POD.plural)
    else {
        return;
    };
    let deleted = |pod: &Value| !pod["metadata"]["deletionTimestamp"].is_null();
    let before = change.before.as_deref();
    if deleted(after) {
        if before.is_none_or(|before| !deleted(before)) {
            writer.later.push((end, change.key.clone()));
        }
    } else if before.is_none_or(|before| is_gated(before) && !is_gated(after)) {
        writer.later.push((start, change.key.clone()));
    }
}

fn start(writer: &mut Writer<'_>, key: &Key) {
    let Some(found) = writer.find(&POD, key) else {
        return;
    };
    if found["status"]["phase"] != "Pending" || !found["metadata"]["deletionTimestamp"].is_null() {
        return;
    }
    let mut pod = Value::clone(&found);
    let now = json!(format!("{:.0}", writer.now));
    if is_gated(&pod) {
        let message = "Scheduling is blocked due to non-empty scheduling gates";
        pod["status"]["conditions"] = json!([{
            "type": "PodScheduled", "status": "False", "lastTransitionTime": now, "reason": "SchedulingGated", "message": message,
        }]);
        writer.put(&POD, pod);
        return;
    }
    if pod["spec"]["nodeName"].is_null() {
        pod["spec"]["nodeName"] = json!(NODE);
    }
    let address = match pod["spec"]["hostNetwork"] == true {
        true => NODE_ADDRESS.to_owned(),
        false => address(writer.objects.revision()),
    };
    pod["status"] = running(writer, &pod, &address, &now);
    writer.put(&POD, pod);
}

/// An address out of the cluster's network, other than its neighbours' for the next 60,000 writes.
fn address(number: u64) -> String {
    format!("10.0.{}.{}", 1 + number / 250 % 250, 2 + number % 250)
}

fn running(writer: &mut Writer<'_>, pod: &Value, address: &str, now: &Value) -> Value {
    let conditions = [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ];
    let conditions: Vec<Value> = conditions
        .iter()
        .map(|condition| json!({ "type": condition, "status": "True", "lastTransitionTime": now }))
        .collect();
    let mut status = json!({
        "phase": "Running", "conditions": conditions,
        "hostIP": NODE_ADDRESS, "hostIPs": [{ "ip": NODE_ADDRESS }], "podIP": address, "podIPs": [{ "ip": address }],
        "startTime": now, "qosClass": pod["status"]["qosClass"],
    });
    for (list, statuses) in [
        ("initContainers", "initContainerStatuses"),
        ("containers", "containerStatuses"),
    ] {
        let of = pod["spec"][list].as_array().into_iter().flatten();
        let of: Vec<Value> = of
            .map(|container| {
                // Init containers have done their work, but for those that stay beside the others.
                let stays = list == "containers" || container["restartPolicy"] == "Always";
                container_status(writer, container, stays, now)
            })
            .collect();
        if !of.is_empty() {
            status[statuses] = json!(of);
        }
    }
    status
}

fn container_status(writer: &mut Writer<'_>, container: &Value, stays: bool, now: &Value) -> Value {
    let id = format!("podpass://{}", writer.ids.letters(b"0123456789abcdef", 64));
    let state = match stays {
        true => json!({ "running": { "startedAt": now } }),
        false => json!({ "terminated": {
            "exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now, "containerID": id,
        } }),
    };
    json!({
        "name": container["name"], "state": state, "lastState": {}, "ready": true, "restartCount": 0,
        "image": container["image"], "imageID": "", "containerID": id, "started": stays,
    })
}

/// The kubelet's last word: the containers have stopped, and the pod goes unless finalizers hold it.
fn end(writer: &mut Writer<'_>, key: &Key) {
    let Some(found) = writer.find(&POD, key) else {
        return;
    };
    if found["metadata"]["deletionTimestamp"].is_null() {
        // Another pod of the same name.
        return;
    }
    if !is_held(&found) {
        writer.remove(&POD, key);
        return;
    }
    let mut pod = Value::clone(&found);
    pod["metadata"]["deletionGracePeriodSeconds"] = json!(0);
    pod["status"]["phase"] = json!("Succeeded");
    let ended =
        json!({ "exitCode": 0, "reason": "Completed", "finishedAt": timestamp(writer.now) });
    for status in pod["status"]["containerStatuses"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        status["ready"] = json!(false);
        status["started"] = json!(false);
        status["state"] = json!({ "terminated": ended });
    }
    writer.put(&POD, pod);
}

fn timestamp(at: Timestamp) -> String {
    format!("{at:.0}")
}

/// The class by which a node chooses what it drops first.
fn quality_of_service(pod: &Value) -> &'static str {
    let amounts = |container: &Value, of: &str| {
        container["resources"][of]
            .as_object()
            .cloned()
            .unwrap_or_default()
    };
    let mut any = false;
    let mut guaranteed = true;
    for container in containers(pod) {
        let (requests, limits) = (amounts(container, "requests"), amounts(container, "limits"));
        any |= !requests.is_empty() || !limits.is_empty();
        guaranteed &= ["cpu", "memory"].iter().all(|resource| {
            let limit = limits.get(*resource);
            limit.is_some()
                && requests
                    .get(*resource)
                    .is_none_or(|request| Some(request) == limit)
        });
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}
