//! The AWS SDK for Rust against the mock's IAM users: their keys, groups and policies.

use aws_credential_types::Credentials;
use aws_sdk_iam::client::Waiters as _;
use aws_sdk_iam::types::StatusType;
use podpass_tests::{ACCOUNT, NAMES, PATIENCE, READ, Setup, config};

async fn create_user(setup: &Setup, name: &str) {
    let create = setup.iam.create_user().user_name(name);
    create.send().await.expect("a user");
}

#[tokio::test]
async fn a_user_is_waited_for_and_calls_with_a_key_of_its_own() {
    let setup = Setup::new().await;
    create_user(&setup, "alice").await;
    let wait = setup.iam.wait_until_user_exists().user_name("alice");
    wait.wait(PATIENCE).await.unwrap();

    let create = setup.iam.create_access_key().user_name("alice");
    let key = create.send().await.unwrap().access_key.unwrap();
    assert_eq!(key.status(), &StatusType::Active);
    let credentials = Credentials::new(
        key.access_key_id(),
        key.secret_access_key(),
        None,
        None,
        "tests",
    );
    let sts = aws_sdk_sts::Client::new(&config(&setup.server, credentials));
    let caller = sts.get_caller_identity().send().await.unwrap();
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    assert_eq!(caller.arn(), Some(arn.as_str()));

    let used = setup.iam.get_access_key_last_used();
    let used = used.access_key_id(key.access_key_id()).send().await;
    let used = used.unwrap();
    assert_eq!(used.user_name(), Some("alice"));
    let service = used.access_key_last_used().unwrap().service_name();
    assert_eq!(service, "sts");
}

#[tokio::test]
async fn a_user_belongs_to_groups_and_has_policies() {
    let setup = Setup::new().await;
    create_user(&setup, "alice").await;
    let group = setup.iam.create_group().group_name("team");
    group.send().await.unwrap();
    let add = setup.iam.add_user_to_group().group_name("team");
    add.user_name("alice").send().await.unwrap();
    let read = setup.iam.get_group().group_name("team").send();
    let read = read.await.unwrap();
    assert_eq!(read.users()[0].user_name(), "alice");

    let policy = setup.create_policy("p").await;
    let attach = setup.iam.attach_group_policy().group_name("team");
    attach.policy_arn(&policy).send().await.unwrap();
    let put = setup.iam.put_user_policy().user_name("alice");
    let put = put.policy_name("inline").policy_document(READ);
    put.send().await.unwrap();
    let details = setup.iam.get_account_authorization_details();
    let details = details.send().await.unwrap();
    let alice = details
        .user_detail_list()
        .iter()
        .find(|user| user.user_name() == Some("alice"))
        .expect("the user");
    assert_eq!(alice.group_list(), ["team"]);
    let inline = &alice.user_policy_list()[0];
    assert_eq!(inline.policy_name(), Some("inline"));

    let delete = setup.iam.delete_user().user_name("alice").send().await;
    let error = delete.unwrap_err().into_service_error();
    assert!(error.is_delete_conflict_exception(), "{error:?}");
}

#[tokio::test]
async fn users_and_groups_come_in_pages_and_each_once() {
    let setup = Setup::new().await;
    for name in NAMES {
        create_user(&setup, name).await;
        let create = setup.iam.create_group().group_name(name);
        create.send().await.unwrap();
        let add = setup.iam.add_user_to_group().user_name("n0");
        add.group_name(name).send().await.unwrap();
    }
    let mut pages = setup.iam.list_users().into_paginator().page_size(3).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.users().len() <= 3);
        names.extend(page.users().iter().map(|user| user.user_name().to_owned()));
    }
    assert_eq!(names[0], "admin", "who every account begins with");
    assert_eq!(names[1..], NAMES);

    let groups = setup.iam.list_groups_for_user().user_name("n0");
    let groups = groups.into_paginator().page_size(3).items().send();
    let groups = groups.try_collect().await.unwrap();
    let names: Vec<_> = groups.iter().map(|group| group.group_name()).collect();
    assert_eq!(names, NAMES);
}

#[tokio::test]
async fn what_is_too_much_for_a_user_is_refused_by_type() {
    let setup = Setup::new().await;
    create_user(&setup, "alice").await;
    let again = setup.iam.create_user().user_name("alice").send().await;
    let error = again.unwrap_err().into_service_error();
    assert!(error.is_entity_already_exists_exception(), "{error:?}");
    let create = setup.iam.create_access_key().user_name("alice");
    for _ in 0..2 {
        create.clone().send().await.unwrap();
    }
    let error = create.send().await.unwrap_err().into_service_error();
    assert!(error.is_limit_exceeded_exception(), "{error:?}");
}
