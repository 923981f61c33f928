//! STS on the wire.

use podpass::port::{Sts as _, World as _};
use wiremock::MockServer;

use crate::support::{ACCOUNT, action, builder, last_request, xml};

#[tokio::test]
async fn caller_is_read_with_account_and_partition() {
    let server = MockServer::start().await;
    let arn = format!("arn:aws-cn:sts::{ACCOUNT}:assumed-role/admin/me");
    action("GetCallerIdentity")
        .respond_with(xml(
            "GetCallerIdentity",
            &format!("<Arn>{arn}</Arn><UserId>AROA:me</UserId><Account>{ACCOUNT}</Account>"),
        ))
        .mount(&server)
        .await;
    let world = builder(&server.uri()).build().await.unwrap();

    let caller = world.sts().await.unwrap().caller_identity().await.unwrap();

    assert_eq!(caller.account.as_str(), ACCOUNT);
    assert_eq!(caller.partition.as_str(), "aws-cn");
    assert_eq!(caller.arn, arn);
}

#[tokio::test]
async fn requests_are_signed_for_their_service_and_name_podpass() {
    let server = MockServer::start().await;
    let world = builder(&server.uri()).build().await.unwrap();

    let _unanswered = world.sts().await.unwrap().caller_identity().await;

    let request = last_request(&server).await;
    let header = |name: &str| request.headers[name].to_str().unwrap();
    let authorization = header("authorization");
    assert!(authorization.contains(&format!("Credential={ACCOUNT}/")));
    assert!(authorization.contains("/us-west-2/sts/aws4_request"));
    assert_eq!(header("x-amz-security-token"), "token");
    assert!(header("x-amz-user-agent").contains("app/podpass"));
}
