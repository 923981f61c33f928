//! The laws of planning, held for arbitrary manifests and worlds.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use crate::manifest::{
    AssociationEntry, ClusterEntry, PolicyEntry, RoleEntry, RoleEntryDescription,
};
use crate::port::NamespaceState;
use crate::testing::{Memory, caller, observe_to_destroy, run};
use crate::{
    ApplyError, Depth, Desired, Document, IamPath, Later, Manifest, Narrowing, Observed, Plan,
    PlanOptions, Tags, apply, observe, plan,
};

const GIVEN_ROLE: &str = "arn:aws:iam::111122223333:role/given";

fn document(number: usize) -> Document {
    Document::new(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b{number}/*"}}]}}"#
    ))
}

fn tags() -> impl Strategy<Value = Tags> {
    proptest::collection::btree_map("[ab]", "[xy]", 0..3)
}

fn policies() -> impl Strategy<Value = Vec<PolicyEntry>> {
    vec((0..3_usize, tags()), 3).prop_map(|choices| {
        let entry = |(index, (content, tags)): (usize, (usize, Tags))| PolicyEntry {
            name: format!("policy-{index}").parse().unwrap(),
            path: IamPath::default(),
            description: None,
            document: document(content),
            tags,
        };
        choices.into_iter().enumerate().map(entry).collect()
    })
}

fn role(index: usize, policies: Vec<PolicyEntry>) -> impl Strategy<Value = RoleEntryDescription> {
    let inline = proptest::collection::btree_map("inline-[ab]", 0..3_usize, 0..3);
    let managed = btree_set("arn:aws:iam::aws:policy/[AB]", 0..3);
    let own = proptest::sample::subsequence(policies, 0..=3);
    let narrowing = prop_oneof![
        Just(Narrowing::None),
        Just(Narrowing::Cluster),
        Just(Narrowing::ServiceAccount)
    ];
    let scalars = (
        option::of("[a-z]{1,3}"),
        prop_oneof![Just(3600), Just(7200)],
        any::<bool>(),
    );
    (inline, managed, own, narrowing, scalars, tags()).prop_map(
        move |(inline, managed, policies, trust, (description, seconds, bounded), tags)| {
            RoleEntryDescription {
                name: format!("role-{index}").parse().unwrap(),
                path: IamPath::default(),
                description,
                max_session_duration: seconds,
                permissions_boundary: bounded
                    .then(|| "arn:aws:iam::aws:policy/Boundary".parse().unwrap()),
                tags,
                managed_policy_arns: managed.iter().map(|arn| arn.parse().unwrap()).collect(),
                policies,
                inline_policies: inline
                    .into_iter()
                    .map(|(name, content)| (name.parse().unwrap(), document(content)))
                    .collect(),
                trust,
            }
        },
    )
}

fn associations(roles: Vec<RoleEntryDescription>) -> impl Strategy<Value = Vec<AssociationEntry>> {
    let choice = (0..4_usize, any::<[bool; 4]>(), tags());
    vec(option::of(choice), 5).prop_map(move |choices| {
        choices
            .into_iter()
            .enumerate()
            .filter_map(|(index, choice)| {
                let (role, [create, untagged, policy, target], tags) = choice?;
                let role = match roles.get(role) {
                    Some(role) => RoleEntry::Described(Box::new(role.clone())),
                    None => RoleEntry::Given(GIVEN_ROLE.parse().unwrap()),
                };
                Some(AssociationEntry {
                    at: None,
                    namespace: ["default", "team"][index % 2].parse().unwrap(),
                    service_account: format!("account-{index}").parse().unwrap(),
                    create_service_account: create,
                    role,
                    target_role_arn: target
                        .then(|| "arn:aws:iam::444455556666:role/target".parse().unwrap()),
                    disable_session_tags: untagged,
                    policy: (untagged && policy).then(|| document(index)),
                    tags,
                })
            })
            .collect()
    })
}

fn desired() -> impl Strategy<Value = Desired> {
    policies()
        .prop_flat_map(|policies| {
            let role = |index| role(index, policies.clone());
            (role(0), role(1), role(2))
        })
        .prop_flat_map(|(one, two, three)| associations(vec![one, two, three]))
        .prop_map(|associations| {
            let manifest = Manifest {
                clusters: vec![ClusterEntry {
                    at: None,
                    name: "my-cluster".parse().unwrap(),
                    region: Some("us-west-2".parse().unwrap()),
                    account: None,
                    associations,
                }],
            };
            Desired::resolve(&manifest, &caller(), None).unwrap()
        })
}

/// A world with the given role, which is nobody's that podpass knows.
fn world() -> Memory {
    let world = Memory::with_cluster("my-cluster");
    block_on(async {
        use crate::port::Iam;
        let role = crate::NewRole {
            name: "given".parse().unwrap(),
            path: IamPath::default(),
            description: None,
            max_session_duration: 3600,
            permissions_boundary: None,
            trust_policy: "{}".to_owned(),
            tags: Tags::new(),
        };
        world.create_role(&role).await.unwrap();
    });
    world.change(|state| {
        state
            .namespaces
            .insert("team".parse().unwrap(), NamespaceState::Active);
    });
    world
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

fn look(world: &Memory, desired: &Desired) -> Observed {
    block_on(observe(&run(world), desired, Depth::Plan)).unwrap()
}

fn removal_now(world: &Memory, desired: &Desired) -> Plan {
    crate::destroy(desired, &block_on(observe_to_destroy(world, desired)))
}

fn plan_now(world: &Memory, desired: &Desired) -> Plan {
    plan(desired, &look(world, desired), PlanOptions::default()).unwrap()
}

fn carry_out(world: &Memory, plan: &Plan) -> Result<(), Box<ApplyError>> {
    block_on(apply(&run(world), plan, &()))
        .map(drop)
        .map_err(Box::new)
}

/// A world in which another manifest was applied before.
fn world_with(before: &Desired) -> Memory {
    let world = world();
    carry_out(&world, &plan_now(&world, before)).unwrap();
    world
}

/// Without what AWS makes up.
fn without_ids(mut observed: Observed) -> Observed {
    for association in observed.associations.values_mut() {
        association.id = Later::AfterApply;
        association.arn = Later::AfterApply;
    }
    observed
}

/// Takes the ownership tag off everything.
fn disown(world: &Memory) {
    world.change(|state| {
        for stored in state.roles.values_mut() {
            stored.role.tags.clear();
        }
        for stored in state.policies.values_mut() {
            stored.policy.tags.clear();
        }
        for association in state.associations.values_mut() {
            association.tags.clear();
        }
    });
}

fn writes(world: &Memory) -> BTreeMap<&'static str, usize> {
    let reads = ["Get", "List", "Describe", "get", "list"];
    let mut counts = BTreeMap::new();
    for call in world.state().calls {
        if !reads.iter().any(|read| call.starts_with(read)) {
            *counts.entry(call).or_default() += 1;
        }
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn planning_after_applying_is_empty(before in desired(), wanted in desired()) {
        let world = world_with(&before);
        carry_out(&world, &plan_now(&world, &wanted)).unwrap();
        let left = plan_now(&world, &wanted);
        prop_assert!(left.is_empty(), "{left}");
    }

    #[test]
    fn applying_makes_the_world_as_the_manifest_says(before in desired(), wanted in desired()) {
        let world = world_with(&before);
        carry_out(&world, &plan_now(&world, &wanted)).unwrap();
        let found = look(&world, &wanted);
        for (arn, role) in &wanted.roles {
            prop_assert_eq!(&found.roles[arn].state, role);
        }
        for (arn, policy) in &wanted.policies {
            prop_assert_eq!(&found.policies[arn].spec, policy);
        }
        for (subject, association) in &wanted.associations {
            let found_association = &found.associations[subject];
            prop_assert_eq!(&found_association.spec, &association.spec);
            prop_assert_eq!(&found_association.tags, &association.tags);
            let account = found.service_accounts.get(subject).copied().flatten();
            prop_assert_eq!(association.create_service_account, account.is_some());
        }
    }

    #[test]
    fn a_plan_is_deterministic(before in desired(), wanted in desired()) {
        let world = world_with(&before);
        let one = serde_json::to_string(&plan_now(&world, &wanted)).unwrap();
        let two = serde_json::to_string(&plan_now(&world, &wanted)).unwrap();
        prop_assert_eq!(one, two);
    }

    #[test]
    fn applying_twice_writes_once(wanted in desired()) {
        let world = world_with(&wanted);
        let before = writes(&world);
        carry_out(&world, &plan_now(&world, &wanted)).unwrap();
        prop_assert_eq!(writes(&world), before);
    }

    #[test]
    fn pure_interpreter_agrees_with_the_world(before in desired(), wanted in desired()) {
        let world = world_with(&before);
        let observed = look(&world, &wanted);
        let plan = plan_now(&world, &wanted);
        carry_out(&world, &plan).unwrap();
        prop_assert_eq!(without_ids(observed.after(&plan)), without_ids(look(&world, &wanted)));
    }

    #[test]
    fn inverse_steps_lead_back(before in desired(), wanted in desired()) {
        let world = world_with(&before);
        let observed = look(&world, &wanted);
        let plan = plan_now(&world, &wanted);
        let back = Plan {
            steps: plan.steps.iter().rev().cloned().map(crate::Step::inverse).collect(),
            ..Plan::default()
        };
        prop_assert_eq!(without_ids(observed.after(&plan).after(&back)), without_ids(observed));
    }

    #[test]
    fn what_podpass_does_not_own_is_never_touched(before in desired(), wanted in desired()) {
        let world = world_with(&before);
        disown(&world);
        let foreign = world.state();
        // Where names collide there is no plan; where they do not, the plan goes around.
        if let Ok(plan) = plan(&wanted, &look(&world, &wanted), PlanOptions::default()) {
            carry_out(&world, &plan).unwrap();
        }
        let removal = removal_now(&world, &wanted);
        carry_out(&world, &removal).unwrap();
        let after = world.state();
        for (name, role) in &foreign.roles {
            prop_assert_eq!(after.roles.get(name), Some(role));
        }
        for (arn, policy) in &foreign.policies {
            prop_assert_eq!(after.policies.get(arn), Some(policy));
        }
        for (id, association) in &foreign.associations {
            prop_assert_eq!(after.associations.get(id), Some(association));
        }
    }

    #[test]
    fn plan_cut_short_and_made_again_reaches_the_same_end(
        before in desired(),
        wanted in desired(),
        cut in 0..20_usize,
    ) {
        let straight = world_with(&before);
        carry_out(&straight, &plan_now(&straight, &wanted)).unwrap();

        let broken = world_with(&before);
        broken.change(|state| state.writes_left = Some(cut));
        let plan = plan_now(&broken, &wanted);
        if let Err(error) = carry_out(&broken, &plan) {
            let told = error.done.done.len() + error.failed.len() + error.left.len();
            prop_assert_eq!(told, plan.steps.len());
        }
        broken.change(|state| state.writes_left = None);
        carry_out(&broken, &plan_now(&broken, &wanted)).unwrap();
        prop_assert_eq!(
            without_ids(look(&broken, &wanted)),
            without_ids(look(&straight, &wanted))
        );
    }

    #[test]
    fn destroying_leaves_nothing_of_ours(wanted in desired()) {
        let world = world_with(&wanted);
        let removal = removal_now(&world, &wanted);
        carry_out(&world, &removal).unwrap();
        let state = world.state();
        let left: BTreeSet<_> = state.roles.keys().map(ToString::to_string).collect();
        prop_assert_eq!(left, BTreeSet::from(["given".to_owned()]));
        prop_assert!(state.policies.is_empty() && state.associations.is_empty());
    }
}
