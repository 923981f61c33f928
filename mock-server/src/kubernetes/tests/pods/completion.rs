//! What the API server and EKS's webhook put into a new pod.

use super::*;

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
