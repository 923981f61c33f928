//! Associations whose role has to assume a target role.

use super::{codes, trust};
use crate::port::Iam as _;
use crate::testing::{Memory, PAGE_MANIFEST, apply_manifest, desired, observe_at};
use crate::verify::{Severity, verify};
use crate::{Desired, IamPath, NewRole, Tags};

const TARGET: &str = "arn:aws:iam::111122223333:role/target";

/// The page's workflow with a target role, and what the first role may do.
async fn with_target(target: &str, first: &str) -> (Memory, Desired) {
    let world = Memory::with_cluster("my-cluster");
    let manifest = PAGE_MANIFEST
        .replace("role:\n", &format!("targetRoleArn: {target}\n        role:\n"))
        .replace(
            "          policies:",
            &format!(
                "          inlinePolicies:\n            - name: hand-over\n              document: {{ Version: \"2012-10-17\", Statement: [ {first} ] }}\n          policies:"
            ),
        );
    let wanted = desired(&manifest);
    apply_manifest(&world, &wanted).await;
    (world, wanted)
}

/// The target role, which trusts whom this statement says.
async fn create_target(world: &Memory, statement: &str) {
    let role = NewRole {
        name: "target".parse().unwrap(),
        path: IamPath::default(),
        description: None,
        max_session_duration: 3600,
        permissions_boundary: None,
        trust_policy: trust(statement).to_string(),
        tags: Tags::new(),
    };
    world.create_role(&role).await.unwrap();
}

const TRUSTS_FIRST: &str = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/my-role"},
    "Action":["sts:AssumeRole","sts:TagSession"]}"#;

fn may(actions: &str) -> String {
    format!("{{ Effect: Allow, Action: [ {actions} ], Resource: \"{TARGET}\" }}")
}

#[tokio::test]
async fn target_role_that_lets_the_first_one_in_is_nothing_to_tell() {
    let (world, wanted) = with_target(TARGET, &may("\"sts:AssumeRole\", \"sts:TagSession\"")).await;
    create_target(&world, TRUSTS_FIRST).await;
    let report = verify(&wanted, &observe_at(&world, &wanted).await);
    assert!(codes(&report).is_empty(), "{report}");
}

#[tokio::test]
async fn target_role_is_out_of_reach_without_permission_trust_or_the_role_itself() {
    let both = may("\"sts:AssumeRole\", \"sts:TagSession\"");
    let stranger = TRUSTS_FIRST.replace("my-role", "stranger");
    let elsewhere = TRUSTS_FIRST.replace(
        "]}",
        r#"],"Condition":{"StringEquals":{"sts:ExternalId":"us-west-2/111122223333/my-cluster/other/web"}}}"#,
    );
    let anyone = TRUSTS_FIRST.replace("role/my-role", "root");
    for (first, trust, expected) in [
        (
            may("\"sts:AssumeRole\""),
            Some(anyone.as_str()),
            "`sts:TagSession`",
        ),
        (both.clone(), Some(stranger.as_str()), "stranger"),
        (both.clone(), Some(elsewhere.as_str()), "sts:ExternalId"),
        (both, None, "does not exist"),
    ] {
        let (world, wanted) = with_target(TARGET, &first).await;
        if let Some(trust) = trust {
            create_target(&world, trust).await;
        }
        let report = verify(&wanted, &observe_at(&world, &wanted).await);
        assert_eq!(
            codes(&report),
            ["target-role-denied"],
            "{expected}: {report}"
        );
        let finding = report
            .findings
            .iter()
            .find(|one| one.code == "target-role-denied");
        let told = &finding.unwrap().explanation;
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[tokio::test]
async fn target_role_of_another_account_is_a_note() {
    let other = "arn:aws:iam::444455556666:role/target";
    let (_, wanted) = with_target(other, &may("\"sts:AssumeRole\"")).await;
    let world = Memory::with_cluster("my-cluster");
    apply_manifest(&world, &wanted).await;
    let mut observed = observe_at(&world, &wanted).await;
    observed
        .roles
        .retain(|arn, _| arn.account().as_str() == "111122223333");
    let report = verify(&wanted, &observed);
    assert_eq!(codes(&report), ["target-role-unseen"], "{report}");
    assert!(report.is_ok());
    assert_eq!(report.count(Severity::Warning), 1, "the page's own mistake");
}
