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
fn a_pod_is_completed_as_the_api_server_does() {
    let created = create(&Api::new(), "web", json!({}));
    let spec = &created["spec"];
    for (field, value) in [
        ("restartPolicy", json!("Always")),
        ("dnsPolicy", json!("ClusterFirst")),
        ("schedulerName", json!("default-scheduler")),
        ("terminationGracePeriodSeconds", json!(30)),
        ("serviceAccountName", json!("default")),
        ("serviceAccount", json!("default")),
        ("securityContext", json!({})),
        ("enableServiceLinks", json!(true)),
        ("priority", json!(0)),
    ] {
        assert_eq!(spec[field], value, "{field}");
    }
    let container = &spec["containers"][0];
    assert_eq!(container["imagePullPolicy"], "Always");
    assert_eq!(container["resources"], json!({}));
    let volume = spec["volumes"][0]["name"].as_str().unwrap();
    assert!(volume.starts_with("kube-api-access-"), "{volume}");
    assert_eq!(container["volumeMounts"][0]["name"], volume);
    assert_eq!(
        created["status"],
        json!({ "phase": "Pending", "qosClass": "BestEffort" })
    );
}

#[test]
fn tags_and_digests_of_images_need_no_pull() {
    let api = Api::new();
    for (name, image, policy) in [
        ("a", "nginx:latest", "Always"),
        ("b", "example.com:5000/nginx", "Always"),
        ("c", "example.com:5000/nginx:1.27", "IfNotPresent"),
        ("d", "nginx@sha256:0a1b", "IfNotPresent"),
    ] {
        let containers = json!({ "containers": [{ "name": "app", "image": image }] });
        let created = create(&api, name, containers);
        assert_eq!(
            created["spec"]["containers"][0]["imagePullPolicy"], policy,
            "{image}"
        );
    }
}

#[test]
fn the_token_of_the_cluster_is_not_mounted_where_pod_or_service_account_say_so() {
    let api = Api::new();
    let off = json!({ "automountServiceAccountToken": false });
    assert!(
        create(&api, "a", off.clone())["spec"]
            .get("volumes")
            .is_none()
    );
    merge(&api, &format!("{ACCOUNTS}/default"), &off);
    assert!(
        create(&api, "b", json!({}))["spec"]
            .get("volumes")
            .is_none()
    );
    let on = create(&api, "c", json!({ "automountServiceAccountToken": true }));
    assert_eq!(on["spec"]["volumes"].as_array().unwrap().len(), 1);
}

#[test]
fn the_service_account_of_a_pod_must_exist() {
    let (status, refused) = Api::new().send(
        Method::POST,
        PODS,
        &pod("web", json!({ "serviceAccountName": "gone" })),
    );
    assert_eq!(
        (status, refused["message"].as_str().unwrap()),
        (
            403,
            "pods \"web\" is forbidden: error looking up service account default/gone: serviceaccount \"gone\" not found"
        )
    );
}

#[test]
fn a_pod_whose_service_account_has_an_association_gets_pod_identity() {
    let api = Api::new();
    api.create("linked");
    let dry = api.send(
        Method::POST,
        &format!("{PODS}?dryRun=All"),
        &pod("web", json!({ "serviceAccountName": "linked" })),
    );
    let made = create(&api, "web", json!({ "serviceAccountName": "linked" }));
    for created in [&dry.1, &made] {
        assert_eq!(
            created["metadata"]["labels"],
            json!({ "eks.amazonaws.com/pod-identity": "enabled" })
        );
        let volume = &created["spec"]["volumes"][0];
        assert_eq!(
            (&volume["name"], &volume["projected"]["defaultMode"]),
            (&json!("eks-pod-identity-token"), &json!(420))
        );
        let mounts = created["spec"]["containers"][0]["volumeMounts"]
            .as_array()
            .unwrap();
        assert_eq!(mounts.last().unwrap()["name"], "eks-pod-identity-token");
    }
    // What the webhook added is no obstacle to changes.
    let (status, _) = merge(
        &api,
        &format!("{PODS}/web"),
        &json!({ "metadata": { "labels": { "a": "b" } } }),
    );
    assert_eq!(status, 200);
}

