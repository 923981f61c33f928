//! A cluster's API server on the wire.

use std::collections::BTreeMap;

use podpass::ClusterId;
use podpass::port::{Kubernetes as _, NamespaceState, World as _};
use podpass_aws::Kubernetes;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{ACCOUNT, builder, last_json, last_request, the};

const ACCOUNTS: &str = "/k8s/my-cluster/api/v1/namespaces/default/serviceaccounts";

/// Connects by a kubeconfig whose user is `user`.
pub(crate) async fn connect_as(server: &MockServer, user: Value) -> Kubernetes {
    let file = tempfile::NamedTempFile::new().unwrap();
    let kubeconfig = json!({
        "clusters": [{
            "name": "my-cluster",
            "cluster": {
                "server": format!("{}/k8s/my-cluster", server.uri()),
                // The base64 of a certificate with nothing in it, which plain HTTP must not mind.
                "certificate-authority-data":
                    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K",
            },
        }],
        "users": [{"name": "me", "user": user}],
        "contexts": [{"name": "mine", "context": {"cluster": "my-cluster", "user": "me"}}],
    });
    std::fs::write(file.path(), kubeconfig.to_string()).unwrap();
    let world = builder(&server.uri()).kubeconfig(file.path());
    let world = world.context("mine").build().await.unwrap();
    let cluster = ClusterId {
        account: the(ACCOUNT),
        region: the("us-west-2"),
        name: the("my-cluster"),
    };
    world.kubernetes(&cluster).await.unwrap()
}

pub(crate) async fn connect(server: &MockServer) -> Kubernetes {
    connect_as(server, json!({"token": "bearer-token"})).await
}

fn account(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": "9a4c",
            "labels": {"team": "a"},
            "annotations": {"eks.amazonaws.com/role-arn": "x"},
            "managedFields": [{"manager": "podpass", "operation": "Apply"}],
        },
    })
}

async fn answer(server: &MockServer, verb: &str, at: &str, body: Value) {
    Mock::given(method(verb))
        .and(path(at))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(server)
        .await;
}

async fn not_found(server: &MockServer, at: &str) {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404,
        "reason": "NotFound", "message": "not found",
    });
    Mock::given(path(at))
        .respond_with(ResponseTemplate::new(404).set_body_json(status))
        .mount(server)
        .await;
}

#[tokio::test]
async fn namespace_is_active_terminating_or_missing() {
    let server = MockServer::start().await;
    let kubernetes = connect(&server).await;
    let at = |name: &str| format!("/k8s/my-cluster/api/v1/namespaces/{name}");
    let active = json!({"metadata": {"name": "a"}, "status": {"phase": "Active"}});
    answer(&server, "GET", &at("a"), active).await;
    let leaving = json!({"metadata": {"name": "b", "deletionTimestamp": "2026-11-25T01:00:00Z"}});
    answer(&server, "GET", &at("b"), leaving).await;
    not_found(&server, &at("c")).await;

    for (name, state) in [
        ("a", NamespaceState::Active),
        ("b", NamespaceState::Terminating),
        ("c", NamespaceState::Missing),
    ] {
        assert_eq!(kubernetes.namespace(&the(name)).await.unwrap(), state);
    }
}

#[tokio::test]
async fn service_account_is_read_with_labels_annotations_and_managers() {
    let server = MockServer::start().await;
    let kubernetes = connect(&server).await;
    answer(&server, "GET", &format!("{ACCOUNTS}/mine"), account("mine")).await;

    let found = kubernetes
        .service_account(&the("default"), &the("mine"))
        .await
        .unwrap();

    let found = found.unwrap();
    assert_eq!(found.namespace.as_str(), "default");
    assert_eq!(found.name.as_str(), "mine");
    assert_eq!(found.labels["team"], "a");
    assert_eq!(found.annotations["eks.amazonaws.com/role-arn"], "x");
    assert_eq!(found.field_managers, ["podpass"]);
    assert_eq!(found.uid, "9a4c");
    let request = last_request(&server).await;
    assert_eq!(request.headers["authorization"], "Bearer bearer-token");
    let agent = request.headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("podpass/"), "{agent}");
}

