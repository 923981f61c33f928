//! A world whose every request goes to one wiremock server.

use std::collections::BTreeMap;
use std::time::Duration;

use podpass::port::World as _;
use podpass_aws::{Builder, Eks, Iam, World};
use serde_json::Value;
use wiremock::matchers::{body_string_contains, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub(crate) const ACCOUNT: &str = "111122223333";

/// Parses what is known to be right.
pub(crate) fn the<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Fake credentials, one attempt, two seconds: nothing of the machine's own configuration matters.
pub(crate) fn builder(uri: &str) -> Builder {
    World::builder()
        .endpoint_url(uri)
        .credentials(ACCOUNT, "secret", Some("token".to_owned()))
        .region(the("us-west-2"))
        .max_attempts(1)
        .timeout(Duration::from_secs(2))
}

/// Answers an operation of a query service with a result in XML.
pub(crate) fn xml(operation: &str, result: &str) -> ResponseTemplate {
    let body = format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
         <{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>7a62c49f</RequestId></ResponseMetadata>\
         </{operation}Response>"
    );
    ResponseTemplate::new(200).set_body_raw(body, "text/xml")
}

/// Requests of one operation of a query service.
pub(crate) fn action(operation: &str) -> wiremock::MockBuilder {
    Mock::given(method("POST"))
        .and(path("/"))
        .and(body_string_contains(format!("Action={operation}&")))
}

/// Whose credentials they are, which every world asks once.
pub(crate) async fn know_the_caller(server: &MockServer) {
    let caller = format!(
        "<Arn>arn:aws:iam::{ACCOUNT}:user/admin</Arn><UserId>AIDAEXAMPLE</UserId>\
         <Account>{ACCOUNT}</Account>"
    );
    action("GetCallerIdentity")
        .respond_with(xml("GetCallerIdentity", &caller))
        .mount(server)
        .await;
}

pub(crate) async fn iam(server: &MockServer) -> Iam {
    know_the_caller(server).await;
    let world = builder(&server.uri()).build().await.unwrap();
    world.iam(&the(ACCOUNT)).await.unwrap()
}

pub(crate) async fn eks(server: &MockServer) -> Eks {
    know_the_caller(server).await;
    let world = builder(&server.uri()).build().await.unwrap();
    world.eks(&the(ACCOUNT), &the("us-west-2")).await.unwrap()
}

pub(crate) async fn last_request(server: &MockServer) -> Request {
    server.received_requests().await.unwrap().pop().unwrap()
}

/// The parameters of the last query request, without the API's version.
pub(crate) async fn last_form(server: &MockServer) -> BTreeMap<String, String> {
    let request = last_request(server).await;
    let mut form: BTreeMap<_, _> = form_urlencoded::parse(&request.body).into_owned().collect();
    assert_eq!(form.remove("Version").as_deref(), Some("2010-05-08"));
    form
}

/// Method and path of the last request, and its JSON body (null without one).
pub(crate) async fn last_json(server: &MockServer) -> (String, Value) {
    let request = last_request(server).await;
    let query = request.url.query().map(|query| format!("?{query}"));
    let line = format!(
        "{} {}{}",
        request.method,
        request.url.path(),
        query.unwrap_or_default()
    );
    let body = match request.body.as_slice() {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    };
    (line, body)
}
