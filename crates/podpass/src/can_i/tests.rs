use podpass_policy::{Layer, Outcome};

use super::*;
use crate::testing::{self, Memory, PAGE_MANIFEST};
use crate::{PlanOptions, Subject, plan};

const OBJECT: &str = "arn:aws:s3:::my-pod-secrets-bucket/key";
const BOUNDARY: &str = "arn:aws:iam::111122223333:policy/limit";
const TARGET: &str = "arn:aws:iam::111122223333:role/target";

/// The page's workflow with a policy that names the bucket's objects.
async fn world() -> Memory {
    let objects = PAGE_MANIFEST.replace("secrets-bucket\"", "secrets-bucket/*\"");
    let world = Memory::with_cluster("my-cluster");
    testing::apply_manifest(&world, &testing::desired(&objects)).await;
    world
}

async fn ask(world: &Memory, subject: &Subject, question: &AccessQuestion) -> Access {
    let observed = observe_service_account(&testing::run(world), subject).await;
    can_i(&observed.unwrap(), subject, question)
}

async fn get_object(world: &Memory) -> Access {
    let question = AccessQuestion::new("s3:GetObject", OBJECT);
    ask(world, &testing::subject(), &question).await
}

fn reasons(access: &Access) -> Vec<String> {
    access.reasons.iter().map(ToString::to_string).collect()
}

fn stages(access: &Access) -> Vec<AccessStage> {
    access.steps.iter().map(|step| step.stage).collect()
}

fn set_trust(world: &Memory, role: &str, document: &str) {
    world.change(|state| {
        let role = state.roles.get_mut(&role.parse().unwrap()).unwrap();
        role.role.trust_policy = document.to_owned();
    });
}

fn put_inline(world: &Memory, role: &str, document: &str) {
    world.change(|state| {
        let role = state.roles.get_mut(&role.parse().unwrap()).unwrap();
        role.inline
            .insert("inline".parse().unwrap(), document.to_owned());
    });
}

fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":{action},"Resource":"{resource}"}}]}}"#
    )
}

/// Sets a boundary that allows one action on everything.
fn bound(world: &Memory, action: &str) {
    world.change(|state| {
        let mut limit = state.policies.values().next().unwrap().clone();
        let arn: crate::PolicyArn = BOUNDARY.parse().unwrap();
        limit.policy.arn = arn.clone();
        let default = limit.policy.default_version.number();
        let document = statement("Allow", &format!("\"{action}\""), "*");
        limit.versions.insert(default, document);
        state.policies.insert(arn.clone(), limit);
        let role = state.roles.get_mut(&"my-role".parse().unwrap()).unwrap();
        role.role.permissions_boundary = Some(arn);
    });
}

/// A target role with this trust policy, which may read the bucket.
fn chain(world: &Memory, trust: &str) {
    world.change(|state| {
        let mut target = state.roles[&"my-role".parse().unwrap()].clone();
        target.role.arn = TARGET.parse().unwrap();
        state.roles.insert("target".parse().unwrap(), target);
        let association = state.associations.values_mut().next().unwrap();
        association.target_role_arn = Some(TARGET.parse().unwrap());
    });
    set_trust(world, "target", trust);
}

/// What the user guide writes for a target role.
const TARGET_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["sts:AssumeRole","sts:TagSession"],
    "Condition":{
        "StringEquals":{
            "aws:RequestTag/kubernetes-namespace":"default",
            "sts:ExternalId":"us-west-2/111122223333/my-cluster/default/my-service-account"},
        "ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/my-role"}}}]}"#;

#[tokio::test]
async fn pods_may_do_what_the_roles_policy_allows() {
    let access = get_object(&world().await).await;
    assert!(access.allowed, "{:?}", reasons(&access));
    assert_eq!(stages(&access), [AccessStage::AssumeRole, AccessStage::Act]);
    let matched = &access.decision().unwrap().matched[0];
    assert_eq!(matched.policy, "arn:aws:iam::111122223333:policy/my-policy");
}

