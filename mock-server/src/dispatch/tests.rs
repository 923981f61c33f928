use std::borrow::Cow;

use futures::FutureExt as _;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::Clock;
use crate::operation::Entry;
use crate::validation::{Member, Shape};

fn shared() -> Shared {
    crate::MockServer::builder()
        .cluster("my-cluster")
        .seed(1)
        .into_shared()
}

fn signed(service: &str, method: &str, path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    let credential =
        format!("AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/{service}/aws4_request");
    Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "127.0.0.1:4566")
        .header(AUTHORIZATION, credential)
        .body(body.into())
        .unwrap()
}

/// Without faults, no answer waits.
fn answer(shared: &Shared, request: &Request<Bytes>) -> Response {
    super::answer(shared, request).now_or_never().unwrap()
}

/// Values that fit somewhere, so that calls get further than validation.
const PLAUSIBLE: [&str; 12] = [
    "a",
    "my-cluster",
    "arn:aws:iam::111122223333:role/a",
    "arn:aws:iam::111122223333:policy/a",
    "arn:aws:iam::aws:policy/AdministratorAccess",
    "arn:aws:iam::111122223333:oidc-provider/a",
    "https://a",
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
    r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}}"#,
    r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/a"]},"Action":"sts:*"}}"#,
    "v1",
    "/",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(&PLAUSIBLE).prop_map(str::to_owned),
        1 => "\\PC{0,40}",
        1 => any::<String>(),
    ]
}

/// A value for a member: mostly of its shape, sometimes of any other.
fn value(shape: Shape) -> BoxedStrategy<Value> {
    let fitting = match shape {
        Shape::Text(..) => text().prop_map(Value::from).boxed(),
        Shape::Enum(words) => prop::sample::select(words).prop_map(Value::from).boxed(),
        Shape::Integer(min, _) => (0..100_i64)
            .prop_map(move |n| json!(min.saturating_add(n)))
            .boxed(),
        Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Shape::List(_, _, item) => prop::collection::vec(value(*item), 0..3)
            .prop_map(Value::from)
            .boxed(),
        Shape::Map(..) => prop::collection::btree_map(text(), text(), 0..3)
            .prop_map(|map| json!(map))
            .boxed(),
        Shape::Structure(members) => input(members).prop_map(Value::Object).boxed(),
    };
    let other = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
        Just(json!([{}])),
        Just(json!({ "a": [] })),
    ];
    prop_oneof![20 => fitting, 1 => other].boxed()
}

fn input(members: &'static [Member]) -> BoxedStrategy<Map<String, Value>> {
    let members = members.iter().map(|member| {
        let given = prop::bool::weighted(if member.required { 0.95 } else { 0.4 });
        (given, value(member.shape))
            .prop_map(|(given, value)| given.then(|| (member.name.to_owned(), value)))
    });
    members
        .collect::<Vec<_>>()
        .prop_map(|given| given.into_iter().flatten().collect())
        .boxed()
}

/// A request for an operation, in its protocol.
fn request() -> impl Strategy<Value = Request<Bytes>> {
    let operations: Vec<(&'static Registered, &'static Entry)> = services::SERVICES
        .iter()
        .flat_map(|service| {
            service
                .operations
                .iter()
                .map(move |operation| (*service, operation))
        })
        .collect();
    prop::sample::select(operations).prop_flat_map(|(service, operation)| {
        input(operation.input).prop_map(move |input| match operation.route.path {
            "/" => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.append_pair("Action", operation.name)
                    .append_pair("Version", service.version);
                append(&mut form, "", &Value::Object(input));
                signed(service.name, "POST", "/", form.finish())
            }
            path => {
                let path = path.split('/').map(|part| match part.starts_with('{') {
                    true => {
                        let label = part.trim_matches(['{', '}']);
                        let value = input.get(label).and_then(Value::as_str).unwrap_or("a");
                        form_urlencoded::byte_serialize(value.as_bytes()).collect()
                    }
                    false => part.to_owned(),
                });
                let path = path.collect::<Vec<String>>().join("/");
                let body = Value::Object(input.clone()).to_string();
                signed(service.name, operation.route.method, &path, body)
            }
        })
    })
}

