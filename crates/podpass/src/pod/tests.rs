use std::path::Path;
use std::time::Duration;

use futures::FutureExt;

use super::*;
use crate::Run;
use crate::port::{Container, PodName, ServiceAccountToken, TokenMount};
use crate::testing::{self, Memory, PAGE_MANIFEST};

const AGENT: &str = "http://127.0.0.1:4566/v1/credentials";

async fn world() -> Memory {
    let world = Memory::with_cluster("my-cluster");
    testing::apply_manifest(&world, &testing::desired(PAGE_MANIFEST)).await;
    world
}

async fn create(run: &Run<Memory>) -> PodIdentity<'_, Memory> {
    let name = PodName::StartingWith("podpass-");
    let created = PodIdentity::create(run, &testing::subject(), &name).await;
    created.unwrap()
}

fn mount(path: &str) -> TokenMount {
    TokenMount {
        path: path.to_owned(),
        audience: Some("pods.eks.amazonaws.com".to_owned()),
        lifetime: Duration::from_secs(86_400),
    }
}

fn container(environment: &[(&str, &str)], tokens: &[&str]) -> Container {
    let variables = environment.iter();
    Container {
        name: "main".to_owned(),
        environment: variables
            .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
            .collect(),
        tokens: tokens.iter().map(|path| mount(path)).collect(),
    }
}

#[tokio::test]
async fn identity_is_a_pod_that_goes_when_it_is_deleted() {
    let world = world().await;
    let run = testing::run(&world);
    let identity = create(&run).await;
    let name = identity.pod().name.clone();
    let found = PodIdentity::of(&run, &testing::subject(), &name).await;
    assert_eq!(found.unwrap().unwrap().pod(), identity.pod());
    identity.delete().await.unwrap();
    identity.delete().await.unwrap();
    let found = PodIdentity::of(&run, &testing::subject(), &name).await;
    assert!(found.unwrap().is_none());
}

#[tokio::test]
async fn token_is_requested_anew_after_four_fifths_of_its_life() {
    let world = world().await;
    let run = testing::run(&world);
    let identity = create(&run).await;
    let mount = &identity.pod().containers[0].tokens[0];
    let first = identity.token(mount).await.unwrap();
    assert_eq!(first.refresh_after(), mount.lifetime * 4 / 5);

    let begun = run.clock().now();
    let mut told = Vec::new();
    world.change(|state| state.writes_left = Some(1));
    {
        let keeping = identity.keep_fresh(mount, &first, |token| {
            told.push((run.clock().now() - begun, token.is_ok()));
            world.change(|state| state.writes_left = if token.is_ok() { Some(0) } else { None });
        });
        let mut keeping = std::pin::pin!(keeping);
        // The clock jumps where others wait, so a few turns are days.
        for _ in 0..20 {
            assert!(keeping.as_mut().now_or_never().is_none());
        }
    }
    let life = first.refresh_after();
    let retry = Duration::from_secs(30);
    assert_eq!(told[0], (life, true));
    assert_eq!(told[1], (life * 2, false));
    assert_eq!(told[2], (life * 2 + retry, true));
}

#[test]
fn token_of_many_days_is_used_for_one() {
    let token = ServiceAccountToken {
        text: "secret".to_owned(),
        lifetime: Duration::from_secs(7 * 86_400),
    };
    assert_eq!(token.refresh_after(), Duration::from_secs(86_400));
    assert!(!format!("{token:?}").contains("secret"));
}

#[test]
fn pod_without_a_way_to_credentials_has_none_of_the_users_own_either() {
    let environment = PodEnvironment::of(&Container::default(), Path::new("/p"), AGENT);
    assert!(!environment.has_credentials());
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    ] {
        assert!(environment.removed.contains(name), "{name}");
    }
    assert_eq!(environment.set["AWS_SHARED_CREDENTIALS_FILE"], "/p/empty");
}

#[test]
fn endpoints_and_what_else_speaks_of_no_credentials_are_kept() {
    let environment = PodEnvironment::of(&Container::default(), Path::new("/p"), AGENT);
    for name in ["AWS_ENDPOINT_URL", "AWS_REGION", "PATH"] {
        assert!(!environment.removed.contains(name), "{name}");
        assert!(!environment.set.contains_key(name), "{name}");
    }
}

#[test]
fn web_identity_is_a_way_to_credentials_as_well() {
    let role = "arn:aws:iam::111122223333:role/irsa";
    let path = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
    let variables = [
        ("AWS_ROLE_ARN", role),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", path),
    ];
    let environment = PodEnvironment::of(&container(&variables, &[path]), Path::new("/p"), AGENT);
    assert!(environment.has_credentials());
    assert_eq!(environment.set["AWS_ROLE_ARN"], role);
    assert_eq!(environment.set["AWS_WEB_IDENTITY_TOKEN_FILE"], "/p/token");
    assert!(!environment.removed.contains("AWS_ROLE_ARN"));
    assert!(
        environment
            .removed
            .contains("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    );
}

#[test]
fn tokens_of_one_name_and_paths_that_lead_elsewhere_stay_apart_in_the_folder() {
    let paths = ["/a/token", "/b/token", "/c/.."];
    let variables = [
        ("A", paths[0]),
        ("B", paths[1]),
        ("C", paths[2]),
        ("D", paths[0]),
    ];
    let environment = PodEnvironment::of(&container(&variables, &paths), Path::new("/p"), AGENT);
    let values = ["A", "B", "C", "D"].map(|name| environment.set[name].as_str());
    assert_eq!(values, ["/p/token", "/p/token-1", "/p/token-2", "/p/token"]);
    assert_eq!(environment.tokens.len(), 3);
}
