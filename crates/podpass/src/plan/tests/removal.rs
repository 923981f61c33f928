//! Roles that a removal must not take from those who still use them.

use crate::port::Iam as _;
use crate::testing::{
    Memory, PAGE_MANIFEST, apply_manifest, desired, observe_at, observe_to_destroy, run,
};
use crate::{Desired, IamPath, NewRole, Plan, Step, Tags, apply, destroy};

/// The page's manifest, and one whose association in another cluster shares the role.
async fn shared_role() -> (Memory, Desired) {
    let world = Memory::with_cluster("my-cluster");
    world.change(|state| state.clusters.insert("other".parse().unwrap()));
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let other = PAGE_MANIFEST
        .replace("clusterName: my-cluster", "clusterName: other")
        .replace("createServiceAccount: true", "createServiceAccount: false");
    apply_manifest(&world, &desired(&other)).await;
    (world, wanted)
}

#[tokio::test]
async fn policy_that_bounds_a_role_outside_the_manifest_is_kept_with_its_versions() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let policy = wanted.policies.keys().next().unwrap().clone();
    let document = r#"{"Version":"2012-10-17","Statement":[]}"#;
    world
        .create_policy_version(&policy, document)
        .await
        .unwrap();
    let bounded = NewRole {
        name: "other".parse().unwrap(),
        path: IamPath::default(),
        description: None,
        max_session_duration: 3600,
        permissions_boundary: Some(policy),
        trust_policy: "{}".to_owned(),
        tags: Tags::new(),
    };
    world.create_role(&bounded).await.unwrap();

    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);

    assert_eq!(
        kept(&plan),
        ["policy `my-policy` stays: it is the permissions boundary of others as well"]
    );
    apply(&run(&world), &plan, &()).await.unwrap();
    assert_eq!(world.count("DeletePolicyVersion"), 0);

    world.delete_role(&bounded.name).await.unwrap();
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert!(plan.kept.is_empty());
    apply(&run(&world), &plan, &()).await.unwrap();
    assert!(world.state().policies.is_empty());
}

#[tokio::test]
async fn boundary_goes_with_the_role_that_it_bounds() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(&PAGE_MANIFEST.replace(
        "          policies:",
        "          permissionsBoundary: arn:aws:iam::111122223333:policy/my-policy\n          policies:",
    ));
    apply_manifest(&world, &wanted).await;
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert!(plan.kept.is_empty(), "{:?}", kept(&plan));
    apply(&run(&world), &plan, &()).await.unwrap();
    assert!(world.state().policies.is_empty());
}

fn kept(plan: &Plan) -> Vec<String> {
    plan.kept.iter().map(ToString::to_string).collect()
}

fn deletes_role(plan: &Plan) -> bool {
    plan.steps
        .iter()
        .any(|step| matches!(step, Step::DeleteRole { .. } | Step::DetachPolicy { .. }))
}

#[tokio::test]
async fn role_that_an_association_of_another_cluster_uses_is_kept() {
    let (world, wanted) = shared_role().await;
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert!(!deletes_role(&plan), "{plan}");
    assert_eq!(
        kept(&plan)[0],
        "role `my-role` stays: association `other/default/my-service-account` in us-west-2, \
         which the manifest does not speak of, uses it"
    );
    assert_eq!(world.count("ListClusters"), 1);
}

#[tokio::test]
async fn target_role_of_another_association_is_kept() {
    let (world, wanted) = shared_role().await;
    world.change(|state| {
        for found in state.associations.values_mut() {
            if found.cluster_name.as_str() == "other" {
                found.target_role_arn = Some(found.role_arn.clone());
                found.role_arn = "arn:aws:iam::111122223333:role/first".parse().unwrap();
            }
        }
    });
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert!(!deletes_role(&plan), "{plan}");
}

#[tokio::test]
async fn role_of_an_association_that_stays_is_kept() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    world.change(|state| {
        for found in state.associations.values_mut() {
            found.tags.clear();
        }
    });
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert!(!deletes_role(&plan), "{plan}");
    assert_eq!(
        kept(&plan)[1],
        "role `my-role` stays: association `my-cluster/default/my-service-account`, which stays, uses it"
    );
}

#[tokio::test]
async fn role_is_kept_when_the_clusters_may_not_be_listed() {
    let (world, wanted) = shared_role().await;
    world.change(|state| state.unlistable = true);
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert!(!deletes_role(&plan), "{plan}");
    let why = &kept(&plan)[0];
    assert!(
        why.contains("ListClusters failed with AccessDenied"),
        "{why}"
    );
}

#[tokio::test]
async fn role_is_kept_when_nobody_looked_for_other_users() {
    let (world, wanted) = shared_role().await;
    assert!(!deletes_role(&destroy(
        &wanted,
        &observe_at(&world, &wanted).await
    )));
}

#[tokio::test]
async fn clusters_are_not_listed_when_no_role_is_at_stake() {
    let world = Memory::with_cluster("my-cluster");
    observe_to_destroy(&world, &desired(PAGE_MANIFEST)).await;
    assert_eq!(world.count("ListClusters"), 0);
}