fn append(form: &mut form_urlencoded::Serializer<'_, String>, prefix: &str, value: &Value) {
    let dot = if prefix.is_empty() { "" } else { "." };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| append(form, &format!("{prefix}{dot}{name}"), value)),
        Value::Array(items) if items.is_empty() => _ = form.append_pair(prefix, ""),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, value)| append(form, &format!("{prefix}.member.{}", n + 1), value)),
        Value::String(text) => _ = form.append_pair(prefix, text),
        other => _ = form.append_pair(prefix, &other.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_sequence_of_requests_makes_an_operation_fail_inside(requests in prop::collection::vec(request(), 1..40)) {
        let shared = shared();
        for request in requests {
            let status = answer(&shared, &request).status();
            prop_assert!(!status.is_server_error(), "{status} to {request:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_request_are_refused(
        service in prop::sample::select(&["iam", "sts", "eks", "s3"]),
        method in prop::sample::select(&["GET", "POST", "DELETE", "PATCH"]),
        path in "(/[a-z%0-9]{0,4}){1,4}(\\?[ -~&&[^#\"<>`{}]]{0,20})?",
        body in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        prop_assume!(path.parse::<http::Uri>().is_ok());
        let status = answer(&shared(), &signed(service, method, &path, body)).status();
        prop_assert!(status.is_client_error() || status == StatusCode::NOT_IMPLEMENTED, "{status}");
    }
}

#[test]
fn expired_credentials_are_refused_in_the_words_of_each_protocol() {
    let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
    let mut settings = shared().store.settings().clone();
    settings.clusters.clear();
    let mut shared = shared();
    shared.store = Store::new(settings, clock.clone());
    let token = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900";
    let status = answer(&shared, &signed("sts", "POST", "/", token)).status();
    assert_eq!(status, StatusCode::OK);
    // The key is the first id of this seed.
    let key = Ids::new(Some(1)).access_key("ASIA", crate::AccountId::EXAMPLE);
    let account = crate::AccountId::EXAMPLE;
    let caller = shared.store.caller(Some(&key), account, "aws");
    let key = caller.session().map(|session| session.access_key.clone());

    let as_session = |service: &str, path: &str, body: &'static str| {
        let mut request = signed(
            service,
            if body.is_empty() { "GET" } else { "POST" },
            path,
            body,
        );
        let header = request.headers_mut().get_mut(AUTHORIZATION).unwrap();
        let signed_by = header
            .to_str()
            .unwrap()
            .replace("test", key.as_deref().unwrap_or("?"));
        *header = signed_by.parse().unwrap();
        let response = answer(&shared, &request);
        let code = response.headers().get("x-amzn-errortype").cloned();
        (
            response.status(),
            code.map(|code| code.to_str().unwrap().to_owned()),
        )
    };
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    assert_eq!(as_session("sts", "/", identity).0, StatusCode::OK);
    clock.advance(std::time::Duration::from_secs(901));
    assert_eq!(as_session("sts", "/", identity).0, StatusCode::FORBIDDEN);
    let refused = as_session("eks", "/clusters", "");
    assert_eq!(
        refused,
        (
            StatusCode::FORBIDDEN,
            Some("ExpiredTokenException".to_owned())
        )
    );
}

#[test]
fn unsigned_requests_and_foreign_signatures_are_refused_in_the_words_of_each_protocol() {
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    let code_of = |service, method, path, body: &'static str, authorization: Option<&str>| {
        let mut request = signed(service, method, path, body);
        match authorization {
            Some(value) => {
                _ = request
                    .headers_mut()
                    .insert(AUTHORIZATION, value.parse().unwrap())
            }
            None => _ = request.headers_mut().remove(AUTHORIZATION),
        }
        let shared = shared();
        let status = answer(&shared, &request).status().as_u16();
        (
            status,
            shared
                .ledger
                .calls(&crate::ledger::Filter::new())
                .pop()
                .and_then(|call| call.error_code)
                .map(Cow::into_owned),
        )
    };
    for (authorization, status, sts, eks) in [
        (
            None,
            403,
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
        ),
        (
            Some("Bearer x"),
            400,
            "IncompleteSignature",
            "IncompleteSignatureException",
        ),
        (
            Some(""),
            400,
            "IncompleteSignature",
            "IncompleteSignatureException",
        ),
    ] {
        let refused = code_of("sts", "POST", "/", identity, authorization);
        assert_eq!(refused, (status, Some(sts.to_owned())));
        let refused = code_of("eks", "GET", "/clusters", "", authorization);
        assert_eq!(refused, (status, Some(eks.to_owned())));
    }
    let refused = code_of(
        "sts",
        "POST",
        "/",
        "Action=AssumeRoleWithSAML&Version=2011-06-15",
        None,
    );
    assert_eq!(refused, (501, Some("NotImplemented".to_owned())));
}

#[test]
fn web_pages_are_refused_and_other_names_only_where_the_server_is_remote() {
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    let status = |allow_remote: bool, name, value: &'static str| {
        let mut request = signed("sts", "POST", "/", identity);
        request.headers_mut().insert(name, value.parse().unwrap());
        let shared = crate::MockServer::builder()
            .allow_remote(allow_remote)
            .into_shared();
        answer(&shared, &request).status().as_u16()
    };
    assert_eq!(status(false, HOST, "localhost:4566"), 200);
    assert_eq!(status(false, HOST, "rebound.example:4566"), 403);
    assert_eq!(status(true, HOST, "mock.internal:4566"), 200);
    assert_eq!(status(true, ORIGIN, "https://evil.example"), 403);
    assert_eq!(status(false, ORIGIN, "null"), 403);
}

#[test]
fn services_of_forms_answer_get_and_post_only() {
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = signed("iam", method, "/?Action=ListRoles&Version=2010-05-08", "");
        assert_eq!(
            answer(&shared(), &request).status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
}
