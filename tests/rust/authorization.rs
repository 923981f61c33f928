//! The AWS SDK for Rust against a mock that checks signatures and permissions: what it signs is right, and what it is
//! refused is typed.

use aws_credential_types::Credentials;
use aws_sdk_iam::error::ProvideErrorMetadata;
use aws_sdk_iam::types::Tag;
use podpass_mock::{Auth, Decision, MockServer};
use podpass_tests::{ACCOUNT, POD_TRUST, config};

const EVERYTHING_OF_EKS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"eks:*","Resource":"*"}]}"#;

async fn server(auth: Auth) -> MockServer {
    let builder = MockServer::builder().cluster("my-cluster").auth(auth);
    builder.start().await.expect("a server")
}

fn administrator() -> Credentials {
    Credentials::new("test", "test", None, None, "tests")
}

/// The credentials of a user who may do everything in EKS, and nothing else.
async fn alice(server: &MockServer) -> Credentials {
    let iam = aws_sdk_iam::Client::new(&config(server, administrator()));
    let create = iam.create_user().user_name("alice");
    create.send().await.expect("a user");
    let policy = iam.put_user_policy().user_name("alice").policy_name("eks");
    let policy = policy.policy_document(EVERYTHING_OF_EKS);
    policy.send().await.expect("a policy");
    let key = iam.create_access_key().user_name("alice").send().await;
    let key = key.expect("a key").access_key.expect("a key");
    Credentials::new(
        key.access_key_id,
        key.secret_access_key,
        None,
        None,
        "tests",
    )
}

#[tokio::test]
async fn what_the_sdk_signs_is_right_whatever_stands_in_it() {
    let server = server(Auth::Enforce).await;
    let config = config(&server, administrator());
    let iam = aws_sdk_iam::Client::new(&config);
    let tag = Tag::builder()
        .key("a b/c")
        .value("ä + é = @")
        .build()
        .unwrap();
    let role = iam.create_role().role_name("r").path("/a/~b/").tags(tag);
    let role = role.assume_role_policy_document(POD_TRUST);
    role.send().await.unwrap();
    let eks = aws_sdk_eks::Client::new(&config);
    let arn = format!("arn:aws:eks:us-west-2:{ACCOUNT}:cluster/my-cluster");
    // In the path and in the query, escaped.
    let tagged = eks.tag_resource().resource_arn(&arn).tags("a b/c", "+ é");
    tagged.send().await.unwrap();
    let untagged = eks.untag_resource().resource_arn(&arn).tag_keys("a b/c");
    untagged.tag_keys("é*+~").send().await.unwrap();
    let sts = aws_sdk_sts::Client::new(&config);
    let session = sts.get_session_token().send().await.unwrap();
    let session = session.credentials.unwrap();
    let session = Credentials::new(
        session.access_key_id,
        session.secret_access_key,
        Some(session.session_token),
        None,
        "tests",
    );
    let eks = aws_sdk_eks::Client::new(&podpass_tests::config(&server, session));
    let clusters = eks.list_clusters().send().await.unwrap();
    assert_eq!(clusters.clusters(), ["my-cluster"]);
}

#[tokio::test]
async fn a_denial_is_an_error_with_awss_code_and_sentence() {
    let server = server(Auth::Enforce).await;
    let config = config(&server, alice(&server).await);
    let eks = aws_sdk_eks::Client::new(&config);
    eks.describe_cluster()
        .name("my-cluster")
        .send()
        .await
        .unwrap();
    let role_arn = format!("arn:aws:iam::{ACCOUNT}:role/my-role");
    let associate = eks.create_pod_identity_association();
    let associate = associate.cluster_name("my-cluster").namespace("default");
    let associate = associate.service_account("a").role_arn(&role_arn);
    let error = associate.send().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    let user = format!("User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: ");
    let sentence = format!(
        "{user}iam:PassRole on resource: {role_arn} because no identity-based policy allows the iam:PassRole action"
    );
    assert_eq!(error.message(), Some(sentence.as_str()));

    let iam = aws_sdk_iam::Client::new(&config);
    let error = iam
        .get_role()
        .role_name("my-role")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"));
    let sentence = format!(
        "{user}iam:GetRole on resource: role my-role because no identity-based policy allows the iam:GetRole action"
    );
    assert_eq!(error.message(), Some(sentence.as_str()));
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_in_a_simulation_told() {
    let wrong = || Credentials::new("test", "wrong", None, None, "tests");
    let enforcing = server(Auth::Enforce).await;
    let iam = aws_sdk_iam::Client::new(&config(&enforcing, wrong()));
    let error = iam.list_roles().send().await.unwrap_err();
    assert_eq!(error.code(), Some("SignatureDoesNotMatch"));

    let simulating = server(Auth::Simulate).await;
    let iam = aws_sdk_iam::Client::new(&config(&simulating, wrong()));
    iam.list_roles().send().await.unwrap();
    let requests = simulating.requests();
    let reason = requests[0].reason.as_deref().unwrap_or_default();
    assert_eq!(requests[0].decision, Some(Decision::Denied));
    assert!(
        reason.starts_with("The request signature we calculated"),
        "{reason}"
    );
}