#[test]
fn a_new_pod_runs_a_moment_later_and_is_found_by_its_fields() {
    let api = Api::new();
    create(
        &api,
        "web",
        json!({ "initContainers": [{ "name": "setup", "image": "busybox" }] }),
    );
    let (_, running) = api.get(&format!("{PODS}/web"));
    let status = &running["status"];
    assert_eq!(status["phase"], "Running");
    assert!(
        status["conditions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
    );
    assert_eq!(
        status["initContainerStatuses"][0]["state"]["terminated"]["reason"],
        "Completed"
    );
    let found = |fields: &str| {
        let (_, list) = api.get(&format!("/api/v1/pods?fieldSelector={fields}"));
        list["items"].as_array().unwrap().len()
    };
    let node = running["spec"]["nodeName"].as_str().unwrap();
    assert_eq!(
        found("status.phase=Running,spec.serviceAccountName=default"),
        1
    );
    assert_eq!(found(&format!("spec.nodeName={node}")), 1);
    assert_eq!(found("status.phase!=Running"), 0);
}

#[test]
fn a_gated_pod_waits_until_its_gates_are_gone() {
    let api = Api::new();
    create(
        &api,
        "web",
        json!({ "schedulingGates": [{ "name": "example.com/wait" }] }),
    );
    let phase = || api.get(&format!("{PODS}/web")).1["status"]["phase"].clone();
    assert_eq!(phase(), "Pending");
    let (status, refused) = merge(
        &api,
        &format!("{PODS}/web"),
        &json!({ "spec": { "schedulingGates": null } }),
    );
    assert_eq!(status, 200, "{refused}");
    assert_eq!(phase(), "Running");
}

#[tokio::test]
async fn a_deleted_pod_has_its_grace_and_goes_a_moment_later() {
    let api = Api::new();
    create(&api, "web", json!({}));
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    let (status, deleted) = api.send(Method::DELETE, &format!("{PODS}/web"), &Value::Null);
    assert_eq!(
        (status, &deleted["metadata"]["deletionGracePeriodSeconds"]),
        (200, &json!(30))
    );
    assert_eq!(
        deleted["metadata"]["deletionTimestamp"],
        "2026-01-01T00:00:30Z"
    );
    // A change meanwhile does not end it early.
    merge(
        &api,
        &format!("{PODS}/web"),
        &json!({ "metadata": { "labels": { "a": "b" } } }),
    );
    assert_eq!(api.get(&format!("{PODS}/web")).0, 200);
    let (_, hastened) = api.send(
        Method::DELETE,
        &format!("{PODS}/web?gracePeriodSeconds=1"),
        &Value::Null,
    );
    assert_eq!(hastened["metadata"]["deletionGracePeriodSeconds"], 1);
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!(api.get(&format!("{PODS}/web")).0, 404);
}

#[test]
fn a_pod_without_grace_goes_at_once() {
    let api = Api::new();
    create(&api, "web", json!({}));
    let (_, last) = api.send(
        Method::DELETE,
        &format!("{PODS}/web?gracePeriodSeconds=0"),
        &Value::Null,
    );
    assert_eq!(last["metadata"]["name"], "web");
    assert_eq!(api.get(&format!("{PODS}/web")).0, 404);
}

#[test]
fn only_images_and_what_may_grow_can_be_changed() {
    let api = Api::new();
    create(&api, "web", json!({}));
    let path = format!("{PODS}/web");
    let image = json!({ "spec": { "containers": [{ "name": "app", "image": "nginx:2" }] } });
    let strategic = |patch: &Value| {
        api.typed(
            Method::PATCH,
            &path,
            "application/strategic-merge-patch+json",
            patch,
        )
    };
    assert_eq!(
        strategic(&image).1["spec"]["containers"][0]["image"],
        "nginx:2"
    );
    let (status, refused) = merge(
        &api,
        &path,
        &json!({ "spec": { "restartPolicy": "Never" } }),
    );
    let message = refused["message"].as_str().unwrap();
    assert_eq!(status, 422);
    assert!(message.starts_with("Pod \"web\" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`"), "{message}");
    let another = json!({ "spec": { "containers": [{ "name": "b", "image": "b" }] } });
    let (_, refused) = strategic(&another);
    assert_eq!(
        refused["details"]["causes"][0]["message"],
        "Forbidden: pod updates may not add or remove containers"
    );
}

#[test]
fn mistakes_in_pods_are_named() {
    let api = Api::new();
    for (spec, field, message) in [
        (
            json!({ "containers": [] }),
            "spec.containers",
            "Required value",
        ),
        (
            json!({ "containers": [{ "name": "A", "image": "x" }] }),
            "spec.containers[0].name",
            "Invalid value: \"A\"",
        ),
        (
            json!({ "containers": [{ "name": "a" }] }),
            "spec.containers[0].image",
            "Required value",
        ),
        (
            json!({ "restartPolicy": "Sometimes" }),
            "spec.restartPolicy",
            "Unsupported value: \"Sometimes\"",
        ),
        (
            json!({ "containers": [{ "name": "a", "image": "x", "volumeMounts": [{ "name": "v", "mountPath": "/v" }] }] }),
            "spec.containers[0].volumeMounts[0].name",
            "Not found: \"v\"",
        ),
        (
            json!({ "containers": [{ "name": "a", "image": "x" }, { "name": "a", "image": "x" }] }),
            "spec.containers[1].name",
            "Duplicate value: \"a\"",
        ),
        (
            json!({ "volumes": [{ "name": "t", "projected": { "sources": [{ "serviceAccountToken": { "path": "t", "expirationSeconds": 599 } }] } }] }),
            "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds",
            "Invalid value: 599: may not specify a duration less than 10 minutes",
        ),
    ] {
        let (status, refused) = api.send(Method::POST, PODS, &pod("web", spec));
        assert_eq!(status, 422, "{refused}");
        let cause = &refused["details"]["causes"][0];
        assert_eq!(cause["field"], field);
        assert!(
            cause["message"].as_str().unwrap().starts_with(message),
            "{cause}"
        );
    }
}

#[test]
fn applying_a_port_without_its_protocol_twice_leaves_one() {
    let api = Api::new();
    let config = pod(
        "web",
        json!({ "containers": [{ "name": "app", "image": "nginx", "ports": [{ "containerPort": 80 }] }] }),
    );
    let path = format!("{PODS}/web?fieldManager=test");
    for status in [201, 200] {
        let (found, applied) = api.typed(
            Method::PATCH,
            &path,
            "application/apply-patch+yaml",
            &config,
        );
        assert_eq!(found, status, "{applied}");
        assert_eq!(
            applied["spec"]["containers"][0]["ports"],
            json!([{ "containerPort": 80, "protocol": "TCP" }])
        );
    }
}

#[test]
fn what_needs_a_container_is_refused_and_says_why() {
    let api = Api::new();
    create(&api, "web", json!({}));
    let (status, refused) = api.get(&format!("{PODS}/web/log"));
    assert_eq!(
        (status, &refused["reason"]),
        (501, &json!("NotImplemented"))
    );
    assert_eq!(api.get(&format!("{PODS}/web/unheard-of")).0, 404);
    assert_eq!(api.get(&format!("{PODS}/web/status")).0, 200);
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
