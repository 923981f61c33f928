//! Settings, and what a world refuses before anything is sent.

use podpass::ClusterId;
use podpass::port::{PortErrorKind, World as _};
use podpass_aws::World;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{ACCOUNT, builder, know_the_caller, the};

fn cluster(name: &str) -> ClusterId {
    ClusterId {
        account: the(ACCOUNT),
        region: the("us-west-2"),
        name: the(name),
    }
}

/// A kubeconfig with one context per pair of name and server.
fn kubeconfig(contexts: &[(&str, &str)]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let clusters: Vec<_> = contexts
        .iter()
        .map(|(name, server)| serde_json::json!({"name": name, "cluster": {"server": server}}))
        .collect();
    let contexts: Vec<_> = contexts
        .iter()
        .map(|(name, _)| serde_json::json!({"name": name, "context": {"cluster": name}}))
        .collect();
    let whole = serde_json::json!({"clusters": clusters, "contexts": contexts});
    std::fs::write(file.path(), whole.to_string()).unwrap();
    file
}

async fn describe_cluster(server: &MockServer, name: &str, endpoint: &str) {
    let body = serde_json::json!({"cluster": {"name": name, "endpoint": endpoint}});
    Mock::given(method("GET"))
        .and(path(format!("/clusters/{name}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(server)
        .await;
}

#[tokio::test]
async fn secrets_stay_out_of_debug_output() {
    let builder = World::builder().credentials("AKIA", "hide-me", Some("hide-me-too".to_owned()));
    let world = builder.clone().build().await.unwrap();
    for text in [format!("{builder:?}"), format!("{world:?}")] {
        assert!(!text.contains("hide-me"), "{text}");
    }
}

#[tokio::test]
async fn endpoint_that_is_no_url_is_refused_at_once() {
    for bad in ["127.0.0.1:4566", "ftp://x", "http://", "", "no url"] {
        let error = World::builder().endpoint_url(bad).build().await;
        assert!(error.is_err(), "{bad}");
    }
}

#[tokio::test]
async fn another_accounts_ports_are_refused() {
    let server = MockServer::start().await;
    know_the_caller(&server).await;
    let world = builder(&server.uri()).build().await.unwrap();

    let error = world.iam(&the("444455556666")).await.unwrap_err();

    assert_eq!(error.kind(), PortErrorKind::Unreachable);
    assert_eq!(
        error.message(),
        "the credentials belong to account `111122223333`, not to `444455556666`"
    );
    assert_eq!(
        error.hint(),
        Some("choose a profile of account `444455556666`")
    );
}

#[tokio::test]
async fn caller_is_asked_for_once_however_many_ports_are_handed_out() {
    let server = MockServer::start().await;
    know_the_caller(&server).await;
    let world = builder(&server.uri()).build().await.unwrap();

    world.iam(&the(ACCOUNT)).await.unwrap();
    world.eks(&the(ACCOUNT), &the("us-west-2")).await.unwrap();
    world.eks(&the(ACCOUNT), &the("eu-west-1")).await.unwrap();

    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn context_is_found_by_the_endpoint_that_eks_describes() {
    let server = MockServer::start().await;
    describe_cluster(&server, "my-cluster", "https://127.0.0.1:1/k8s/my-cluster").await;
    let file = kubeconfig(&[
        ("other", "https://127.0.0.1:1/k8s/other"),
        ("mine", "https://127.0.0.1:1/k8s/my-cluster"),
    ]);
    let world = builder(&server.uri()).kubeconfig(file.path());
    let world = world.build().await.unwrap();

    world.kubernetes(&cluster("my-cluster")).await.unwrap();
}

#[tokio::test]
async fn context_of_the_arn_needs_no_call_to_eks() {
    let server = MockServer::start().await;
    let arn = format!("arn:aws:eks:us-west-2:{ACCOUNT}:cluster/my-cluster");
    let file = kubeconfig(&[(&arn, "https://127.0.0.1:1")]);
    let world = builder(&server.uri()).kubeconfig(file.path());
    let world = world.build().await.unwrap();

    world.kubernetes(&cluster("my-cluster")).await.unwrap();

    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn cluster_without_context_is_told_with_the_contexts_there_are() {
    let server = MockServer::start().await;
    describe_cluster(&server, "my-cluster", "https://127.0.0.1:1/mine").await;
    let file = kubeconfig(&[("other", "https://127.0.0.1:1/other")]);
    let world = builder(&server.uri()).kubeconfig(file.path());
    let world = world.build().await.unwrap();

    let error = world.kubernetes(&cluster("my-cluster")).await.unwrap_err();

    assert_eq!(
        error.message(),
        "no context leads to cluster `my-cluster` in us-west-2; the kubeconfig holds `other`"
    );
}

#[tokio::test]
async fn chosen_context_serves_one_cluster_only() {
    let file = kubeconfig(&[("tunnel", "https://127.0.0.1:1")]);
    let world = builder("http://127.0.0.1:1").kubeconfig(file.path());
    let world = world.context("tunnel").build().await.unwrap();

    world.kubernetes(&cluster("a")).await.unwrap();
    world.kubernetes(&cluster("a")).await.unwrap();
    let error = world.kubernetes(&cluster("b")).await.unwrap_err();

    assert_eq!(
        error.message(),
        "context `tunnel` was chosen and stands for cluster `a`, so it cannot stand for `b` too"
    );
}

#[tokio::test]
async fn missing_kubeconfig_is_told_with_its_path_and_the_way_to_get_one() {
    let world = builder("http://127.0.0.1:1").kubeconfig("/does/not/exist");
    let world = world.build().await.unwrap();

    let error = world.kubernetes(&cluster("a")).await.unwrap_err();

    assert!(error.message().contains("/does/not/exist"), "{error}");
    assert!(error.hint().unwrap().contains("update-kubeconfig"));
}
