//! The AWS SDK for Rust against the mock in this process: typed errors, members that the SDK fills with
//! defaults when an answer lacks them, paginators and waiters.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_eks::client::Waiters as _;
use aws_sdk_eks::operation::describe_cluster::DescribeClusterError;
use aws_sdk_eks::types::{ClusterStatus, VpcConfigRequest};
use aws_sdk_iam::client::Waiters as _;
use aws_sdk_iam::error::ProvideErrorMetadata;
use aws_sdk_iam::operation::RequestId as _;
use aws_sdk_iam::types::{EntityType, PolicyEvaluationDecisionType, PolicyScopeType, Tag};
use podpass_tests::{ACCOUNT, NAMES, PATIENCE, POD_TRUST, READ, Setup, administrator_of, config};

const BUILT_IN: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const ACCOUNT_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
const ENCODED_READ: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGetObject%22%2C%22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3Aa%2Bb%20%253A%2F%2A%22%7D%5D%7D";

// --- members -------------------------------------------------------------------------------------

#[tokio::test]
async fn required_members_of_a_role_are_in_every_answer() {
    let setup = Setup::new().await;
    let tag = Tag::builder().key("team").value("a + b").build().unwrap();
    let created = setup
        .iam
        .create_role()
        .role_name("r")
        .path("/team/")
        .assume_role_policy_document(POD_TRUST)
        .tags(tag.clone())
        .send()
        .await
        .unwrap();
    let created = created.role.unwrap();
    let read = setup.iam.get_role().role_name("r").send().await.unwrap();
    let read = read.role.unwrap();
    let listed = setup.iam.list_roles().path_prefix("/team/").send().await;
    let listed = listed.unwrap();

    // The SDK puts "" and 1970 where an answer lacks what is required.
    assert!(!listed.is_truncated());
    for role in [&created, &read, &listed.roles()[0]] {
        assert_eq!(role.role_name(), "r");
        assert_eq!(role.path(), "/team/");
        assert_eq!(role.arn(), format!("arn:aws:iam::{ACCOUNT}:role/team/r"));
        assert!(role.role_id().starts_with("AROA"), "{}", role.role_id());
        assert!(role.create_date().secs() > 1_700_000_000);
    }
    assert_eq!(created.tags(), [tag]);
    assert_eq!(created.max_session_duration(), None);
    assert_eq!(read.max_session_duration(), Some(3600));
    assert!(read.role_last_used().is_some());
    assert!(listed.roles()[0].tags().is_empty());
}

#[tokio::test]
async fn documents_are_percent_encoded_byte_for_byte() {
    let setup = Setup::new().await;
    let arn = setup.create_policy("p").await;
    setup.create_role("r", POD_TRUST).await;
    let put = setup.iam.put_role_policy().role_name("r").policy_name("i");
    put.policy_document(READ).send().await.unwrap();

    let version = setup.iam.get_policy_version().policy_arn(&arn);
    let version = version.version_id("v1").send().await.unwrap();
    let version = version.policy_version().unwrap();
    assert_eq!(version.document(), Some(ENCODED_READ));
    assert!(version.is_default_version());
    let inline = setup.iam.get_role_policy().role_name("r").policy_name("i");
    let inline = inline.send().await.unwrap();
    assert_eq!(inline.policy_document(), ENCODED_READ);
    assert_eq!((inline.role_name(), inline.policy_name()), ("r", "i"));
}

#[tokio::test]
async fn an_instance_profile_holds_its_role() {
    let setup = Setup::new().await;
    setup.create_role("r", POD_TRUST).await;
    let create = setup.iam.create_instance_profile();
    let created = create.instance_profile_name("ip").send().await.unwrap();
    assert!(created.instance_profile().unwrap().roles().is_empty());
    let add = setup.iam.add_role_to_instance_profile().role_name("r");
    add.instance_profile_name("ip").send().await.unwrap();

    let read = setup.iam.get_instance_profile().instance_profile_name("ip");
    let read = read.send().await.unwrap();
    let profile = read.instance_profile().unwrap();
    assert!(profile.instance_profile_id().starts_with("AIPA"));
    assert_eq!(profile.roles()[0].role_name(), "r");
}

