//! Applying against a world in memory.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::port::World;
use crate::testing::{
    Memory, PAGE_MANIFEST, apply_manifest, desired, observe_at, observe_to_destroy, plan_for, run,
    subject,
};
use crate::{
    Depth, Desired, Event, OWNERSHIP_TAG, Plan, PlanOptions, Progress, Run, Step, StepError, apply,
    destroy, observe, plan,
};

/// Callers spawn these futures on threads: they must be `Send` for any world.
#[expect(dead_code)]
fn verbs_are_send<W: World>(run: &Run<W>, desired: &Desired, plan: &Plan) {
    fn is_send<T: Send>(_: T) {}
    is_send(observe(run, desired, Depth::Verify));
    is_send(apply(run, plan, &()));
}

fn page_with(from: &str, to: &str) -> Desired {
    assert!(PAGE_MANIFEST.contains(from), "{from}");
    desired(&PAGE_MANIFEST.replace(from, to))
}

#[tokio::test]
async fn page_is_applied_with_five_writes_and_then_nothing_is_left() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let plan = plan_for(&world, &wanted).await;
    let before = world.state().calls.len();
    let applied = apply(&run(&world), &plan, &()).await.unwrap();
    assert_eq!(applied.done.len(), 5);
    assert_eq!(
        world.state().calls.len() - before,
        5,
        "no call but the writes"
    );
    assert!(applied.associations.contains_key(&subject()));
    assert!(plan_for(&world, &wanted).await.is_empty());
}

/// Wants to stop once something is done.
#[derive(Default)]
struct Impatient(AtomicBool);

impl Progress for Impatient {
    fn event(&self, event: &Event<'_>) {
        if let Event::Finished { .. } = event {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn stopped_apply_tells_what_is_left_and_the_next_one_goes_on_from_there() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let plan = plan_for(&world, &wanted).await;
    let one_by_one = run(&world).with_concurrency(1);
    let stopped = apply(&one_by_one, &plan, &Impatient::default())
        .await
        .unwrap_err();
    assert_eq!(stopped.done.done, plan.steps[..1]);
    assert!(stopped.failed.is_empty());
    assert_eq!(stopped.left, plan.steps[1..]);
    assert_eq!(plan_for(&world, &wanted).await.steps, plan.steps[1..]);
}

#[tokio::test]
async fn role_that_eks_does_not_see_yet_is_waited_for() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let plan = plan_for(&world, &wanted).await;
    world.change(|state| state.unseen_roles = 3);
    let waits = Mutex::new(Vec::new());
    let progress = |event: &Event<'_>| {
        if let Event::Waiting { reason, .. } = event {
            waits.lock().unwrap().push((*reason).to_owned());
        }
    };
    apply(&run(&world), &plan, &progress).await.unwrap();
    assert_eq!(
        waits.into_inner().unwrap(),
        vec!["Role provided in the request does not exist."; 3]
    );
}

#[tokio::test]
async fn waiting_for_a_role_ends_after_two_minutes() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let plan = plan_for(&world, &wanted).await;
    world.change(|state| state.unseen_roles = usize::MAX);
    let error = apply(&run(&world), &plan, &()).await.unwrap_err();
    let [failed] = error.failed.as_slice() else {
        panic!("{error}");
    };
    assert!(matches!(&failed.error, StepError::Port(error) if error.is_role_not_propagated()));
    assert!(failed.error.remedy().unwrap().contains("apply again"));
    let tries = world.count("CreatePodIdentityAssociation");
    assert!((10..30).contains(&tries), "{tries}");
}

#[tokio::test]
async fn policy_that_does_not_exist_is_not_waited_for() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = page_with(
        "          policies:",
        "          managedPolicyArns: [\"arn:aws:iam::111122223333:policy/nowhere\"]\n          policies:",
    );
    let plan = plan_for(&world, &wanted).await;
    let error = apply(&run(&world), &plan, &()).await.unwrap_err();
    assert!(error.to_string().contains("not attachable"), "{error}");
    assert_eq!(world.count("AttachRolePolicy"), 2, "one for each policy");
}

