//! Helpers shared by the integration tests: a mock in this process, and the AWS SDK for Rust pointed at it.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use podpass_mock::{MockServer, MockServerBuilder};

/// The mock's account.
pub const ACCOUNT: &str = "111122223333";
/// A trust policy for roles of pods.
pub const POD_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
/// A permissions policy, with characters that have to be encoded.
pub const READ: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a+b %3A/*"}]}"#;
/// More than two pages of three.
pub const NAMES: [&str; 7] = ["n0", "n1", "n2", "n3", "n4", "n5", "n6"];
/// How long a test waits for what should come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A mock with the cluster `my-cluster`, and clients that find it.
#[derive(Debug)]
pub struct Setup {
    /// IAM.
    pub iam: aws_sdk_iam::Client,
    /// EKS.
    pub eks: aws_sdk_eks::Client,
    /// STS.
    pub sts: aws_sdk_sts::Client,
    /// The mock.
    pub server: MockServer,
}

impl Setup {
    /// Starts the mock.
    pub async fn new() -> Self {
        Self::of(MockServer::builder()).await
    }

    /// Starts the mock with settings of a test's own.
    pub async fn of(builder: MockServerBuilder) -> Self {
        let server = builder.cluster("my-cluster").start().await;
        let server = server.expect("a mock server");
        let config = config(&server, administrator_of(ACCOUNT));
        Self {
            iam: aws_sdk_iam::Client::new(&config),
            eks: aws_sdk_eks::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            server,
        }
    }

    /// Creates a role with this trust policy: its ARN.
    pub async fn create_role(&self, name: &str, trust: &str) -> String {
        let role = self.iam.create_role().role_name(name);
        let role = role.assume_role_policy_document(trust).send().await;
        let role = role.expect("a role").role.expect("its members");
        role.arn
    }

    /// Creates a managed policy: its ARN.
    pub async fn create_policy(&self, name: &str) -> String {
        let policy = self.iam.create_policy().policy_name(name);
        let policy = policy.policy_document(READ).send().await;
        let policy = policy.expect("a policy").policy.expect("its members");
        policy.arn.expect("its ARN")
    }

    /// Associates a service account with a role: the association's id.
    pub async fn associate(&self, service_account: &str, role_arn: &str) -> String {
        let association = self.eks.create_pod_identity_association();
        let association = association
            .cluster_name("my-cluster")
            .namespace("default")
            .service_account(service_account)
            .role_arn(role_arn)
            .send()
            .await;
        let association = association.expect("an association").association;
        association
            .and_then(|association| association.association_id)
            .expect("its id")
    }
}

/// Credentials whose key id selects an account of the mock.
pub fn administrator_of(account: &str) -> Credentials {
    Credentials::new(account, "secret", None, None, "tests")
}

/// One attempt only: a retry would hide a fault of the server.
pub fn config(server: &MockServer, credentials: Credentials) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(server.uri())
        .region(Region::new("us-west-2"))
        .retry_config(RetryConfig::disabled())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}