#[tokio::test]
async fn an_association_is_described_as_it_was_created() {
    let setup = Setup::new().await;
    let role = setup.create_role("r", POD_TRUST).await;
    let id = setup.associate("s", &role).await;

    let described = setup.eks.describe_pod_identity_association();
    let described = described
        .cluster_name("my-cluster")
        .association_id(&id)
        .send()
        .await
        .unwrap();
    let association = described.association().unwrap();
    assert_eq!(association.role_arn(), Some(role.as_str()));
    assert_eq!(association.service_account(), Some("s"));
    assert_eq!(association.disable_session_tags(), Some(false));
    assert_eq!(association.created_at(), association.modified_at());
    assert!(association.tags().is_some_and(|tags| tags.is_empty()));
    assert_eq!(association.owner_arn(), None);
}

#[tokio::test]
async fn a_simulation_is_read_with_its_decisions() {
    let setup = Setup::new().await;
    let simulated = setup
        .iam
        .simulate_custom_policy()
        .policy_input_list(READ.replace("a+b %3A", "bucket"))
        .action_names("s3:GetObject")
        .resource_arns("arn:aws:s3:::bucket/key")
        .send()
        .await
        .unwrap();
    let [result] = simulated.evaluation_results() else {
        panic!("one action has one result: {simulated:?}");
    };
    assert_eq!(result.eval_action_name(), "s3:GetObject");
    let allowed = &PolicyEvaluationDecisionType::Allowed;
    assert_eq!(result.eval_decision(), allowed);
    let [statement] = result.matched_statements() else {
        panic!("one statement allows: {result:?}");
    };
    assert_eq!(statement.start_position().unwrap().line(), 1);
}

// --- errors --------------------------------------------------------------------------------------

/// Code and text of an error, which has a request id as all have.
fn told<E: ProvideErrorMetadata>(error: &E) -> (&str, &str) {
    (
        error.code().unwrap_or_default(),
        error.message().unwrap_or_default(),
    )
}

#[tokio::test]
async fn errors_of_iam_are_of_their_types() {
    let setup = Setup::new().await;
    let iam = &setup.iam;
    setup.create_role("r", POD_TRUST).await;
    let policy = setup.create_policy("p").await;
    let attach = iam.attach_role_policy().role_name("r").policy_arn(&policy);
    attach.send().await.unwrap();

    let error = iam.get_role().role_name("x").send().await.unwrap_err();
    assert_eq!(error.request_id().map(str::len), Some(36));
    let error = error.into_service_error();
    assert!(error.is_no_such_entity_exception(), "{error:?}");
    let text = "The role with name x cannot be found.";
    assert_eq!(told(&error), ("NoSuchEntity", text));

    let again = iam.create_policy().policy_name("p").policy_document(READ);
    let error = again.send().await.unwrap_err().into_service_error();
    assert!(error.is_entity_already_exists_exception(), "{error:?}");

    let malformed = iam.create_policy().policy_name("q").policy_document("{");
    let error = malformed.send().await.unwrap_err().into_service_error();
    assert!(error.is_malformed_policy_document_exception(), "{error:?}");
    assert_eq!(error.message(), Some("Syntax errors in policy."));

    let delete = iam.delete_role().role_name("r").send().await;
    let error = delete.unwrap_err().into_service_error();
    assert!(error.is_delete_conflict_exception(), "{error:?}");

    let tag = |key| Tag::builder().key(key).value("v").build().unwrap();
    let tags = iam.tag_role().role_name("r").tags(tag("a")).tags(tag("A"));
    let error = tags.send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_input_exception(), "{error:?}");

    // Errors that the model does not list for an operation have a code only.
    let invalid = iam.get_role().role_name("not/a/name").send().await;
    let error = invalid.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("ValidationError"));
}

#[tokio::test]
async fn protected_and_unattachable_entities_are_told_by_type() {
    let setup = Setup::new().await;
    let linked = setup.iam.create_service_linked_role();
    let linked = linked.aws_service_name("eks.amazonaws.com").send().await;
    let linked = linked.unwrap().role.unwrap();
    let put = setup.iam.put_role_policy().role_name(linked.role_name());
    let put = put.policy_name("p").policy_document(READ).send().await;
    let error = put.unwrap_err().into_service_error();
    assert!(error.is_unmodifiable_entity_exception(), "{error:?}");

    setup.create_role("r", POD_TRUST).await;
    let reserved = "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy";
    let attach = setup.iam.attach_role_policy().role_name("r");
    let attach = attach.policy_arn(reserved).send().await;
    let error = attach.unwrap_err().into_service_error();
    assert!(error.is_policy_not_attachable_exception(), "{error:?}");
}

