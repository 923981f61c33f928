//! Every way to fail, and the kind of error that it becomes.

use std::time::{Duration, Instant};

use podpass::port::{
    Eks as _, Iam as _, Kubernetes as _, PortError, PortErrorKind as Kind, Sts as _, World as _,
};
use podpass::{AssociationUpdate, NewAssociation};
use podpass_aws::World;
use serde_json::json;
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{ACCOUNT, action, builder, eks, iam, know_the_caller, the, xml};

fn iam_error(status: u16, code: &str, message: &str) -> ResponseTemplate {
    let body = format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error>\
         <Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>7a62c49f</RequestId></ErrorResponse>"
    );
    ResponseTemplate::new(status)
        .insert_header("x-amzn-RequestId", "7a62c49f")
        .set_body_raw(body, "text/xml")
}

fn eks_error(status: u16, code: &str, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header("x-amzn-RequestId", "7a62c49f")
        .insert_header(
            "x-amzn-ErrorType",
            format!("{code}:http://internal/").as_str(),
        )
        .set_body_json(json!({"message": message, "clusterName": null}))
}

fn kubernetes_error(status: u16, reason: &str, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "metadata": {},
        "message": message, "reason": reason, "code": status,
    }))
}

fn subject() -> NewAssociation {
    NewAssociation {
        cluster_name: the("my-cluster"),
        namespace: the("default"),
        service_account: the("my-service-account"),
        role_arn: the("arn:aws:iam::111122223333:role/my-role"),
        target_role_arn: None,
        disable_session_tags: false,
        policy: None,
        tags: podpass::Tags::new(),
    }
}

/// What `GetRole` makes of an answer.
async fn get_role(answer: ResponseTemplate) -> PortError {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    action("GetRole").respond_with(answer).mount(&server).await;
    iam.role(&the("my-role")).await.unwrap_err()
}

/// What `CreatePodIdentityAssociation` makes of an answer.
async fn create_association(answer: ResponseTemplate) -> PortError {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    eks.create_association(&subject()).await.unwrap_err()
}

/// What listing service accounts makes of an answer.
async fn list_accounts(answer: ResponseTemplate) -> PortError {
    let server = MockServer::start().await;
    let kubernetes = crate::kubernetes::connect(&server).await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let accounts = kubernetes.service_accounts(&the("default")).await;
    accounts.unwrap_err()
}

#[tokio::test]
async fn errors_of_iam_keep_code_status_text_and_request_id() {
    for (status, code, message, kind) in [
        (
            404,
            "NoSuchEntity",
            "The role with name my-role cannot be found.",
            Kind::NotFound,
        ),
        (
            409,
            "EntityAlreadyExists",
            "Role with name my-role already exists.",
            Kind::Conflict,
        ),
        (
            409,
            "DeleteConflict",
            "Cannot delete entity",
            Kind::Conflict,
        ),
        (
            409,
            "LimitExceeded",
            "Cannot exceed quota",
            Kind::LimitExceeded,
        ),
        (400, "Throttling", "Rate exceeded", Kind::Throttled),
        (
            400,
            "MalformedPolicyDocument",
            "Syntax errors in policy.",
            Kind::Invalid,
        ),
        (
            403,
            "AccessDenied",
            "User is not authorized",
            Kind::AccessDenied,
        ),
        (500, "ServiceFailure", "We failed.", Kind::Unavailable),
        (503, "ServiceUnavailable", "Later.", Kind::Unavailable),
        (501, "NotImplemented", "GetRole is not built", Kind::Other),
    ] {
        let error = get_role(iam_error(status, code, message)).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.code(), Some(code));
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.message(), message);
        assert_eq!(error.request_id(), Some("7a62c49f"));
        assert_eq!(error.operation(), "GetRole");
    }
}

#[tokio::test]
async fn errors_of_eks_keep_code_status_text_and_request_id() {
    for (status, code, message, kind) in [
        (
            404,
            "ResourceNotFoundException",
            "No cluster found for name: x.",
            Kind::NotFound,
        ),
        (
            400,
            "ResourceLimitExceededException",
            "Too many",
            Kind::LimitExceeded,
        ),
        (429, "ThrottlingException", "Rate exceeded", Kind::Throttled),
        (
            429,
            "TooManyRequestsException",
            "Rate exceeded",
            Kind::Throttled,
        ),
        (
            400,
            "InvalidParameterException",
            "Role provided in the request does not exist.",
            Kind::RoleNotPropagated,
        ),
        (
            400,
            "InvalidParameterException",
            "Trust policy of the role provided is invalid.",
            Kind::TrustPolicyInvalid,
        ),
        (
            403,
            "AccessDeniedException",
            "Cross-account pass role is not allowed.",
            Kind::AccessDenied,
        ),
        (500, "ServerException", "We failed.", Kind::Unavailable),
    ] {
        let error = create_association(eks_error(status, code, message)).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.code(), Some(code));
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.message(), message);
        assert_eq!(error.request_id(), Some("7a62c49f"));
    }
}

