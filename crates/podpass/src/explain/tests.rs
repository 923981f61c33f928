use serde_json::json;

use super::*;
use crate::port::{Pod, PodName, PortError, Service};
use crate::testing::{self, Memory, PAGE_MANIFEST};
use crate::{PodIdentity, Run};

const AGENT: &str = "http://127.0.0.1:4566/v1/credentials";
const BUCKET: &str = "arn:aws:s3:::my-pod-secrets-bucket";

async fn world() -> Memory {
    let world = Memory::with_cluster("my-cluster");
    testing::apply_manifest(&world, &testing::desired(PAGE_MANIFEST)).await;
    world
}

async fn explain_with(world: &Memory, pod: Option<&str>, token: Option<String>) -> Chain {
    let run: Run<Memory> = testing::run(world);
    let subject = testing::subject();
    let identity = match pod {
        Some(name) => PodIdentity::of(&run, &subject, name).await,
        None => {
            let name = PodName::StartingWith("podpass-");
            PodIdentity::create(&run, &subject, &name).await.map(Some)
        }
    };
    let probe = Probe {
        pod: identity.as_ref().map(Option::as_ref).map_err(Clone::clone),
        token,
        agent: AGENT.to_owned(),
        agent_expected: true,
    };
    let path = look(&run, &subject, probe).await;
    explain(&path, Some(&AccessQuestion::new("s3:GetObject", BUCKET)))
}

async fn explain_new(world: &Memory) -> Chain {
    explain_with(world, None, None).await
}

/// The first broken link, with what is told of it.
fn broken(chain: &Chain) -> (LinkName, &str) {
    let link = chain.broken().unwrap_or_else(|| panic!("{chain:?}"));
    (link.link, &link.message)
}

fn state(chain: &Chain, name: LinkName) -> LinkState {
    chain.link(name).unwrap().state
}

/// A pod `web` that the webhook changed, and then somebody else.
fn web(world: &Memory, change: impl FnOnce(&mut Pod)) {
    let mut pod = Pod {
        name: "web".to_owned(),
        uid: "u".to_owned(),
        service_account: "my-service-account".parse().unwrap(),
        labels: Default::default(),
        annotations: Default::default(),
        containers: vec![testing::injected()],
    };
    change(&mut pod);
    let key = ("default".parse().unwrap(), "web".to_owned());
    world.change(|state| state.pods.insert(key, pod));
}

fn refuse(world: &Memory, error: PortError) {
    world.change(|state| state.agent_refuses = Some(error));
}

fn eks_auth(status: u16, code: &str, message: &str) -> PortError {
    PortError::answered(Service::Agent, "credentials", status, code, message)
}

#[tokio::test]
async fn every_link_holds_after_the_pages_workflow() {
    let chain = explain_new(&world().await).await;
    let states: Vec<_> = chain.links.iter().map(|link| link.state).collect();
    assert_eq!(states, [LinkState::Holds; 7], "{chain:?}");
    assert!(chain.broken().is_none());
}

#[tokio::test]
async fn missing_namespace_service_account_and_association_are_each_told() {
    let world = world().await;
    world.change(|state| state.associations.clear());
    let chain = explain_new(&world).await;
    let message = "service account `my-cluster/default/my-service-account` has no association, \
                   so its pods get no credentials";
    assert_eq!(broken(&chain), (LinkName::Association, message));
    assert_eq!(state(&chain, LinkName::Agent), LinkState::NotReached);

    world.change(|state| state.service_accounts.clear());
    let chain = explain_new(&world).await;
    let message = "there is no service account `my-service-account` in namespace `default`";
    assert_eq!(broken(&chain), (LinkName::ServiceAccount, message));

    world.change(|state| state.namespaces.clear());
    let chain = explain_new(&world).await;
    let message = "there is no namespace `default`";
    assert_eq!(broken(&chain), (LinkName::ServiceAccount, message));
}