#[tokio::test]
async fn missing_service_account_is_an_answer_and_no_error() {
    let server = MockServer::start().await;
    let kubernetes = connect(&server).await;
    not_found(&server, &format!("{ACCOUNTS}/gone")).await;

    let found = kubernetes
        .service_account(&the("default"), &the("gone"))
        .await
        .unwrap();

    assert_eq!(found, None);
}

#[tokio::test]
async fn listing_walks_every_page() {
    let server = MockServer::start().await;
    let kubernetes = connect(&server).await;
    let page = |name: &str, token: &str| {
        let list = json!({"metadata": {"continue": token}, "items": [account(name)]});
        ResponseTemplate::new(200).set_body_json(list)
    };
    let listing = || Mock::given(method("GET")).and(path(ACCOUNTS));
    listing()
        .and(query_param_is_missing("continue"))
        .respond_with(page("a", "more"))
        .mount(&server)
        .await;
    listing()
        .and(query_param("continue", "more"))
        .and(query_param("limit", "500"))
        .respond_with(page("b", ""))
        .mount(&server)
        .await;

    let accounts = kubernetes.service_accounts(&the("default")).await.unwrap();

    let names: Vec<_> = accounts.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[tokio::test]
async fn service_account_is_written_by_server_side_apply_without_force() {
    let server = MockServer::start().await;
    let kubernetes = connect(&server).await;
    let at = format!("{ACCOUNTS}/mine");
    answer(&server, "PATCH", &at, account("mine")).await;
    let labels = BTreeMap::from([("team".to_owned(), "a".to_owned())]);

    let applied = kubernetes
        .apply_service_account(&the("default"), &the("mine"), &labels, "podpass")
        .await
        .unwrap();

    assert_eq!(applied.uid, "9a4c");
    let (line, body) = last_json(&server).await;
    assert_eq!(line, format!("PATCH {at}?&fieldManager=podpass"));
    let sent = json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": "mine", "namespace": "default", "labels": {"team": "a"}},
    });
    assert_eq!(body, sent);
    let content_type = &last_request(&server).await.headers["content-type"];
    assert_eq!(content_type, "application/apply-patch+yaml");
}

#[tokio::test]
async fn deletion_is_bound_to_the_uid() {
    let server = MockServer::start().await;
    let kubernetes = connect(&server).await;
    let at = format!("{ACCOUNTS}/mine");
    let success = json!({"kind": "Status", "apiVersion": "v1", "status": "Success"});
    answer(&server, "DELETE", &at, success).await;

    kubernetes
        .delete_service_account(&the("default"), &the("mine"), "9a4c")
        .await
        .unwrap();

    let (line, body) = last_json(&server).await;
    assert!(line.starts_with(&format!("DELETE {at}")), "{line}");
    assert_eq!(body["preconditions"], json!({"uid": "9a4c"}));
}

#[tokio::test]
async fn exec_plugin_of_the_kubeconfig_signs_in() {
    let server = MockServer::start().await;
    let credential = json!({
        "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1",
        "spec": {}, "status": {"token": "k8s-aws-v1.example"},
    });
    let plugin = json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "printf", "args": ["%s", credential.to_string()],
        "interactiveMode": "Never",
    }});
    let kubernetes = connect_as(&server, plugin).await;
    answer(&server, "GET", &format!("{ACCOUNTS}/mine"), account("mine")).await;

    let found = kubernetes
        .service_account(&the("default"), &the("mine"))
        .await
        .unwrap();

    assert!(found.is_some());
    let request = last_request(&server).await;
    assert_eq!(
        request.headers["authorization"],
        "Bearer k8s-aws-v1.example"
    );
}
