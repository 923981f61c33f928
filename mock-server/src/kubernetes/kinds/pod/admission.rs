//! What admission makes of a new pod: first the API server's own plugins, then EKS' webhook.

use serde_json::{Value, json};

use super::default::{default, mirror_service_account, set};
use super::{containers, each_container};
use crate::kubernetes::admission::{Admission, Eks};
use crate::kubernetes::failure::Failure;
use crate::kubernetes::kinds::service_account::{DEFAULT, SERVICE_ACCOUNT};
use crate::kubernetes::verbs::create::SUFFIX;
use crate::kubernetes::writer::{Writer, key_of};
use crate::webhook;

/// Where a pod finds the token for its own cluster.
const API_ACCESS: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// What the names of the volumes with that token begin with.
const API_ACCESS_VOLUME: &str = "kube-api-access-";
/// An odd number, so that these volumes are told from others: an hour and a little more.
const API_ACCESS_SECONDS: i64 = 3607;
/// How long a pod stays on a node that is not well, in seconds.
const TOLERATED_SECONDS: i64 = 300;

fn service_account(pod: &Value) -> &str {
    let name = pod["spec"]["serviceAccountName"].as_str();
    name.filter(|name| !name.is_empty()).unwrap_or(DEFAULT)
}

/// Asks EKS about the pod's service account.
pub(super) fn consult(eks: &dyn Eks, pod: &Value) -> Admission {
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    Admission {
        region: eks.region(),
        has_association: eks.has_association(namespace, service_account(pod)),
    }
}

/// Completes a new pod.
///
/// # Errors
/// When its service account does not exist.
pub(super) fn admit(
    admission: &Admission,
    writer: &mut Writer<'_>,
    pod: &mut Value,
) -> Result<(), Failure> {
    let (namespace, pod_name) = key_of(pod);
    let name = service_account(pod).to_owned();
    let Some(account) = writer.find(&SERVICE_ACCOUNT, &(namespace.clone(), name.clone())) else {
        let why = format!(
            "error looking up service account {namespace}/{name}: serviceaccount \"{name}\" not found"
        );
        return Err(Failure::Refused(&super::POD, pod_name, why));
    };
    pod["spec"]["serviceAccountName"] = json!(name);
    mirror_service_account(&mut pod["spec"]);
    let mounts = [&pod["spec"], &account]
        .into_iter()
        .find_map(|object| object["automountServiceAccountToken"].as_bool());
    if mounts.unwrap_or(true) {
        mount_api_access(writer, pod);
    }
    set(
        &mut pod["spec"],
        "imagePullSecrets",
        account["imagePullSecrets"].clone(),
    );
    tolerate_nodes(pod);
    prioritize(pod);

    let identity = webhook::Identity {
        annotations: &account["metadata"]["annotations"],
        has_association: admission.has_association,
        region: &admission.region,
    };
    if let Some(patch) = webhook::mutation(pod, &identity, writer.ids) {
        patch.apply(pod);
        // What webhooks add is filled in like what clients send.
        default(pod);
    }
    Ok(())
}

/// Gives every container the token for the API server, unless it mounts something in that place itself.
fn mount_api_access(writer: &mut Writer<'_>, pod: &mut Value) {
    let mounts_there = |container: &Value| {
        let mounts = container["volumeMounts"].as_array().into_iter().flatten();
        mounts
            .into_iter()
            .any(|mount| mount["mountPath"] == API_ACCESS)
    };
    if containers(pod).all(mounts_there) {
        return;
    }
    let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    let mut names = volumes.filter_map(|volume| volume["name"].as_str());
    let present = names
        .find(|name| name.starts_with(API_ACCESS_VOLUME))
        .map(str::to_owned);
    let is_present = present.is_some();
    let volume =
        present.unwrap_or_else(|| format!("{API_ACCESS_VOLUME}{}", writer.ids.letters(SUFFIX, 5)));
    each_container(pod, |container| {
        if !mounts_there(container) {
            let mount = json!({ "name": volume, "readOnly": true, "mountPath": API_ACCESS });
            push(container, "volumeMounts", mount);
        }
    });
    if !is_present {
        push(&mut pod["spec"], "volumes", api_access(&volume));
    }
}

fn api_access(name: &str) -> Value {
    let token = json!({ "expirationSeconds": API_ACCESS_SECONDS, "path": "token" });
    let authority =
        json!({ "name": "kube-root-ca.crt", "items": [{ "key": "ca.crt", "path": "ca.crt" }] });
    let field = json!({ "apiVersion": "v1", "fieldPath": "metadata.namespace" });
    let namespace = json!({ "items": [{ "path": "namespace", "fieldRef": field }] });
    let sources = json!([
        { "serviceAccountToken": token }, { "configMap": authority }, { "downwardAPI": namespace },
    ]);
    json!({ "name": name, "projected": { "sources": sources, "defaultMode": 420 } })
}

/// Lets a pod stay for a while on a node that is not ready or can not be reached, unless it says what it tolerates.
fn tolerate_nodes(pod: &mut Value) {
    for key in [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ] {
        let stated = pod["spec"]["tolerations"]
            .as_array()
            .is_some_and(|tolerations| {
                tolerations.iter().any(|toleration| {
                    let of_key = toleration["key"].as_str().unwrap_or_default();
                    let effect = toleration["effect"].as_str().unwrap_or_default();
                    (of_key == key || of_key.is_empty()) && matches!(effect, "" | "NoExecute")
                })
            });
        if !stated {
            let toleration = json!({
                "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATED_SECONDS,
            });
            push(&mut pod["spec"], "tolerations", toleration);
        }
    }
}

/// The two classes that every cluster has are known by their numbers; all other pods have none.
fn prioritize(pod: &mut Value) {
    let priority = match pod["spec"]["priorityClassName"].as_str() {
        Some("system-cluster-critical") => 2_000_000_000,
        Some("system-node-critical") => 2_000_001_000,
        _ => 0,
    };
    pod["spec"]["priority"] = json!(priority);
    set(
        &mut pod["spec"],
        "preemptionPolicy",
        json!("PreemptLowerPriority"),
    );
}

fn push(object: &mut Value, list: &str, item: Value) {
    match &mut object[list] {
        Value::Array(items) => items.push(item),
        absent => *absent = json!([item]),
    }
}
