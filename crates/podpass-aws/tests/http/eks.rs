//! EKS on the wire: JSON both ways.

use podpass::port::{AssociationFilter, Eks as _};
use podpass::{AssociationUpdate, NewAssociation};
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{eks, last_json, the};

const ID: &str = "a-abcdefghijklmnop1";
const ROLE: &str = "arn:aws:iam::111122223333:role/my-role";
const TARGET: &str = "arn:aws:iam::444455556666:role/target";
const ASSOCIATIONS: &str = "/clusters/my-cluster/pod-identity-associations";
const ARN: &str =
    "arn:aws:eks:us-west-2:111122223333:podidentityassociation/my-cluster/a-abcdefghijklmnop1";

fn association(more: Value) -> Value {
    let mut association = json!({
        "clusterName": "my-cluster",
        "namespace": "default",
        "serviceAccount": "my-service-account",
        "roleArn": ROLE,
        "associationArn": ARN,
        "associationId": ID,
        "tags": {},
        "createdAt": 1_700_862_734.922,
        "modifiedAt": 1_700_862_734.922,
        "disableSessionTags": false,
    });
    for (name, value) in more.as_object().unwrap() {
        association[name] = value.clone();
    }
    json!({ "association": association })
}

async fn answer(server: &MockServer, verb: &str, at: &str, body: Value) {
    Mock::given(method(verb))
        .and(path(at))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(server)
        .await;
}

fn new_association() -> NewAssociation {
    NewAssociation {
        cluster_name: the("my-cluster"),
        namespace: the("default"),
        service_account: the("my-service-account"),
        role_arn: the(ROLE),
        target_role_arn: None,
        disable_session_tags: false,
        policy: None,
        tags: podpass::Tags::new(),
    }
}

/// The body without the idempotency token, which differs every time.
fn without_token(mut body: Value) -> Value {
    let token = body.as_object_mut().unwrap().remove("clientRequestToken");
    assert!(token.is_some_and(|token| token.as_str().unwrap().len() >= 33));
    body
}

#[tokio::test]
async fn cluster_is_described_with_its_status() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    let arn = "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster";
    let body = json!({"cluster": {"name": "my-cluster", "arn": arn, "status": "UPDATING"}});
    answer(&server, "GET", "/clusters/my-cluster", body).await;

    let cluster = eks.describe_cluster(&the("my-cluster")).await.unwrap();

    assert_eq!(cluster.name.as_str(), "my-cluster");
    assert_eq!(cluster.arn, arn);
    assert_eq!(cluster.status, "UPDATING");
}

#[tokio::test]
async fn clusters_are_listed_over_all_pages() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    let page = |body| ResponseTemplate::new(200).set_body_json(body);
    Mock::given(path("/clusters"))
        .and(query_param_is_missing("nextToken"))
        .respond_with(page(json!({"clusters": ["one", "two"], "nextToken": "t"})))
        .mount(&server)
        .await;
    Mock::given(path("/clusters"))
        .and(query_param("nextToken", "t"))
        .respond_with(page(json!({"clusters": ["three"]})))
        .mount(&server)
        .await;

    let names = eks.clusters().await.unwrap();

    assert_eq!(names, [the("one"), the("two"), the("three")]);
}

#[tokio::test]
async fn plain_association_is_created_with_nothing_but_what_it_needs() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    answer(&server, "POST", ASSOCIATIONS, association(json!({}))).await;

    let created = eks.create_association(&new_association()).await.unwrap();

    assert_eq!(created.id.as_str(), ID);
    assert_eq!(created.arn, ARN);
    assert_eq!(created.role_arn, the(ROLE));
    assert_eq!(created.target_role_arn, None);
    let (line, body) = last_json(&server).await;
    assert_eq!(line, format!("POST {ASSOCIATIONS}"));
    let sent = json!({
        "namespace": "default", "serviceAccount": "my-service-account", "roleArn": ROLE,
    });
    assert_eq!(without_token(body), sent);
}

#[tokio::test]
async fn association_with_all_members_goes_out_and_comes_back_whole() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    let external_id = "us-west-2/111122223333/my-cluster/default/my-service-account";
    let more = json!({
        "targetRoleArn": TARGET, "disableSessionTags": true, "policy": "{}",
        "tags": {"team": "a"}, "externalId": external_id, "ownerArn": "arn:aws:eks:addon",
    });
    answer(&server, "POST", ASSOCIATIONS, association(more)).await;

    let created = eks
        .create_association(&NewAssociation {
            target_role_arn: Some(the(TARGET)),
            disable_session_tags: true,
            policy: Some("{}".to_owned()),
            tags: [("team".to_owned(), "a".to_owned())].into(),
            ..new_association()
        })
        .await
        .unwrap();

    assert_eq!(created.target_role_arn, Some(the(TARGET)));
    assert!(created.disable_session_tags);
    assert_eq!(created.policy.as_deref(), Some("{}"));
    assert_eq!(created.external_id.as_deref(), Some(external_id));
    assert_eq!(created.tags["team"], "a");
    assert_eq!(created.owner_arn.as_deref(), Some("arn:aws:eks:addon"));
    let (_, body) = last_json(&server).await;
    let sent = json!({
        "namespace": "default", "serviceAccount": "my-service-account", "roleArn": ROLE,
        "targetRoleArn": TARGET, "disableSessionTags": true, "policy": "{}",
        "tags": {"team": "a"},
    });
    assert_eq!(without_token(body), sent);
}