#[tokio::test]
async fn bucket_that_denies_what_does_not_come_by_tls_lets_pods_in() {
    let world = world().await;
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
         "Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}},
        {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
         "Condition":{"StringNotEquals":{"aws:SecureTransport":"true"}}}]}"#;
    let mut question = AccessQuestion::new("s3:GetObject", OBJECT);
    question.resource_policy = Some(Document::new(policy.to_owned()));
    let access = ask(&world, &testing::subject(), &question).await;
    assert!(access.allowed, "{:?}", reasons(&access));
    question.context.insert("aws:SecureTransport", "false");
    assert!(!ask(&world, &testing::subject(), &question).await.allowed);
}

#[tokio::test]
async fn service_account_without_an_association_may_do_nothing() {
    let other = Subject {
        service_account: "other".parse().unwrap(),
        ..testing::subject()
    };
    let question = AccessQuestion::new("s3:GetObject", OBJECT);
    let access = ask(&world().await, &other, &question).await;
    assert!(!access.allowed);
    assert_eq!(
        reasons(&access),
        [
            "service account `my-cluster/default/other` has no association, so its pods get no credentials"
        ]
    );
    assert!(access.steps.is_empty());
}

#[tokio::test]
async fn missing_cluster_and_missing_role_are_told() {
    let nowhere = Memory::default();
    let access = get_object(&nowhere).await;
    assert!(matches!(
        access.reasons[..],
        [AccessReason::ClusterMissing { .. }]
    ));

    let world = world().await;
    world.change(|state| state.roles.clear());
    let access = get_object(&world).await;
    assert!(matches!(
        access.reasons[..],
        [AccessReason::RoleMissing { .. }]
    ));
}

#[tokio::test]
async fn condition_on_another_namespace_is_told_with_statement_and_values() {
    let world = world().await;
    set_trust(
        &world,
        "my-role",
        r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},
        {"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},
         "Action":["sts:AssumeRole","sts:TagSession"],
         "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"prod"}}}]}"#,
    );
    let access = get_object(&world).await;
    assert!(!access.allowed);
    assert_eq!(
        reasons(&access),
        [
            "EKS cannot assume role `my-role`: the trust policy's statement 2 requires \
             `aws:RequestTag/kubernetes-namespace` = `prod`, the session sends `default`"
        ]
    );
    assert_eq!(stages(&access), [AccessStage::AssumeRole]);
}

#[tokio::test]
async fn trust_needs_tag_session_even_where_tags_are_disabled() {
    let world = world().await;
    world.change(|state| {
        let association = state.associations.values_mut().next().unwrap();
        association.disable_session_tags = true;
    });
    assert!(get_object(&world).await.allowed);
    set_trust(
        &world,
        "my-role",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
            "Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#,
    );
    let access = get_object(&world).await;
    assert!(reasons(&access)[0].contains("sts:TagSession"), "{access:?}");
}

#[tokio::test]
async fn boundary_must_allow_as_well() {
    let world = world().await;
    bound(&world, "s3:GetObject");
    assert!(get_object(&world).await.allowed);
    bound(&world, "sqs:*");
    let access = get_object(&world).await;
    assert_eq!(access.decision().unwrap().layer, Layer::Boundary);
    assert_eq!(
        reasons(&access),
        ["no permissions boundary allows `s3:GetObject`"]
    );
}

#[tokio::test]
async fn session_policy_must_allow_as_well() {
    let world = world().await;
    world.change(|state| {
        let association = state.associations.values_mut().next().unwrap();
        association.disable_session_tags = true;
        association.policy = Some(statement("Allow", "\"s3:PutObject\"", "*"));
    });
    let access = get_object(&world).await;
    assert_eq!(access.decision().unwrap().layer, Layer::Session);
    assert!(!access.allowed);
}

#[tokio::test]
async fn inline_policy_denies_whatever_else_allows() {
    let world = world().await;
    put_inline(&world, "my-role", &statement("Deny", "\"s3:*\"", "*"));
    let access = get_object(&world).await;
    let decision = access.decision().unwrap();
    assert_eq!(decision.outcome, Outcome::ExplicitDeny);
    assert_eq!(decision.matched[0].policy, "inline");
}

#[tokio::test]
async fn target_role_is_reached_only_with_permission_to_assume_it() {
    let world = world().await;
    chain(&world, TARGET_TRUST);
    let access = get_object(&world).await;
    assert!(!access.allowed);
    assert_eq!(
        stages(&access),
        [AccessStage::AssumeRole, AccessStage::AssumeTargetRole]
    );
    assert!(
        reasons(&access)[0].starts_with("target role `target` cannot be assumed: "),
        "{access:?}"
    );

    let both = r#"["sts:AssumeRole","sts:TagSession"]"#;
    put_inline(&world, "my-role", &statement("Allow", both, TARGET));
    let access = get_object(&world).await;
    assert!(access.allowed, "{:?}", reasons(&access));
    assert_eq!(access.steps.last().unwrap().role.to_string(), TARGET);
}

