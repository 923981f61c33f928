//! What cannot be asked of pods, and what can be changed in them.

use super::*;

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