#[tokio::test]
async fn cluster_that_is_missing_breaks_the_association() {
    let world = world().await;
    world.change(|state| state.clusters.clear());
    let chain = explain_new(&world).await;
    let message = "there is no cluster `my-cluster` in account `111122223333`, region `us-west-2`";
    assert_eq!(broken(&chain), (LinkName::Association, message));
}

#[tokio::test]
async fn pod_that_the_webhook_missed_was_created_too_early() {
    let world = world().await;
    web(&world, |pod| pod.containers[0] = Default::default());
    let chain = explain_with(&world, Some("web"), None).await;
    let (link, message) = broken(&chain);
    assert_eq!(link, LinkName::Agent);
    assert!(
        message.contains("was created before the association"),
        "{message}"
    );
    let remedy = chain.broken().unwrap().remedy.as_deref();
    assert_eq!(remedy, Some("create the pod anew"));
    assert_eq!(state(&chain, LinkName::Token), LinkState::NotReached);
}

#[tokio::test]
async fn pod_that_keeps_the_webhook_away_is_told_by_what_keeps_it_away() {
    let world = world().await;
    let skip = "eks.amazonaws.com/skip-pod-identity-webhook";
    web(&world, |pod| {
        pod.containers[0] = Default::default();
        pod.labels.insert(skip.to_owned(), String::new());
    });
    let chain = explain_with(&world, Some("web"), None).await;
    assert!(broken(&chain).1.contains(skip), "{chain:?}");

    let skip = "eks.amazonaws.com/skip-containers";
    web(&world, |pod| {
        pod.containers[0].environment.clear();
        pod.annotations
            .insert(skip.to_owned(), "sidecar, main".to_owned());
    });
    let chain = explain_with(&world, Some("web"), None).await;
    assert!(broken(&chain).1.contains(skip), "{chain:?}");
}

#[tokio::test]
async fn variable_that_wins_over_the_agent_is_named() {
    let world = world().await;
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    ] {
        web(&world, |pod| {
            let environment = &mut pod.containers[0].environment;
            environment.insert(name.to_owned(), None);
        });
        let chain = explain_with(&world, Some("web"), None).await;
        let (link, message) = broken(&chain);
        assert_eq!(link, LinkName::Agent);
        assert!(
            message.starts_with(&format!("container `main` sets `{name}`, so")),
            "{message}"
        );
    }
}

#[tokio::test]
async fn pod_that_sets_the_webhooks_variables_itself_is_left_alone() {
    let world = world().await;
    web(&world, |pod| {
        let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE".to_owned();
        let file = Some("/my/token".to_owned());
        pod.containers[0].environment.insert(name, file);
    });
    let chain = explain_with(&world, Some("web"), None).await;
    assert!(
        broken(&chain)
            .1
            .contains("itself, so the webhook left both alone")
    );
}

#[tokio::test]
async fn pod_of_another_service_account_and_pod_that_is_missing_are_told() {
    let world = world().await;
    web(&world, |pod| {
        pod.service_account = "default".parse().unwrap()
    });
    let chain = explain_with(&world, Some("web"), None).await;
    let message = "pod `web` runs as service account `default`";
    assert_eq!(broken(&chain), (LinkName::ServiceAccount, message));
    let chain = explain_with(&world, Some("gone"), None).await;
    assert_eq!(broken(&chain).0, LinkName::Token);
    assert_eq!(state(&chain, LinkName::Agent), LinkState::NotReached);
}