#[tokio::test]
async fn second_association_for_the_same_subject_names_the_first() {
    let message = "Association already exists: a-abcdefghijklmnop1";
    let answer = eks_error(409, "ResourceInUseException", message);

    let error = create_association(answer).await;

    assert!(error.is_conflict());
    let existing = error.existing_association();
    assert_eq!(existing.unwrap().as_str(), "a-abcdefghijklmnop1");
}

#[tokio::test]
async fn errors_of_kubernetes_keep_reason_status_and_text() {
    for (status, reason, kind) in [
        (403, "Forbidden", Kind::AccessDenied),
        (404, "NotFound", Kind::NotFound),
        (409, "Conflict", Kind::Conflict),
        (422, "Invalid", Kind::Invalid),
        (429, "TooManyRequests", Kind::Throttled),
        (500, "InternalError", Kind::Unavailable),
        (503, "ServiceUnavailable", Kind::Unavailable),
    ] {
        let error = list_accounts(kubernetes_error(status, reason, "why")).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.code(), Some(reason));
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.message(), "why");
    }
}

#[tokio::test]
async fn caller_whom_the_cluster_does_not_know_is_told_of_access_entries() {
    let error = list_accounts(kubernetes_error(401, "Unauthorized", "Unauthorized")).await;
    assert!(error.is_access_denied());
    assert!(error.hint().unwrap().contains("access entry"));
}

#[tokio::test]
async fn error_page_of_a_proxy_is_classified_by_its_status() {
    let page = || ResponseTemplate::new(502).set_body_raw("<html>Bad Gateway", "text/html");
    for error in [
        get_role(page()).await,
        create_association(page()).await,
        list_accounts(page()).await,
    ] {
        assert_eq!(error.kind(), Kind::Unavailable, "{error}");
        assert_eq!(error.code(), None, "{error}");
        assert_eq!(error.status(), Some(502), "{error}");
    }
}

