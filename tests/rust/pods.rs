//! A program in a pod, with aws-config and the AWS SDK for Rust: by nothing but the pod's environment it is who the
//! association makes it, and may what the role's policies say.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use k8s_openapi::api::authentication::v1::{BoundObjectReference, TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{Pod, ServiceAccount};
use kube::api::PostParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, ResourceExt as _};
use podpass_mock::{MockServer, Question};
use serde_json::json;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
/// Each namespace has a folder in the bucket, and each service account a queue.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/${aws:PrincipalTag/kubernetes-namespace}/*"},
    {"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:${aws:PrincipalTag/kubernetes-service-account}"}]}"#;
/// What the webhook gives pods, as it is on real nodes.
const AGENT: &str = "http://169.254.170.23/v1/credentials";
const TOKEN_FILE: &str =
    "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";

/// The program: it prints who it is. It is no test of its own but what the next one runs, by `--ignored`, in a process
/// whose environment is the pod's; without one it has no credentials to find.
#[tokio::test]
#[ignore = "runs in the environment of a pod, which another test makes"]
async fn whoami() {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let caller = aws_sdk_sts::Client::new(&config).get_caller_identity();
    let caller = caller.send().await.expect("an identity");
    eprintln!("I am {}", caller.arn().expect("an ARN"));
}

#[tokio::test]
async fn a_program_is_who_the_association_makes_it_and_may_what_the_role_may() {
    let server = MockServer::builder().cluster("my-cluster").start().await;
    let server = Arc::new(server.expect("a mock server"));
    associate(&server).await;
    let client = kubernetes(&server).await;
    let pod = create_pod(client.clone()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("eks-pod-identity-token");
    std::fs::write(&token, token_of(client, &pod).await).expect("a written file");

    let env = environment(&pod, &server, &token);
    let output = tokio::task::spawn_blocking(move || run_whoami(env)).await;
    let output = output.expect("a finished task");
    let arn = output
        .lines()
        .find_map(|line| line.strip_prefix("I am "))
        .unwrap_or_else(|| panic!("no identity: {output}"));
    let session = "arn:aws:sts::111122223333:assumed-role/my-role/eks-my-cluster-my-pod-";
    assert!(arn.starts_with(session), "{arn}");

    let may = |action: &str, resource: &str| {
        let decision = server.authorize(Question::of_arn(arn, action).on(resource));
        decision.expect("a decision").is_allowed()
    };
    assert!(may("s3:GetObject", "arn:aws:s3:::bucket/default/key"));
    assert!(!may("s3:GetObject", "arn:aws:s3:::bucket/kube-system/key"));
    assert!(!may("s3:PutObject", "arn:aws:s3:::bucket/default/key"));
    assert!(may(
        "sqs:SendMessage",
        "arn:aws:sqs:us-west-2:111122223333:web"
    ));
    assert!(!may(
        "sqs:SendMessage",
        "arn:aws:sqs:us-west-2:111122223333:api"
    ));
}

/// Associates the service account `web` with the role `my-role`.
async fn associate(server: &MockServer) {
    let administrator = Credentials::new("111122223333", "secret", None, None, "tests");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(server.uri())
        .region(Region::new("us-west-2"))
        .credentials_provider(SharedCredentialsProvider::new(administrator))
        .build();
    let iam = aws_sdk_iam::Client::new(&config);
    let role = iam.create_role().role_name("my-role");
    let role = role.assume_role_policy_document(TRUST).send().await;
    let role = role.expect("a role").role.expect("its members");
    let policy = iam.put_role_policy().role_name("my-role").policy_name("p");
    let policy = policy.policy_document(POLICY).send().await;
    policy.expect("a policy");
    let association = aws_sdk_eks::Client::new(&config)
        .create_pod_identity_association()
        .cluster_name("my-cluster")
        .namespace("default")
        .service_account("web")
        .role_arn(role.arn)
        .send()
        .await;
    association.expect("an association");
}

async fn kubernetes(server: &MockServer) -> kube::Client {
    let config = Kubeconfig::from_yaml(&server.kubeconfig()).expect("a kubeconfig");
    let config = kube::Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await;
    kube::Client::try_from(config.expect("a configuration")).expect("a client")
}

async fn create_pod(client: kube::Client) -> Pod {
    let account = json!({ "metadata": { "name": "web" } });
    let account: ServiceAccount = serde_json::from_value(account).expect("a service account");
    let accounts = Api::default_namespaced(client.clone());
    let created = accounts.create(&PostParams::default(), &account).await;
    created.expect("a service account");
    let pod = json!({
        "metadata": { "name": "my-pod" },
        "spec": {
            "serviceAccountName": "web",
            "containers": [{ "name": "app", "image": "busybox" }],
        },
    });
    let pod: Pod = serde_json::from_value(pod).expect("a pod");
    let pods = Api::default_namespaced(client);
    let created = pods.create(&PostParams::default(), &pod).await;
    created.expect("a pod")
}

/// The pod's token for EKS Pod Identity, as the kubelet asks for it.
async fn token_of(client: kube::Client, pod: &Pod) -> String {
    let request = TokenRequest {
        spec: TokenRequestSpec {
            audiences: vec!["pods.eks.amazonaws.com".to_owned()],
            expiration_seconds: Some(86_400),
            bound_object_ref: Some(BoundObjectReference {
                api_version: Some("v1".to_owned()),
                kind: Some("Pod".to_owned()),
                name: Some(pod.name_any()),
                uid: pod.uid(),
            }),
        },
        ..TokenRequest::default()
    };
    let accounts: Api<ServiceAccount> = Api::default_namespaced(client);
    let options = PostParams::default();
    let request = accounts.create_token_request("web", &options, &request);
    let status = request.await.expect("a token request").status;
    status.expect("its status").token
}

/// The environment of the pod's container, with the addresses that agent, token file and AWS have here.
fn environment(pod: &Pod, server: &MockServer, token: &Path) -> Vec<(String, String)> {
    let spec = pod.spec.as_ref().expect("a spec");
    let variables = spec.containers[0].env.iter().flatten();
    let mut env: Vec<(String, String)> = variables
        .map(|variable| {
            let value = match variable.value.as_deref().unwrap_or_default() {
                AGENT => server.credentials_uri(),
                TOKEN_FILE => token.display().to_string(),
                other => other.to_owned(),
            };
            (variable.name.clone(), value)
        })
        .collect();
    env.push(("AWS_ENDPOINT_URL".to_owned(), server.uri().to_owned()));
    env
}

/// Runs the program with nothing else in its environment, and answers what it printed.
fn run_whoami(env: Vec<(String, String)>) -> String {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "whoami", "--ignored", "--nocapture"])
        .env_clear()
        .envs(env)
        .output()
        .expect("a finished program");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