#[tokio::test]
async fn role_that_is_gone_and_trust_that_fails_break_the_trust_policy() {
    let world = world().await;
    let told =
        "Unauthorized Exception! EKS does not have permissions to assume the associated role.";
    refuse(&world, eks_auth(400, "AccessDeniedException", told));
    world.change(|state| {
        let role = state.roles.get_mut(&"my-role".parse().unwrap()).unwrap();
        role.role.trust_policy = role
            .role
            .trust_policy
            .replace("sts:TagSession", "sts:SetSourceIdentity");
    });
    let chain = explain_new(&world).await;
    let (link, message) = broken(&chain);
    assert_eq!(link, LinkName::TrustPolicy);
    assert!(message.contains("sts:TagSession"), "{message}");
    let session = chain.link(LinkName::Session).unwrap();
    assert_eq!(session.message, format!("AccessDeniedException: {told}"));
    assert_eq!(state(&chain, LinkName::Policies), LinkState::NotReached);

    world.change(|state| state.roles.clear());
    let chain = explain_new(&world).await;
    let (link, message) = broken(&chain);
    assert_eq!(link, LinkName::TrustPolicy);
    assert!(message.contains("does not exist"), "{message}");
}

#[tokio::test]
async fn target_role_that_the_role_may_not_assume_breaks_the_session() {
    let world = world().await;
    refuse(
        &world,
        eks_auth(400, "AccessDeniedException", "Unauthorized Exception!"),
    );
    world.change(|state| {
        let mut target = state.roles[&"my-role".parse().unwrap()].clone();
        target.role.arn = "arn:aws:iam::111122223333:role/target".parse().unwrap();
        let association = state.associations.values_mut().next().unwrap();
        association.target_role_arn = Some(target.role.arn.clone());
        state.roles.insert("target".parse().unwrap(), target);
    });
    let chain = explain_new(&world).await;
    assert_eq!(broken(&chain).0, LinkName::Session);
    let remedy = chain.broken().unwrap().remedy.as_deref().unwrap();
    assert!(
        remedy.starts_with("target role `target` cannot be assumed: "),
        "{remedy}"
    );
    assert_eq!(state(&chain, LinkName::TrustPolicy), LinkState::Holds);
}

#[tokio::test]
async fn node_that_may_not_call_eks_auth_breaks_the_agent() {
    let world = world().await;
    let told = "User: arn:aws:sts::111122223333:assumed-role/node-role/i-1 is not authorized to perform: \
                eks-auth:AssumeRoleForPodIdentity on resource: arn:aws:eks:us-west-2:111122223333:cluster/my-cluster";
    refuse(&world, eks_auth(403, "AccessDeniedException", told));
    let chain = explain_new(&world).await;
    assert_eq!(broken(&chain), (LinkName::Agent, told));
    assert_eq!(state(&chain, LinkName::Session), LinkState::NotReached);
}

#[tokio::test]
async fn role_of_that_name_under_another_path_is_another_role() {
    let world = world().await;
    refuse(
        &world,
        eks_auth(400, "AccessDeniedException", "Unauthorized Exception!"),
    );
    world.change(|state| {
        let role = state.roles.get_mut(&"my-role".parse().unwrap()).unwrap();
        role.role.arn = "arn:aws:iam::111122223333:role/apps/my-role"
            .parse()
            .unwrap();
    });
    assert_eq!(broken(&explain_new(&world).await).0, LinkName::TrustPolicy);
}

#[tokio::test]
async fn refusal_that_no_policy_explains_breaks_the_session() {
    let world = world().await;
    refuse(
        &world,
        eks_auth(400, "AccessDeniedException", "Unauthorized Exception!"),
    );
    let chain = explain_new(&world).await;
    let message = "AccessDeniedException: Unauthorized Exception!";
    assert_eq!(broken(&chain), (LinkName::Session, message));
}

#[tokio::test]
async fn refusals_of_the_token_break_the_token() {
    let world = world().await;
    for error in [
        eks_auth(
            400,
            "ExpiredTokenException",
            "The token included in the request is expired",
        ),
        eks_auth(
            400,
            "InvalidTokenException",
            "The token included in the request is invalid",
        ),
        eks_auth(
            400,
            "",
            "Service account token failed basic claim validations: token is expired",
        ),
    ] {
        refuse(&world, error);
        let chain = explain_new(&world).await;
        assert_eq!(broken(&chain).0, LinkName::Token);
        assert_eq!(state(&chain, LinkName::Session), LinkState::NotReached);
    }
}

