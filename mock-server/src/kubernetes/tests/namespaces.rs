use super::*;

#[test]
fn a_cluster_begins_with_its_namespaces_and_their_default_service_accounts() {
    let api = Api::new();
    let (_, accounts) = api.get("/api/v1/serviceaccounts");
    let found: Vec<_> = accounts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["metadata"]["namespace"].as_str().unwrap())
        .collect();
    assert_eq!(
        found,
        ["default", "kube-node-lease", "kube-public", "kube-system"]
    );
    assert!(
        accounts["items"][0].get("kind").is_none(),
        "items do not repeat the list's kind"
    );
}

#[test]
fn deleting_a_namespace_takes_its_content_but_waits_for_finalizers() {
    let api = Api::new();
    api.send(Method::POST, "/api/v1/namespaces", &named("n"));
    let held = json!({ "metadata": { "name": "held", "finalizers": ["example.com/wait"] } });
    api.send(Method::POST, "/api/v1/namespaces/n/serviceaccounts", &held);

    let (_, going) = api.send(Method::DELETE, "/api/v1/namespaces/n", &Value::Null);
    assert_eq!(going["status"]["phase"], "Terminating");
    assert_eq!(
        api.get("/api/v1/namespaces/n/serviceaccounts/default").0,
        404
    );
    let (status, refused) = api.send(
        Method::POST,
        "/api/v1/namespaces/n/serviceaccounts",
        &named("late"),
    );
    assert_eq!(
        (status, &refused["details"]["causes"][0]["reason"]),
        (403, &json!("NamespaceTerminating"))
    );

    let release = json!([{ "op": "remove", "path": "/metadata/finalizers" }]);
    let (status, _) = api.typed(
        Method::PATCH,
        "/api/v1/namespaces/n/serviceaccounts/held",
        "application/json-patch+json",
        &release,
    );
    assert_eq!(status, 200);
    assert_eq!(api.get("/api/v1/namespaces/n").0, 404);
}

#[test]
fn the_default_service_account_comes_back() {
    let api = Api::new();
    let path = format!("{ACCOUNTS}/default");
    let before = api.get(&path).1["metadata"]["uid"].clone();
    let (status, deleted) = api.send(Method::DELETE, &path, &Value::Null);
    assert_eq!((status, &deleted["details"]["uid"]), (200, &before));
    let (status, after) = api.get(&path);
    assert_eq!(status, 200);
    assert_ne!(after["metadata"]["uid"], before);
}

#[test]
fn a_status_can_be_written_only_through_its_subresource() {
    let api = Api::new();
    let patch =
        json!({ "status": { "phase": "Terminating" }, "metadata": { "labels": { "x": "1" } } });
    let (_, whole) = api.typed(
        Method::PATCH,
        "/api/v1/namespaces/default",
        "application/merge-patch+json",
        &patch,
    );
    assert_eq!(
        (&whole["status"]["phase"], &whole["metadata"]["labels"]["x"]),
        (&json!("Active"), &json!("1"))
    );
    let patch = json!({ "status": { "conditions": [{ "type": "T", "status": "True" }] }, "metadata": { "labels": { "y": "1" } } });
    let (_, status) = api.typed(
        Method::PATCH,
        "/api/v1/namespaces/default/status",
        "application/merge-patch+json",
        &patch,
    );
    assert_eq!(status["status"]["conditions"][0]["type"], "T");
    assert_eq!(status["metadata"]["labels"].get("y"), None);
    assert_eq!(
        status["metadata"]["managedFields"][1]["subresource"],
        "status"
    );
}
