//! From pending over running to gone.

use super::*;

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