#[tokio::test]
async fn agent_that_refuses_or_is_missing_breaks_the_agent() {
    let world = world().await;
    let told = "Access Denied. Called agent through invalid address";
    refuse(&world, eks_auth(403, "", told));
    assert_eq!(broken(&explain_new(&world).await), (LinkName::Agent, told));
    let error = PortError::unreachable(Service::Agent, "credentials", "connection refused");
    refuse(&world, error);
    let chain = explain_new(&world).await;
    let message = format!("no agent answers at {AGENT}: connection refused");
    assert_eq!(broken(&chain), (LinkName::Agent, message.as_str()));
}

#[tokio::test]
async fn token_is_judged_as_it_stands_in_its_file() {
    let world = world().await;
    web(&world, |_| {});
    let subject = "system:serviceaccount:default:my-service-account";
    let good = json!({ "sub": subject, "aud": "pods.eks.amazonaws.com" });
    let good = testing::token(&good);
    let chain = explain_with(&world, Some("web"), Some(good.clone())).await;
    assert!(chain.broken().is_none(), "{chain:?}");
    let of_another = json!({ "sub": "system:serviceaccount:default:other", "aud": [] });
    let for_another = json!({ "sub": subject, "aud": ["sts.amazonaws.com"] });
    let elsewhere =
        json!({ "iss": "https://elsewhere", "sub": subject, "aud": "pods.eks.amazonaws.com" });
    for (text, why) in [
        (format!("{good}\r\n"), "line breaks"),
        (format!("Bearer {good}"), "blanks"),
        (String::new(), "is empty"),
        ("secret".to_owned(), "no service account token"),
        (
            testing::token(&of_another),
            "it is of `system:serviceaccount:default:other`, not of",
        ),
        (
            testing::token(&for_another),
            "it is for `sts.amazonaws.com`, not for",
        ),
        (
            testing::token(&elsewhere),
            "issued by `https://elsewhere`, and the cluster's tokens are by `https://issuer`",
        ),
    ] {
        let chain = explain_with(&world, Some("web"), Some(text)).await;
        let (link, message) = broken(&chain);
        assert_eq!(link, LinkName::Token);
        assert!(message.contains(why), "{message}");
    }
}

#[tokio::test]
async fn policy_that_allows_something_else_breaks_the_policies() {
    let world = world().await;
    let run = testing::run(&world);
    let subject = testing::subject();
    let name = PodName::Exactly("web".to_owned());
    let identity = PodIdentity::create(&run, &subject, &name).await.unwrap();
    let probe = Probe {
        pod: Ok(Some(&identity)),
        token: None,
        agent: AGENT.to_owned(),
        agent_expected: false,
    };
    let path = look(&run, &subject, probe).await;
    let question = AccessQuestion::new("s3:PutObject", BUCKET);
    let chain = explain(&path, Some(&question));
    assert_eq!(broken(&chain).0, LinkName::Policies);

    let told = explain(&path, None);
    let policies = told.link(LinkName::Policies).unwrap();
    assert_eq!(policies.message, "role `my-role` has 1 permissions policy");
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_no_breach() {
    let world = world().await;
    world.change(|state| state.writes_left = Some(0));
    let chain = explain_new(&world).await;
    assert!(chain.broken().is_none(), "{chain:?}");
    assert_eq!(state(&chain, LinkName::Agent), LinkState::Unseen);
    assert_eq!(state(&chain, LinkName::Token), LinkState::NotReached);
}

#[test]
fn links_are_called_by_one_name_in_data() {
    let names = [
        LinkName::ServiceAccount,
        LinkName::Association,
        LinkName::Agent,
        LinkName::Token,
        LinkName::TrustPolicy,
        LinkName::Session,
        LinkName::Policies,
    ];
    let expected = [
        "serviceAccount",
        "association",
        "agent",
        "token",
        "trustPolicy",
        "session",
        "policies",
    ];
    assert_eq!(json!(names), json!(expected));
}