#[tokio::test]
async fn errors_of_eks_are_of_their_types_and_name_the_cluster() {
    let setup = Setup::new().await;
    let role = setup.create_role("r", POD_TRUST).await;
    let id = setup.associate("s", &role).await;

    let nowhere = setup.eks.describe_cluster().name("nowhere").send().await;
    let error = nowhere.unwrap_err().into_service_error();
    let DescribeClusterError::ResourceNotFoundException(missing) = error else {
        panic!("not the type of what is not found: {error:?}");
    };
    assert_eq!(missing.cluster_name(), Some("nowhere"));
    let text = "No cluster found for name: nowhere.";
    assert_eq!(missing.message(), Some(text));

    let create = setup.eks.create_pod_identity_association();
    let create = create
        .cluster_name("my-cluster")
        .namespace("default")
        .service_account("s");
    let again = create.clone().role_arn(&role).send().await;
    let error = again.unwrap_err().into_service_error();
    assert!(error.is_resource_in_use_exception(), "{error:?}");
    let text = format!("Association already exists: {id}");
    assert_eq!(error.message(), Some(text.as_str()));

    let nobody = create.service_account("t").role_arn(role + "-nobody");
    let error = nobody.send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_parameter_exception(), "{error:?}");
}

#[tokio::test]
async fn errors_of_sts_are_of_their_types() {
    let setup = Setup::new().await;
    let role = setup.create_role("r", ACCOUNT_TRUST).await;
    let assume = setup.sts.assume_role().role_session_name("me");
    let assume = assume.role_arn(&role);

    let malformed = assume.clone().policy("{").send().await;
    let error = malformed.unwrap_err().into_service_error();
    assert!(error.is_malformed_policy_document_exception(), "{error:?}");

    let pods_only = setup.create_role("pods", POD_TRUST).await;
    let refused = assume.role_arn(pods_only).send().await;
    let error = refused.unwrap_err().into_service_error();
    let (code, text) = told(&error);
    assert_eq!(code, "AccessDenied");
    let user = format!("User: arn:aws:iam::{ACCOUNT}:user/admin is not authorized to perform: ");
    assert!(text.starts_with(&user), "{text}");
}

// --- sessions ------------------------------------------------------------------------------------

#[tokio::test]
async fn assumed_role_calls_with_its_credentials() {
    let setup = Setup::new().await;
    let role = setup.create_role("r", ACCOUNT_TRUST).await;
    let assume = setup.sts.assume_role().role_arn(role);
    let begun = assume.role_session_name("me").send().await.unwrap();
    let user = begun.assumed_role_user().unwrap();
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/r/me");
    assert_eq!(user.arn(), arn);
    assert!(user.assumed_role_id().ends_with(":me"));

    let issued = begun.credentials().unwrap();
    assert!(issued.expiration().secs() > 1_700_000_000);
    let credentials = Credentials::new(
        issued.access_key_id(),
        issued.secret_access_key(),
        Some(issued.session_token().to_owned()),
        None,
        "tests",
    );
    let sts = aws_sdk_sts::Client::new(&config(&setup.server, credentials));
    let caller = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.arn(), Some(arn.as_str()));
    assert_eq!(caller.user_id(), Some(user.assumed_role_id()));
}

#[tokio::test]
async fn account_follows_from_the_access_key() {
    let setup = Setup::new().await;
    let other = config(&setup.server, administrator_of("444455556666"));
    let other = aws_sdk_sts::Client::new(&other);
    for (sts, account) in [(&setup.sts, ACCOUNT), (&other, "444455556666")] {
        let caller = sts.get_caller_identity().send().await.unwrap();
        assert_eq!(caller.account(), Some(account));
    }
}

// --- pages ---------------------------------------------------------------------------------------

#[tokio::test]
async fn roles_come_in_pages_and_each_once() {
    let setup = Setup::new().await;
    for name in NAMES {
        setup.create_role(name, POD_TRUST).await;
    }
    let mut pages = setup.iam.list_roles().into_paginator().page_size(3).send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().roles().len());
    }
    assert_eq!(sizes, [3, 3, 1]);
    let roles = setup.iam.list_roles().into_paginator().page_size(3).items();
    let roles = roles.send().try_collect().await.unwrap();
    let names: Vec<_> = roles.iter().map(|role| role.role_name()).collect();
    assert_eq!(names, NAMES);
}

