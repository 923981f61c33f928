use k8s_pb::api::authentication::v1 as authentication;
use k8s_pb::api::core::v1 as core;
use k8s_pb::apimachinery::pkg::apis::meta::v1 as meta;
use k8s_pb::apimachinery::pkg::runtime::{TypeMeta, Unknown};
use prost::Message;

use super::*;

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

fn sealed(api_version: &str, kind: &str, message: &impl Message) -> Vec<u8> {
    let type_meta = TypeMeta {
        api_version: Some(api_version.to_owned()),
        kind: Some(kind.to_owned()),
    };
    let unknown = Unknown {
        type_meta: Some(type_meta),
        raw: Some(message.encode_to_vec()),
        ..Unknown::default()
    };
    [b"k8s\0".to_vec(), unknown.encode_to_vec()].concat()
}

fn unsealed<M: Message + Default>(body: &[u8]) -> M {
    let unknown = Unknown::decode(body.strip_prefix(b"k8s\0").unwrap()).unwrap();
    M::decode(unknown.raw.unwrap().as_slice()).unwrap()
}

/// Reads an object in protobuf.
pub(super) fn get<M: Message + Default>(api: &Api, path: &str) -> M {
    unsealed(&bytes_of(api.raw(
        Method::GET,
        path,
        &SPEAKS_PROTOBUF,
        Vec::new(),
    )))
}

/// Creates an object by its protobuf form.
pub(super) fn post(api: &Api, path: &str, version: &str, kind: &str, message: &impl Message) {
    let body = sealed(version, kind, message);
    let response = api.raw(Method::POST, path, &SPEAKS_PROTOBUF, body);
    assert_eq!(response.status, StatusCode::CREATED);
}

const SPEAKS_PROTOBUF: [(header::HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, PROTOBUF), (header::ACCEPT, PROTOBUF)];

#[test]
fn protobuf_is_read_and_written_as_generated_code_does() {
    let api = Api::new();
    let sent = core::ServiceAccount {
        metadata: Some(meta::ObjectMeta {
            name: Some("a".to_owned()),
            // Go writes the empty fields too.
            generate_name: Some(String::new()),
            labels: [("app".to_owned(), "web".to_owned())].into(),
            creation_timestamp: Some(meta::Time::default()),
            finalizers: vec!["example.com/x".to_owned()],
            ..meta::ObjectMeta::default()
        }),
        secrets: vec![core::ObjectReference {
            name: Some("s".to_owned()),
            ..core::ObjectReference::default()
        }],
        automount_service_account_token: Some(false),
        ..core::ServiceAccount::default()
    };
    let response = api.raw(
        Method::POST,
        &format!("{ACCOUNTS}?fieldManager=test"),
        &SPEAKS_PROTOBUF,
        sealed("v1", "ServiceAccount", &sent),
    );
    assert_eq!(response.status, StatusCode::CREATED);
    let answered: core::ServiceAccount = unsealed(&bytes_of(response));
    let metadata = answered.metadata.clone().unwrap();
    assert_eq!(
        metadata.creation_timestamp.unwrap().seconds,
        Some(1_767_225_600)
    );
    assert_eq!(metadata.managed_fields[0].manager.as_deref(), Some("test"));
    assert_eq!(answered.automount_service_account_token, Some(false));

    let (_, stored) = api.get(&format!("{ACCOUNTS}/a"));
    assert_eq!(stored["metadata"]["labels"], json!({ "app": "web" }));
    assert_eq!(stored["secrets"], json!([{ "name": "s" }]));
    assert!(stored["metadata"].get("generateName").is_none());

    let listed = api.raw(Method::GET, ACCOUNTS, &SPEAKS_PROTOBUF, Vec::new());
    let list: core::ServiceAccountList = unsealed(&bytes_of(listed));
    assert_eq!(list.items[0], answered);
}

#[test]
fn a_review_in_protobuf_says_who_asks() {
    let question = authentication::SelfSubjectReview::default();
    let body = sealed("authentication.k8s.io/v1", "SelfSubjectReview", &question);
    let response = Api::new().raw(
        Method::POST,
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        &SPEAKS_PROTOBUF,
        body,
    );
    let review: authentication::SelfSubjectReview = unsealed(&bytes_of(response));
    let user = review.status.unwrap().user_info.unwrap();
    assert_eq!(
        user.username.as_deref(),
        Some("arn:aws:iam::111122223333:user/admin")
    );
    assert_eq!(user.groups, ["system:authenticated"]);
}

#[test]
fn malformed_protobuf_is_a_bad_request() {
    let api = Api::new();
    for body in [
        b"{}".to_vec(),
        b"k8s\0\xff".to_vec(),
        b"k8s\0\x12\x7f".to_vec(),
        sealed(
            "v1",
            "ServiceAccount",
            &Unknown {
                raw: Some(vec![0xff; 9]),
                ..Unknown::default()
            },
        ),
    ] {
        assert_eq!(
            api.raw(
                Method::POST,
                ACCOUNTS,
                &[(header::CONTENT_TYPE, PROTOBUF)],
                body
            )
            .status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[test]
fn every_structure_has_the_tags_of_the_generated_code() {
    let api = Api::new();
    let event = core::Event {
        metadata: Some(meta::ObjectMeta {
            name: Some("e".to_owned()),
            namespace: Some("default".to_owned()),
            ..meta::ObjectMeta::default()
        }),
        involved_object: Some(core::ObjectReference {
            kind: Some("ServiceAccount".to_owned()),
            namespace: Some("default".to_owned()),
            field_path: Some("spec".to_owned()),
            ..core::ObjectReference::default()
        }),
        reason: Some("Because".to_owned()),
        source: Some(core::EventSource {
            component: Some("test".to_owned()),
            host: Some("node".to_owned()),
        }),
        first_timestamp: Some(meta::Time {
            seconds: Some(60),
            nanos: Some(0),
        }),
        event_time: Some(meta::MicroTime {
            seconds: Some(60),
            nanos: Some(5_000),
        }),
        series: Some(core::EventSeries {
            count: Some(2),
            last_observed_time: Some(meta::MicroTime {
                seconds: Some(61),
                nanos: Some(0),
            }),
        }),
        count: Some(3),
        r#type: Some("Normal".to_owned()),
        reporting_component: Some("test".to_owned()),
        reporting_instance: Some("test-1".to_owned()),
        ..core::Event::default()
    };
    let response = api.raw(
        Method::POST,
        "/api/v1/namespaces/default/events",
        &SPEAKS_PROTOBUF,
        sealed("v1", "Event", &event),
    );
    let mut answered: core::Event = unsealed(&bytes_of(response));
    answered.metadata = event.metadata.clone();
    assert_eq!(answered, event);
}