#[tokio::test]
async fn association_of_ours_that_appeared_meanwhile_is_updated() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let late_plan = plan_for(&world, &wanted).await;
    let other = page_with("createServiceAccount: true", "disableSessionTags: true");
    apply_manifest(&world, &other).await;
    let association = late_plan.steps.last().unwrap().clone();
    let plan = Plan {
        steps: vec![association],
        ..Plan::default()
    };
    let applied = apply(&run(&world), &plan, &()).await.unwrap();
    let state = world.state();
    let found = state.associations.values().next().unwrap();
    assert!(!found.disable_session_tags);
    assert_eq!(applied.associations[&subject()], found.id);
}

#[tokio::test]
async fn association_of_others_that_appeared_meanwhile_is_left_alone() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let late_plan = plan_for(&world, &wanted).await;
    apply_manifest(&world, &wanted).await;
    world.change(|state| {
        for association in state.associations.values_mut() {
            association.tags.clear();
        }
    });
    let mut plan = Plan {
        steps: vec![late_plan.steps.last().unwrap().clone()],
        ..Plan::default()
    };
    let error = apply(&run(&world), &plan, &()).await.unwrap_err();
    assert!(matches!(
        error.failed[0].error,
        StepError::AssociationTaken { .. }
    ));
    assert!(error.failed[0].error.remedy().unwrap().contains("--adopt"));

    plan.options.adopt = true;
    apply(&run(&world), &plan, &()).await.unwrap();
    let state = world.state();
    let found = state.associations.values().next().unwrap();
    assert_eq!(found.tags[OWNERSHIP_TAG], "true");
}

#[tokio::test]
async fn association_deleted_a_moment_ago_is_waited_for() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let plan = plan_for(&world, &wanted).await;
    world.change(|state| state.lingering = 2);
    apply(&run(&world), &plan, &()).await.unwrap();
    assert!(plan_for(&world, &wanted).await.is_empty());
}

#[tokio::test]
async fn policy_versions_stay_within_five_and_the_oldest_goes_first() {
    let world = Memory::with_cluster("my-cluster");
    for count in 1..=7 {
        let bucket = format!("bucket-{count}");
        apply_manifest(&world, &page_with("my-pod-secrets-bucket", &bucket)).await;
    }
    let state = world.state();
    let policy = state.policies.values().next().unwrap();
    let versions: Vec<_> = policy.versions.keys().copied().collect();
    assert_eq!(versions, [3, 4, 5, 6, 7]);
    assert!(policy.document().as_str().contains("bucket-7"));
}

#[tokio::test]
async fn throttled_calls_are_made_again_until_they_go_through() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let plan = plan_for(&world, &wanted).await;
    world.change(|state| state.throttles = 5);
    apply(&run(&world), &plan, &()).await.unwrap();
    assert!(plan_for(&world, &wanted).await.is_empty());
}

#[tokio::test]
async fn boundary_goes_after_the_rights_that_it_held_back() {
    let world = Memory::with_cluster("my-cluster");
    let bounded = page_with(
        "          policies:",
        "          permissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess\n          \
         managedPolicyArns: [\"arn:aws:iam::aws:policy/AdministratorAccess\"]\n          policies:",
    );
    apply(&run(&world), &plan_for(&world, &bounded).await, &())
        .await
        .unwrap();
    let plan = plan_for(&world, &desired(PAGE_MANIFEST)).await;
    let place = |wanted: fn(&Step) -> bool| plan.steps.iter().position(wanted).unwrap();
    let detached = place(|step| matches!(step, Step::DetachPolicy { .. }));
    let unbounded = place(|step| matches!(step, Step::SetBoundary { .. }));
    assert!(detached < unbounded, "{plan}");
}

#[tokio::test]
async fn role_that_appeared_meanwhile_without_the_boundary_is_not_taken_for_ours() {
    let world = Memory::with_cluster("my-cluster");
    let bounded = page_with(
        "          policies:",
        "          permissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess\n          policies:",
    );
    let plan = plan_for(&world, &bounded).await;
    apply(
        &run(&world),
        &plan_for(&world, &desired(PAGE_MANIFEST)).await,
        &(),
    )
    .await
    .unwrap();
    let error = apply(&run(&world), &plan, &()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`my-role` was created by someone else"),
        "{error}"
    );
}

#[tokio::test]
async fn writes_whose_answer_was_lost_are_recognised() {
    for lost in 1..=5 {
        let world = Memory::with_cluster("my-cluster");
        let wanted = desired(PAGE_MANIFEST);
        let plan = plan_for(&world, &wanted).await;
        world.change(|state| state.lost_answers = lost);
        apply(&run(&world), &plan, &()).await.unwrap();
        assert!(plan_for(&world, &wanted).await.is_empty());
    }
}

