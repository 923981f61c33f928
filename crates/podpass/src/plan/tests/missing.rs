//! Managed policies that a role is to get and that are not there.

use crate::testing::{Memory, PAGE_MANIFEST, apply_manifest, desired, run};
use crate::{Conflict, Depth, PlanOptions, observe, plan};

const ABSENT: &str = "arn:aws:iam::111122223333:policy/absent";

/// What stands in the way of the page's manifest with one more key in its role.
async fn conflicts(world: &Memory, key: &str) -> Vec<Conflict> {
    let manifest = PAGE_MANIFEST.replace(
        "          policies:",
        &format!("{key}\n          policies:"),
    );
    let wanted = desired(&manifest);
    let observed = observe(&run(world), &wanted, Depth::Plan).await.unwrap();
    plan(&wanted, &observed, PlanOptions::default())
        .map_or_else(|error| error.conflicts, |_| Vec::new())
}

#[tokio::test]
async fn managed_policy_and_boundary_that_do_not_exist_are_conflicts() {
    for key in [
        format!("          managedPolicyArns: [\"{ABSENT}\"]"),
        format!("          permissionsBoundary: {ABSENT}"),
    ] {
        let new = Memory::with_cluster("my-cluster");
        let old = Memory::with_cluster("my-cluster");
        apply_manifest(&old, &desired(PAGE_MANIFEST)).await;
        for world in [new, old] {
            let conflicts = conflicts(&world, &key).await;
            let [conflict] = conflicts.as_slice() else {
                panic!("{conflicts:?}");
            };
            assert_eq!(
                conflict.to_string(),
                format!("policy `{ABSENT}`, which role `my-role` is to get, does not exist")
            );
            assert!(conflict.remedy().contains("under `policies:`"));
        }
    }
}

#[tokio::test]
async fn policy_that_the_plan_creates_may_be_the_boundary() {
    let world = Memory::with_cluster("my-cluster");
    let key = "          permissionsBoundary: arn:aws:iam::111122223333:policy/my-policy";
    assert_eq!(conflicts(&world, key).await, []);
    assert_eq!(
        world.count("GetPolicy"),
        1,
        "only whether it is there already"
    );
}

#[tokio::test]
async fn policies_of_aws_that_exist_are_fine() {
    let world = Memory::with_cluster("my-cluster");
    let key = "          managedPolicyArns: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]";
    assert_eq!(conflicts(&world, key).await, []);
}
