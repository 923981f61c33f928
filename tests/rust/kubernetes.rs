//! The `kube` crate against the mock's clusters: pods over their lives, with what the webhook of Pod Identity adds.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::TryStreamExt as _;
use k8s_openapi::api::authentication::v1::{BoundObjectReference, TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec, ServiceAccount};
use kube::api::{
    Api, DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams, WatchEvent,
    WatchParams,
};
use kube::config::{KubeConfigOptions, Kubeconfig};
use podpass_tests::{NAMES, POD_TRUST, Setup};
use serde_json::json;

/// A client of the mock's cluster, by the kubeconfig that the mock writes.
async fn client(setup: &Setup) -> kube::Client {
    let kubeconfig = Kubeconfig::from_yaml(&setup.server.kubeconfig());
    let kubeconfig = kubeconfig.expect("a kubeconfig");
    let options = KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options);
    kube::Client::try_from(config.await.expect("a config")).expect("a client")
}

fn pod(name: &str, service_account: &str) -> Pod {
    Pod {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some(BTreeMap::from([("app".to_owned(), name.to_owned())])),
            ..ObjectMeta::default()
        },
        spec: Some(PodSpec {
            service_account_name: Some(service_account.to_owned()),
            containers: vec![Container {
                name: "main".to_owned(),
                image: Some("busybox".to_owned()),
                ..Container::default()
            }],
            ..PodSpec::default()
        }),
        ..Pod::default()
    }
}

/// The setup with the service account `web`, associated with a role.
async fn with_association() -> (Setup, kube::Client) {
    let setup = Setup::new().await;
    let role = setup.create_role("r", POD_TRUST).await;
    setup.associate("web", &role).await;
    let client = client(&setup).await;
    let accounts: Api<ServiceAccount> = Api::default_namespaced(client.clone());
    let account = ServiceAccount {
        metadata: ObjectMeta {
            name: Some("web".to_owned()),
            ..ObjectMeta::default()
        },
        ..ServiceAccount::default()
    };
    let params = PostParams::default();
    let created = accounts.create(&params, &account).await;
    created.expect("a service account");
    (setup, client)
}

async fn create(pods: &Api<Pod>, name: &str, service_account: &str) -> Pod {
    let params = PostParams::default();
    let created = pods.create(&params, &pod(name, service_account)).await;
    created.expect("a pod")
}

/// Names and values of the variables of a pod's first container.
fn environment(pod: &Pod) -> BTreeMap<&str, &str> {
    let container = &pod.spec.as_ref().expect("a spec").containers[0];
    let variables = container.env.iter().flatten();
    variables
        .filter_map(|variable| Some((variable.name.as_str(), variable.value.as_deref()?)))
        .collect()
}