#[tokio::test]
async fn target_role_that_expects_another_external_id_is_not_reached() {
    let world = world().await;
    chain(&world, &TARGET_TRUST.replace("us-west-2/", "eu-central-1/"));
    let both = r#"["sts:AssumeRole","sts:TagSession"]"#;
    put_inline(&world, "my-role", &statement("Allow", both, TARGET));
    let access = get_object(&world).await;
    assert!(reasons(&access)[0].contains("sts:ExternalId"), "{access:?}");
}

#[tokio::test]
async fn page_names_the_bucket_and_so_its_objects_cannot_be_read() {
    let desired = testing::desired(PAGE_MANIFEST);
    let world = Memory::with_cluster("my-cluster");
    testing::apply_manifest(&world, &desired).await;
    let access = get_object(&world).await;
    assert_eq!(
        reasons(&access),
        [
            "the identity-based policy `arn:aws:iam::111122223333:policy/my-policy`'s statement 1 is about \
             `arn:aws:s3:::my-pod-secrets-bucket`, not `arn:aws:s3:::my-pod-secrets-bucket/key`"
        ]
    );
    assert_eq!(
        access.reasons[0].remedy().unwrap(),
        "name what is inside it as well: `arn:aws:s3:::my-pod-secrets-bucket/*`"
    );
}

#[tokio::test]
async fn answer_after_a_plan_is_the_answer_once_it_is_applied() {
    let desired = testing::desired(PAGE_MANIFEST);
    let subject = testing::subject();
    let world = Memory::with_cluster("my-cluster");
    let observed = testing::observe_at(&world, &desired).await;
    let plan = plan(&desired, &observed, PlanOptions::default()).unwrap();
    let bucket = "arn:aws:s3:::my-pod-secrets-bucket";
    let question = AccessQuestion::new("s3:GetObject", bucket);
    let foreseen = can_i(&observed.after(&plan), &subject, &question);
    testing::apply_manifest(&world, &desired).await;
    assert!(foreseen.allowed);
    assert_eq!(foreseen, ask(&world, &subject, &question).await);
}

#[tokio::test]
async fn session_tags_can_be_asked_for_as_principal_tags() {
    let world = world().await;
    let tagged = statement("Deny", "\"s3:*\"", "*").replace(
        "\"Resource\"",
        r#""Condition":{"StringNotEquals":{"aws:PrincipalTag/kubernetes-namespace":"default"}},"Resource""#,
    );
    put_inline(&world, "my-role", &tagged);
    assert!(get_object(&world).await.allowed);
    let mut question = AccessQuestion::new("s3:GetObject", OBJECT);
    question
        .context
        .insert("aws:PrincipalTag/kubernetes-namespace", "prod");
    let access = ask(&world, &testing::subject(), &question).await;
    assert!(!access.allowed, "the question's context wins");
}

#[tokio::test]
async fn resource_of_another_account_needs_its_own_policy() {
    let world = world().await;
    let queue = "arn:aws:sqs:us-west-2:444455556666:q";
    put_inline(&world, "my-role", &statement("Allow", "\"sqs:*\"", "*"));
    let mut question = AccessQuestion::new("sqs:SendMessage", queue);
    let subject = testing::subject();
    let access = ask(&world, &subject, &question).await;
    assert_eq!(access.decision().unwrap().layer, Layer::Resource);
    let policy = statement("Allow", "\"sqs:SendMessage\"", queue).replace(
        "\"Action\"",
        r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/my-role"},"Action""#,
    );
    question.resource_policy = Some(Document::new(policy));
    assert!(ask(&world, &subject, &question).await.allowed);
}

#[tokio::test]
async fn document_that_cannot_be_read_allows_nothing() {
    let world = world().await;
    put_inline(&world, "my-role", "{");
    let access = get_object(&world).await;
    assert!(reasons(&access)[0].starts_with("`inline` cannot be read: "));
}