#[tokio::test]
async fn a_policys_last_version_is_recognised_when_its_answer_was_lost() {
    let world = Memory::with_cluster("my-cluster");
    for action in [
        "GetObject",
        "PutObject",
        "ListBucket",
        "DeleteObject",
        "*",
        "Get*",
    ] {
        let wanted = desired(&PAGE_MANIFEST.replace("GetObject", action));
        let plan = plan_for(&world, &wanted).await;
        // The sixth document takes the last place of five, and is not told.
        world.change(|state| state.lost_answers = 1);
        apply(&run(&world), &plan, &()).await.unwrap();
        assert!(plan_for(&world, &wanted).await.is_empty());
    }
}

#[tokio::test]
async fn failure_tells_what_is_done_failed_and_left() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    let plan = plan_for(&world, &wanted).await;
    world.change(|state| state.writes_left = Some(3));
    let error = apply(&run(&world).with_concurrency(1), &plan, &())
        .await
        .unwrap_err();
    assert_eq!(error.done.done.len(), 3);
    assert_eq!((error.failed.len(), error.left.len()), (1, 1));
    world.change(|state| state.writes_left = None);
    apply_manifest(&world, &wanted).await;
    assert!(plan_for(&world, &wanted).await.is_empty());
}

#[tokio::test]
async fn clearing_target_role_and_policy_reaches_eks() {
    let world = Memory::with_cluster("my-cluster");
    let rich = page_with(
        "createServiceAccount: true",
        r#"disableSessionTags: true
        targetRoleArn: arn:aws:iam::444455556666:role/other
        policy: { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:*", Resource: "*" } ] }"#,
    );
    apply_manifest(&world, &rich).await;
    let found = world.state().associations.into_values().next().unwrap();
    assert!(found.policy.is_some() && found.target_role_arn.is_some());
    apply_manifest(&world, &desired(PAGE_MANIFEST)).await;
    let found = world.state().associations.into_values().next().unwrap();
    assert_eq!((found.policy, found.target_role_arn), (None, None));
}

#[tokio::test]
async fn destroy_leaves_nothing_of_ours() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    apply(&run(&world), &plan, &()).await.unwrap();
    let state = world.state();
    assert!(state.roles.is_empty() && state.policies.is_empty());
    assert!(state.associations.is_empty() && state.service_accounts.is_empty());
    let again = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert!(again.is_empty() && again.kept.is_empty());
}

#[tokio::test]
async fn many_associations_are_read_by_pages_and_few_by_filter() {
    let world = Memory::with_cluster("my-cluster");
    let mut manifest = PAGE_MANIFEST.to_owned();
    for index in 0..250 {
        manifest += &format!(
            "      - namespace: default\n        serviceAccount: sa-{index}\n        \
             roleArn: arn:aws:iam::111122223333:role/my-role\n"
        );
    }
    let wanted = desired(&manifest);
    apply_manifest(&world, &desired(PAGE_MANIFEST)).await;
    apply_manifest(&world, &wanted).await;
    world.change(|state| state.calls.clear());
    let observed = observe_at(&world, &wanted).await;
    assert_eq!(observed.associations.len(), 251);
    assert_eq!(world.count("ListPodIdentityAssociations"), 3);
    assert_eq!(world.count("list serviceaccounts"), 1);
    world.change(|state| state.calls.clear());
    observe_at(&world, &desired(PAGE_MANIFEST)).await;
    assert_eq!(world.count("ListPodIdentityAssociations"), 1);
}

#[tokio::test]
async fn adopting_marks_first_and_then_brings_in_line() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    world.change(|state| {
        for stored in state.roles.values_mut() {
            stored.role.tags.clear();
            stored.role.description = None;
        }
    });
    let observed = observe_at(&world, &wanted).await;
    let refusal = plan(&wanted, &observed, PlanOptions::default()).unwrap_err();
    assert!(refusal.conflicts[0].remedy().contains("--adopt"));
    let adopting = plan(&wanted, &observed, PlanOptions { adopt: true }).unwrap();
    let summaries: Vec<_> = adopting.steps.iter().map(crate::Step::summary).collect();
    assert_eq!(summaries, ["tag role `my-role`", "change role `my-role`"]);
    apply(&run(&world), &adopting, &()).await.unwrap();
    assert!(plan_for(&world, &wanted).await.is_empty());
}