#[tokio::test]
async fn a_pod_of_an_associated_service_account_is_told_where_its_credentials_are() {
    let (_setup, client) = with_association().await;
    let pods: Api<Pod> = Api::default_namespaced(client);
    let created = create(&pods, "p", "web").await;
    let told = environment(&created);
    assert_eq!(
        told["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
        "http://169.254.170.23/v1/credentials"
    );
    let file = told["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
    assert!(file.ends_with("/eks-pod-identity-token"), "{file}");
    let volumes = created.spec.unwrap().volumes.unwrap();
    let is_projected = |volume: &&k8s_openapi::api::core::v1::Volume| volume.projected.is_some();
    assert_eq!(volumes.iter().filter(is_projected).count(), 2);

    let other = create(&pods, "q", "default").await;
    assert!(environment(&other).is_empty());
}

#[tokio::test]
async fn a_dry_run_shows_the_pod_and_leaves_nothing() {
    let (_setup, client) = with_association().await;
    let pods: Api<Pod> = Api::default_namespaced(client);
    let params = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    let shown = pods.create(&params, &pod("p", "web")).await.unwrap();
    assert!(!environment(&shown).is_empty());
    assert!(pods.get_opt("p").await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_bound_to_a_pod_is_answered_and_kept_from_the_ledger() {
    let (setup, client) = with_association().await;
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let created = create(&pods, "p", "web").await;
    let accounts: Api<ServiceAccount> = Api::default_namespaced(client);
    let request = TokenRequest {
        spec: TokenRequestSpec {
            audiences: vec!["pods.eks.amazonaws.com".to_owned()],
            bound_object_ref: Some(BoundObjectReference {
                api_version: Some("v1".to_owned()),
                kind: Some("Pod".to_owned()),
                name: Some("p".to_owned()),
                uid: created.metadata.uid,
            }),
            expiration_seconds: Some(86_400),
        },
        ..TokenRequest::default()
    };
    let params = PostParams::default();
    let answered = accounts.create_token_request("web", &params, &request);
    let token = answered.await.unwrap().status.unwrap().token;
    assert_eq!(token.split('.').count(), 3);

    let told = setup.server.requests();
    let last = told.last().unwrap();
    let operation = last.operation.as_deref();
    assert_eq!(
        (last.service, operation),
        ("kubernetes", Some("create serviceaccounts/token"))
    );
    let everything = format!("{told:?}");
    assert!(!everything.contains(&token));
}

#[tokio::test]
async fn a_watch_tells_the_life_of_a_pod() {
    let (_setup, client) = with_association().await;
    let pods: Api<Pod> = Api::default_namespaced(client);
    let params = WatchParams::default().fields("metadata.name=p").timeout(30);
    let events = pods.watch(&params, "0").await.unwrap();
    let mut events = std::pin::pin!(events);
    create(&pods, "p", "web").await;
    let delete = DeleteParams::default().grace_period(0);
    pods.delete("p", &delete).await.unwrap();

    let mut kinds = Vec::new();
    while !kinds.contains(&"deleted") {
        let event = events.try_next().await.unwrap();
        kinds.push(match event.expect("an event") {
            WatchEvent::Added(_) => "added",
            WatchEvent::Modified(_) => "modified",
            WatchEvent::Deleted(_) => "deleted",
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(kinds[0], "added");
}

#[tokio::test]
async fn pods_are_listed_in_pages_and_by_labels() {
    let (_setup, client) = with_association().await;
    let pods: Api<Pod> = Api::default_namespaced(client);
    for name in NAMES {
        create(&pods, name, "web").await;
    }
    let mut params = ListParams::default().limit(3);
    let (mut names, mut left) = (Vec::new(), Vec::new());
    loop {
        let page = pods.list(&params).await.unwrap();
        names.extend(page.items.into_iter().filter_map(|pod| pod.metadata.name));
        left.push(page.metadata.remaining_item_count);
        match page.metadata.continue_ {
            Some(token) if !token.is_empty() => params = params.continue_token(&token),
            _ => break,
        }
    }
    assert_eq!(names, NAMES);
    assert_eq!(left, [Some(4), Some(1), None]);
    let chosen = ListParams::default().labels("app in (n1,n2)");
    assert_eq!(pods.list(&chosen).await.unwrap().items.len(), 2);
    let everything = ListParams::default();
    let delete = DeleteParams::default().grace_period(0);
    pods.delete_collection(&delete, &everything).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(pods.list(&everything).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn labels_of_a_pod_are_applied_and_its_containers_stay_as_they_are() {
    let (_setup, client) = with_association().await;
    let pods: Api<Pod> = Api::default_namespaced(client);
    create(&pods, "p", "web").await;
    let labelled = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "p", "labels": { "tier": "front" } },
    });
    let params = PatchParams::apply("tests");
    let applied = pods.patch("p", &params, &Patch::Apply(&labelled)).await;
    let labels = applied.unwrap().metadata.labels.unwrap();
    assert_eq!((&*labels["app"], &*labels["tier"]), ("p", "front"));

    let changed = json!({ "spec": { "serviceAccountName": "other" } });
    let params = PatchParams::default();
    let refused = pods.patch("p", &params, &Patch::Merge(&changed)).await;
    let kube::Error::Api(status) = refused.unwrap_err() else {
        panic!("not an answer of the API server");
    };
    assert_eq!((status.code, &*status.reason), (422, "Invalid"));
}