#[tokio::test]
async fn policies_and_their_entities_come_in_pages() {
    let setup = Setup::new().await;
    for name in NAMES {
        setup.create_policy(name).await;
        setup.create_role(name, POD_TRUST).await;
        let attach = setup.iam.attach_role_policy().role_name(name);
        attach.policy_arn(BUILT_IN).send().await.unwrap();
    }
    let policies = setup.iam.list_policies().scope(PolicyScopeType::Local);
    let policies = policies.into_paginator().page_size(3).items().send();
    let policies = policies.try_collect().await.unwrap();
    let names: Vec<_> = policies
        .iter()
        .filter_map(|policy| policy.policy_name())
        .collect();
    assert_eq!(names, NAMES);

    let entities = setup.iam.list_entities_for_policy().policy_arn(BUILT_IN);
    let entities = entities.entity_filter(EntityType::Role).into_paginator();
    let mut pages = entities.page_size(3).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        names.extend(
            page.policy_roles()
                .iter()
                .filter_map(|role| role.role_name.clone()),
        );
    }
    assert_eq!(names, NAMES);
}

#[tokio::test]
async fn associations_come_in_pages_and_each_once() {
    let setup = Setup::new().await;
    let role = setup.create_role("r", POD_TRUST).await;
    let mut created = Vec::new();
    for name in NAMES {
        created.push(setup.associate(name, &role).await);
    }
    let listed = setup.eks.list_pod_identity_associations();
    let listed = listed.cluster_name("my-cluster").into_paginator();
    let listed = listed.page_size(3).items().send();
    let mut listed: Vec<_> = listed
        .try_collect()
        .await
        .unwrap()
        .into_iter()
        .filter_map(|association| association.association_id)
        .collect();
    listed.sort();
    created.sort();
    assert_eq!(listed, created);
}

// --- waiters -------------------------------------------------------------------------------------

#[tokio::test]
async fn waiters_of_iam_end_when_the_entity_comes() {
    let setup = Setup::new().await;
    let iam = setup.iam.clone();
    let role = tokio::spawn(async move {
        let wait = iam.wait_until_role_exists().role_name("later");
        wait.wait(PATIENCE).await.map(|_| ())
    });
    // The first question is asked before there is an answer.
    tokio::time::sleep(Duration::from_millis(200)).await;
    setup.create_role("later", POD_TRUST).await;
    role.await.unwrap().unwrap();

    let policy = setup.create_policy("p").await;
    let wait = setup.iam.wait_until_policy_exists().policy_arn(policy);
    wait.wait(PATIENCE).await.unwrap();
    let create = setup.iam.create_instance_profile();
    create.instance_profile_name("ip").send().await.unwrap();
    let wait = setup.iam.wait_until_instance_profile_exists();
    let wait = wait.instance_profile_name("ip");
    wait.wait(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn waiter_gives_up_on_what_never_comes() {
    let setup = Setup::new().await;
    let never = setup.iam.wait_until_role_exists().role_name("never");
    assert!(never.wait(Duration::from_secs(2)).await.is_err());
}

#[tokio::test]
async fn cluster_is_waited_for_until_it_is_active_and_until_it_is_gone() {
    let setup = Setup::new().await;
    let network = VpcConfigRequest::builder();
    let network = network.subnet_ids("subnet-1").subnet_ids("subnet-2");
    let create = setup.eks.create_cluster().name("new");
    let created = create
        .role_arn(format!("arn:aws:iam::{ACCOUNT}:role/cluster"))
        .resources_vpc_config(network.build())
        .send()
        .await
        .unwrap();
    let status = created.cluster().and_then(|cluster| cluster.status());
    assert_eq!(status, Some(&ClusterStatus::Creating));

    let active = setup.eks.wait_until_cluster_active().name("new");
    let active = active.wait(PATIENCE).await.unwrap();
    let active = active.into_result().expect("a cluster");
    let status = active.cluster().and_then(|cluster| cluster.status());
    assert_eq!(status, Some(&ClusterStatus::Active));

    setup.eks.delete_cluster().name("new").send().await.unwrap();
    let gone = setup.eks.wait_until_cluster_deleted().name("new");
    let gone = gone.wait(PATIENCE).await.unwrap().into_result();
    let error = gone.expect_err("no cluster").into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
}