#[tokio::test]
async fn members_that_came_back_empty_are_none() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    let at = format!("{ASSOCIATIONS}/{ID}");
    let cleared = association(json!({"targetRoleArn": "", "policy": ""}));
    answer(&server, "GET", &at, cleared).await;

    let found = eks.describe_association(&the("my-cluster"), &the(ID)).await;

    let found = found.unwrap();
    assert_eq!((found.target_role_arn, found.policy), (None, None));
}

#[tokio::test]
async fn update_clears_by_the_empty_text_and_leaves_the_rest_out() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    let at = format!("{ASSOCIATIONS}/{ID}");
    answer(&server, "POST", &at, association(json!({}))).await;
    let update = AssociationUpdate {
        target_role_arn: Some(None),
        policy: Some(None),
        ..AssociationUpdate::default()
    };

    eks.update_association(&the("my-cluster"), &the(ID), &update)
        .await
        .unwrap();

    let (line, body) = last_json(&server).await;
    assert_eq!(line, format!("POST {at}"));
    assert_eq!(
        without_token(body),
        json!({"targetRoleArn": "", "policy": ""})
    );
}

#[tokio::test]
async fn deletion_names_cluster_and_id() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    let at = format!("{ASSOCIATIONS}/{ID}");
    answer(&server, "DELETE", &at, association(json!({}))).await;

    let deleted = eks.delete_association(&the("my-cluster"), &the(ID)).await;

    assert!(deleted.is_ok());
    assert_eq!(last_json(&server).await.0, format!("DELETE {at}"));
}

#[tokio::test]
async fn listing_hands_its_token_on_page_by_page() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    let page = |id: &str, token: Value| {
        let summary = json!({
            "clusterName": "my-cluster", "namespace": "default", "serviceAccount": "a",
            "associationArn": ARN, "associationId": id, "ownerArn": null,
        });
        ResponseTemplate::new(200)
            .set_body_json(json!({"associations": [summary], "nextToken": token}))
    };
    let listing = || Mock::given(method("GET")).and(path(ASSOCIATIONS));
    listing()
        .and(query_param_is_missing("nextToken"))
        .respond_with(page(ID, json!("more==")))
        .mount(&server)
        .await;
    listing()
        .and(query_param("nextToken", "more=="))
        .respond_with(page("a-abcdefghijklmnop2", Value::Null))
        .mount(&server)
        .await;
    let (cluster, all) = (the("my-cluster"), AssociationFilter::default());

    let first = eks.list_associations(&cluster, &all, None).await.unwrap();
    let token = first.next_token.as_deref();
    let second = eks.list_associations(&cluster, &all, token).await.unwrap();

    assert_eq!(first.items[0].id.as_str(), ID);
    assert_eq!(second.items[0].id.as_str(), "a-abcdefghijklmnop2");
    assert_eq!(second.next_token, None);
}

#[tokio::test]
async fn listing_filters_by_namespace_and_service_account() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    answer(&server, "GET", ASSOCIATIONS, json!({"associations": []})).await;
    let filter = AssociationFilter {
        namespace: Some(the("default")),
        service_account: Some(the("a")),
    };

    eks.list_associations(&the("my-cluster"), &filter, None)
        .await
        .unwrap();

    let (line, _) = last_json(&server).await;
    let query = line.split_once('?').unwrap().1;
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    assert_eq!(
        pairs,
        ["maxResults=100", "namespace=default", "serviceAccount=a"]
    );
}

#[tokio::test]
async fn tags_are_set_and_taken_away_by_the_arn() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&server)
        .await;
    let at = format!("/tags/{}", ARN.replace(':', "%3A").replace('/', "%2F"));

    let tags = [("team".to_owned(), "a".to_owned())].into();
    eks.tag_resource(ARN, &tags).await.unwrap();
    let (line, body) = last_json(&server).await;
    assert_eq!(line, format!("POST {at}"));
    assert_eq!(body, json!({"tags": {"team": "a"}}));

    let keys = ["team".to_owned(), "b".to_owned()];
    eks.untag_resource(ARN, &keys).await.unwrap();
    let (line, _) = last_json(&server).await;
    assert_eq!(line, format!("DELETE {at}?tagKeys=team&tagKeys=b"));
}