#[tokio::test]
async fn good_status_with_a_bad_body_is_an_answer_that_cannot_be_read() {
    let garbage = |kind| ResponseTemplate::new(200).set_body_raw("<garbage", kind);
    for error in [
        get_role(garbage("text/xml")).await,
        create_association(garbage("application/json")).await,
        list_accounts(garbage("application/json")).await,
    ] {
        assert_eq!(error.kind(), Kind::Unreachable, "{error}");
        assert!(error.is_unreadable());
        let told = error.message().starts_with("the answer cannot be read: ");
        assert!(told, "{error}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_an_answer_that_cannot_be_read() {
    let bytes = ResponseTemplate::new(200).set_body_raw(vec![0xff, 0xfe], "application/json");
    let error = list_accounts(bytes).await;
    assert!(error.is_unreadable(), "{error}");
}

#[tokio::test]
async fn bare_status_is_told_as_such_and_proves_nothing_missing() {
    let page = ResponseTemplate::new(404).set_body_raw("<html></html>", "text/html");
    let error = get_role(page).await;
    assert!(!error.is_not_found());
    let told = "IAM GetRole failed with status 404: the answer holds neither a code nor a message";
    assert_eq!(error.to_string(), told);
}

#[tokio::test]
async fn answer_without_what_every_answer_has_is_told_by_the_member() {
    let no_id = json!({"association": {"clusterName": "my-cluster"}});
    let error = create_association(ResponseTemplate::new(200).set_body_json(no_id)).await;
    assert_eq!(
        error.message(),
        "the answer cannot be read: `associationId` is missing"
    );
    let error = get_role(xml("GetRole", "<Role><Arn>AROAEXAMPLE</Arn></Role>")).await;
    assert_eq!(
        error.message(),
        "the answer cannot be read: `AssumeRolePolicyDocument` is missing"
    );
}

#[tokio::test]
async fn throttling_and_failures_of_the_service_go_up_without_a_retry() {
    for answer in [
        iam_error(400, "Throttling", "Rate exceeded"),
        iam_error(429, "TooManyRequestsException", "Rate exceeded"),
        iam_error(503, "ServiceUnavailable", "Later."),
    ] {
        let server = MockServer::start().await;
        know_the_caller(&server).await;
        action("GetRole")
            .respond_with(answer)
            .expect(1)
            .mount(&server)
            .await;
        let world = builder(&server.uri()).max_attempts(5).build().await;
        let iam = world.unwrap().iam(&the(ACCOUNT)).await.unwrap();

        let error = iam.role(&the("my-role")).await.unwrap_err();

        assert!(error.is_transient(), "{error}");
    }
}

#[tokio::test]
async fn what_the_network_lost_is_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let hang_up_twice = tokio::spawn(async move {
        for _ in 0..2 {
            drop(listener.accept().await.unwrap());
        }
    });
    let world = builder(&uri).max_attempts(2).build().await.unwrap();

    let error = world.sts().await.unwrap().caller_identity().await;

    let error = error.unwrap_err();
    hang_up_twice.await.unwrap();
    assert_eq!(error.kind(), Kind::Unreachable, "{error}");
    assert_eq!(error.status(), None);
    let told = format!("the connection to {uri} ended before the answer came: ");
    assert!(error.message().starts_with(&told), "{error}");
    assert!(error.hint().unwrap().contains("AWS_ENDPOINT_URL"));
}

#[tokio::test]
async fn server_that_does_not_answer_is_given_up_after_the_timeout() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(30));
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(slow).mount(&server).await;
    let world = builder(&server.uri()).timeout(Duration::from_millis(100));
    let world = world.build().await.unwrap();
    let started = Instant::now();

    let error = world.sts().await.unwrap().caller_identity().await;

    let error = error.unwrap_err();
    assert_eq!(error.kind(), Kind::Unreachable);
    let told = format!("{} does not answer: ", server.uri());
    assert!(error.message().starts_with(&told), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn missing_credentials_are_told_with_what_to_do() {
    let profile = World::builder().profile("podpass-no-such-profile");
    let profile = profile.endpoint_url("http://127.0.0.1:1");
    let world = profile.region(the("us-west-2")).build().await.unwrap();

    let error = world.sts().await.unwrap().caller_identity().await;

    let error = error.unwrap_err();
    assert_eq!(error.kind(), Kind::Unreachable, "{error}");
    assert!(error.message().contains("credentials"), "{error}");
    let profile = "for profile `podpass-no-such-profile`, neither in `";
    assert!(error.message().contains(profile), "{error}");
    assert!(error.hint().unwrap().contains("profile"), "{error:?}");
}

#[tokio::test]
async fn expired_credentials_are_told_with_what_to_do() {
    let error = get_role(iam_error(403, "ExpiredToken", "The security token expired")).await;
    assert!(error.is_access_denied());
    assert!(error.hint().unwrap().contains("aws sso login"));
}

#[tokio::test]
async fn role_that_iam_shows_a_moment_later_is_found_by_asking_again() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    action("GetRole")
        .respond_with(iam_error(404, "NoSuchEntity", "not yet"))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let role = "<Role><Arn>arn:aws:iam::111122223333:role/my-role</Arn>\
                <AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></Role>";
    action("GetRole")
        .respond_with(xml("GetRole", role))
        .mount(&server)
        .await;

    let first = iam.role(&the("my-role")).await;
    let second = iam.role(&the("my-role")).await;

    assert!(first.unwrap_err().is_not_found());
    assert_eq!(second.unwrap().trust_policy, "{}");
}

#[tokio::test]
async fn association_that_is_gone_is_not_found_whatever_was_wanted_of_it() {
    let server = MockServer::start().await;
    let eks = eks(&server).await;
    Mock::given(any())
        .respond_with(eks_error(404, "ResourceNotFoundException", "no such id"))
        .mount(&server)
        .await;
    let (cluster, id) = (the("my-cluster"), the("a-abcdefghijklmnop1"));
    let update = AssociationUpdate {
        disable_session_tags: Some(true),
        ..AssociationUpdate::default()
    };

    let described = eks.describe_association(&cluster, &id).await;
    let updated = eks.update_association(&cluster, &id, &update).await;
    let deleted = eks.delete_association(&cluster, &id).await;

    assert!(described.unwrap_err().is_not_found());
    assert!(updated.unwrap_err().is_not_found());
    assert!(deleted.unwrap_err().is_not_found());
}
