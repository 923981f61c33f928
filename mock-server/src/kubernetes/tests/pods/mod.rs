//! Pods, which have no nodes here.

mod changes;
mod completion;
mod life;

use k8s_pb::api::core::v1 as core;

use super::*;

const PODS: &str = "/api/v1/namespaces/default/pods";

fn pod(name: &str, spec: Value) -> Value {
    let mut pod = json!({
        "kind": "Pod", "apiVersion": "v1", "metadata": { "name": name },
        "spec": { "containers": [{ "name": "app", "image": "nginx" }] },
    });
    json_patch::merge(&mut pod["spec"], &spec);
    pod
}

fn create(api: &Api, name: &str, spec: Value) -> Value {
    let (status, created) = api.send(Method::POST, PODS, &pod(name, spec));
    assert_eq!(status, 201, "{created}");
    created
}

fn merge(api: &Api, path: &str, patch: &Value) -> (u16, Value) {
    api.typed(Method::PATCH, path, "application/merge-patch+json", patch)
}

#[test]
fn pods_have_the_protobuf_form_of_the_generated_code() {
    let api = Api::new();
    let sent = pod(
        "web",
        json!({
            "containers": [{
                "name": "app", "image": "nginx", "env": [{ "name": "A", "valueFrom": { "configMapKeyRef": { "name": "c", "key": "k" } } }],
                "livenessProbe": { "httpGet": { "port": "http" }, "periodSeconds": 5 },
                "readinessProbe": { "tcpSocket": { "port": 80 } },
                "resources": { "limits": { "memory": "1Gi" } },
                "volumeMounts": [{ "name": "data", "mountPath": "/data" }],
            }],
            "volumes": [{ "name": "data", "hostPath": { "path": "/data" } }],
            "nodeSelector": { "kubernetes.io/os": "linux" },
        }),
    );
    let (status, created) = api.send(Method::POST, PODS, &sent);
    assert_eq!(status, 201, "{created}");
    let read = protobuf::get::<core::Pod>(&api, &format!("{PODS}/web"));
    let spec = read.spec.clone().unwrap();
    let container = &spec.containers[0];
    let liveness = container.liveness_probe.clone().unwrap();
    assert_eq!(liveness.period_seconds, Some(5));
    let port = liveness.handler.unwrap().http_get.unwrap().port.unwrap();
    assert_eq!(
        (port.r#type, port.str_val.as_deref()),
        (Some(1), Some("http"))
    );
    let key = container.env[0]
        .value_from
        .clone()
        .unwrap()
        .config_map_key_ref
        .unwrap();
    assert_eq!(
        key.local_object_reference.unwrap().name.as_deref(),
        Some("c")
    );
    let memory = &container.resources.clone().unwrap().limits["memory"];
    assert_eq!(memory.string.as_deref(), Some("1Gi"));
    let volume = spec
        .volumes
        .iter()
        .find(|volume| volume.name.as_deref() == Some("data"))
        .unwrap();
    assert_eq!(
        volume
            .volume_source
            .clone()
            .unwrap()
            .host_path
            .unwrap()
            .path
            .as_deref(),
        Some("/data")
    );

    // And back: the same pod, sent as protobuf under another name.
    let mut again = read.clone();
    if let Some(metadata) = &mut again.metadata {
        metadata.name = Some("again".to_owned());
        metadata.resource_version = None;
    }
    protobuf::post(&api, PODS, "v1", "Pod", &again);
    let (_, stored) = api.get(&format!("{PODS}/again"));
    assert_eq!(stored["spec"], api.get(&format!("{PODS}/web")).1["spec"]);
}
