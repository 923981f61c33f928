//! Every port method of the AWS adapters, against the mock in this process: what goes in by one method
//! comes out by another, and failures are of the kind that the engine acts on.

use std::collections::BTreeMap;

use podpass::port::{
    AssociationFilter, Eks as _, Iam as _, Kubernetes as _, NamespaceState, PortErrorKind,
    Sts as _, World as _,
};
use podpass::{
    AssociationUpdate, ClusterId, NewAssociation, NewPolicy, NewRole, PolicyArn, RoleArn,
    RoleUpdate, Tags,
};
use podpass_aws::{Eks, Iam, Kubernetes, World};
use podpass_mock::MockServer;

const ACCOUNT: &str = "111122223333";
const BUILT_IN: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
const READ: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a+b %3A/*"}]}"#;
const WRITE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#;

fn the<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a valid name")
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn cluster(name: &str) -> ClusterId {
    ClusterId {
        account: the(ACCOUNT),
        region: the("us-west-2"),
        name: the(name),
    }
}

/// A mock with two clusters, and the world that leads to it. The kubeconfig goes with the setup.
struct Setup {
    world: World,
    _server: MockServer,
    _kubeconfig: tempfile::NamedTempFile,
}

impl Setup {
    async fn new() -> Self {
        let server = MockServer::builder()
            .cluster("my-cluster")
            .cluster("other-cluster")
            .start()
            .await
            .expect("a mock server");
        let kubeconfig = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(kubeconfig.path(), server.kubeconfig()).expect("a written file");
        let world = World::builder()
            .endpoint_url(server.uri())
            .credentials(ACCOUNT, "secret", None)
            .region(the("us-west-2"))
            .kubeconfig(kubeconfig.path())
            .build()
            .await
            .expect("a world");
        Self {
            world,
            _server: server,
            _kubeconfig: kubeconfig,
        }
    }

    async fn iam(&self) -> Iam {
        self.world.iam(&the(ACCOUNT)).await.expect("IAM")
    }

    async fn eks(&self) -> Eks {
        let eks = self.world.eks(&the(ACCOUNT), &the("us-west-2")).await;
        eks.expect("EKS")
    }

    async fn kubernetes(&self, name: &str) -> Kubernetes {
        let api = self.world.kubernetes(&cluster(name)).await;
        api.expect("an API server")
    }

    /// A role that EKS accepts.
    async fn role(&self, name: &str) -> RoleArn {
        let role = self.iam().await.create_role(&new_role(name)).await;
        role.expect("a role").arn
    }
}

fn new_role(name: &str) -> NewRole {
    NewRole {
        name: the(name),
        path: the("/"),
        description: None,
        max_session_duration: 3600,
        permissions_boundary: None,
        trust_policy: TRUST.to_owned(),
        tags: Tags::new(),
    }
}

fn new_policy(name: &str) -> NewPolicy {
    NewPolicy {
        name: the(name),
        path: the("/team/"),
        description: Some("what for".to_owned()),
        document: READ.to_owned(),
        tags: map(&[("team", "a")]),
    }
}

fn new_association(service_account: &str, role: &RoleArn) -> NewAssociation {
    NewAssociation {
        cluster_name: the("my-cluster"),
        namespace: the("default"),
        service_account: the(service_account),
        role_arn: role.clone(),
        target_role_arn: None,
        disable_session_tags: false,
        policy: None,
        tags: Tags::new(),
    }
}

#[tokio::test]
async fn caller_is_the_mocks_administrator() {
    let setup = Setup::new().await;
    let sts = setup.world.sts().await.unwrap();

    let caller = sts.caller_identity().await.unwrap();

    assert_eq!(caller.account.as_str(), ACCOUNT);
    assert_eq!(caller.partition.as_str(), "aws");
    assert_eq!(caller.arn, "arn:aws:iam::111122223333:user/admin");
}

#[tokio::test]
async fn created_role_is_read_back_as_it_was_answered() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;

    let created = iam
        .create_role(&NewRole {
            path: the("/team/"),
            description: Some("what for".to_owned()),
            max_session_duration: 7200,
            permissions_boundary: Some(the(BUILT_IN)),
            tags: map(&[("team", "a + b"), ("empty", "")]),
            ..new_role("my-role")
        })
        .await
        .unwrap();

    let arn = "arn:aws:iam::111122223333:role/team/my-role";
    assert_eq!(created.arn.to_string(), arn);
    assert_eq!(created.trust_policy, TRUST);
    assert_eq!(created.max_session_duration, 7200);
    assert_eq!(iam.role(&the("my-role")).await.unwrap(), created);
}

#[tokio::test]
async fn every_change_to_a_role_is_seen_by_the_next_read() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;
    let name = the("my-role");
    iam.create_role(&new_role("my-role")).await.unwrap();
    let update = RoleUpdate {
        description: Some("new".to_owned()),
        max_session_duration: Some(10_800),
    };
    let trust = TRUST.replace("[\"sts:AssumeRole\",\"sts:TagSession\"]", "\"sts:*\"");

    iam.update_role(&name, &update).await.unwrap();
    iam.update_trust_policy(&name, &trust).await.unwrap();
    let boundary: PolicyArn = the(BUILT_IN);
    iam.set_permissions_boundary(&name, Some(&boundary))
        .await
        .unwrap();
    let tags = map(&[("a", "1"), ("b", "2")]);
    iam.tag_role(&name, &tags).await.unwrap();
    iam.tag_role(&name, &map(&[("a", "3")])).await.unwrap();
    iam.untag_role(&name, &["b".to_owned()]).await.unwrap();

    let role = iam.role(&name).await.unwrap();
    assert_eq!(role.description.as_deref(), Some("new"));
    assert_eq!(role.max_session_duration, 10_800);
    assert_eq!(role.trust_policy, trust);
    assert_eq!(role.permissions_boundary, Some(boundary));
    assert_eq!(role.tags, map(&[("a", "3")]));

    iam.set_permissions_boundary(&name, None).await.unwrap();
    assert_eq!(iam.role(&name).await.unwrap().permissions_boundary, None);
}

#[tokio::test]
async fn taken_names_conflict_and_unknown_names_are_not_found() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;
    iam.create_role(&new_role("my-role")).await.unwrap();
    let policy = iam.create_policy(&new_policy("my-policy")).await.unwrap();

    let role_again = iam.create_role(&new_role("my-role")).await.unwrap_err();
    let policy_again = iam.create_policy(&new_policy("my-policy")).await;
    let no_role = iam.role(&the("nobody")).await.unwrap_err();
    let no_version = iam.policy_document(&policy.arn, &the("v9")).await;
    let no_inline = iam.inline_policy(&the("my-role"), &the("none")).await;

    assert!(role_again.is_conflict());
    assert_eq!(role_again.code(), Some("EntityAlreadyExists"));
    assert!(role_again.request_id().is_some());
    assert!(policy_again.unwrap_err().is_conflict());
    assert!(no_role.is_not_found());
    assert_eq!(
        no_role.message(),
        "The role with name nobody cannot be found."
    );
    assert!(no_version.unwrap_err().is_not_found());
    assert!(no_inline.unwrap_err().is_not_found());
}

#[tokio::test]
async fn malformed_document_is_invalid_in_iams_words() {
    let setup = Setup::new().await;
    let policy = NewPolicy {
        document: "{".to_owned(),
        ..new_policy("my-policy")
    };

    let error = setup.iam().await.create_policy(&policy).await.unwrap_err();

    assert_eq!(error.kind(), PortErrorKind::Invalid);
    assert_eq!(error.code(), Some("MalformedPolicyDocument"));
}

#[tokio::test]
async fn role_is_deleted_only_once_nothing_is_attached() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;
    let (name, arn) = (the("my-role"), the(BUILT_IN));
    iam.create_role(&new_role("my-role")).await.unwrap();

    iam.attach_policy(&name, &arn).await.unwrap();
    iam.attach_policy(&name, &arn).await.unwrap();
    let attached = iam.attached_policies(&name).await.unwrap();
    assert_eq!(attached, std::slice::from_ref(&arn));
    assert!(iam.delete_role(&name).await.unwrap_err().is_conflict());

    iam.detach_policy(&name, &arn).await.unwrap();
    assert!(iam.attached_policies(&name).await.unwrap().is_empty());
    iam.delete_role(&name).await.unwrap();
    assert!(iam.role(&name).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn inline_policies_are_listed_beyond_one_page() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;
    let role = the("my-role");
    iam.create_role(&new_role("my-role")).await.unwrap();
    for n in 0..105 {
        let name = the(&format!("inline-{n:03}"));
        iam.put_inline_policy(&role, &name, WRITE).await.unwrap();
    }

    assert_eq!(iam.inline_policies(&role).await.unwrap().len(), 105);

    let first = the("inline-000");
    iam.put_inline_policy(&role, &first, READ).await.unwrap();
    assert_eq!(iam.inline_policy(&role, &first).await.unwrap(), READ);
    iam.delete_inline_policy(&role, &first).await.unwrap();
    assert_eq!(iam.inline_policies(&role).await.unwrap().len(), 104);
}

#[tokio::test]
async fn created_policy_is_read_back_as_it_was_answered() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;

    let created = iam.create_policy(&new_policy("my-policy")).await.unwrap();

    let arn = "arn:aws:iam::111122223333:policy/team/my-policy";
    assert_eq!(created.arn.to_string(), arn);
    assert_eq!(created.default_version.as_str(), "v1");
    assert_eq!(iam.policy(&created.arn).await.unwrap(), created);
    let document = iam.policy_document(&created.arn, &the("v1")).await;
    assert_eq!(document.unwrap(), READ);
}

#[tokio::test]
async fn sixth_version_exceeds_the_limit_until_one_is_deleted() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;
    let arn = iam.create_policy(&new_policy("p")).await.unwrap().arn;
    for n in 2..=5 {
        let version = iam.create_policy_version(&arn, WRITE).await.unwrap();
        assert_eq!(version.number(), n);
    }

    let sixth = iam.create_policy_version(&arn, READ).await.unwrap_err();
    assert_eq!(sixth.kind(), PortErrorKind::LimitExceeded);
    let in_force = iam.delete_policy_version(&arn, &the("v5")).await;
    assert!(in_force.unwrap_err().is_conflict());

    iam.delete_policy_version(&arn, &the("v1")).await.unwrap();
    let sixth = iam.create_policy_version(&arn, READ).await.unwrap();
    assert_eq!(sixth.as_str(), "v6");
    let versions = iam.policy_versions(&arn).await.unwrap();
    let in_force: Vec<_> = versions.iter().filter(|one| one.is_default).collect();
    assert_eq!(versions.len(), 5);
    assert_eq!(in_force.len(), 1);
    assert_eq!(in_force[0].id, sixth);
    assert_eq!(iam.policy(&arn).await.unwrap().default_version, sixth);
}

#[tokio::test]
async fn policy_counts_its_attachments_and_goes_once_it_has_none() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;
    let role = the("my-role");
    iam.create_role(&new_role("my-role")).await.unwrap();
    let arn = iam.create_policy(&new_policy("p")).await.unwrap().arn;

    iam.attach_policy(&role, &arn).await.unwrap();
    assert_eq!(iam.policy(&arn).await.unwrap().attachment_count, 1);
    assert!(iam.delete_policy(&arn).await.unwrap_err().is_conflict());

    iam.detach_policy(&role, &arn).await.unwrap();
    iam.delete_policy(&arn).await.unwrap();
    assert!(iam.policy(&arn).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn tags_of_a_policy_are_added_overwritten_and_taken_away() {
    let setup = Setup::new().await;
    let iam = setup.iam().await;
    let arn = iam.create_policy(&new_policy("p")).await.unwrap().arn;

    let tags = map(&[("team", "b"), ("more", "")]);
    iam.tag_policy(&arn, &tags).await.unwrap();
    assert_eq!(iam.policy(&arn).await.unwrap().tags, tags);
    iam.untag_policy(&arn, &["more".to_owned()]).await.unwrap();

    let left = iam.policy(&arn).await.unwrap().tags;
    assert_eq!(left, map(&[("team", "b")]));
}

#[tokio::test]
async fn clusters_are_described_and_unknown_ones_not_found() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;

    let described = eks.describe_cluster(&the("my-cluster")).await.unwrap();
    let unknown = eks.describe_cluster(&the("nowhere")).await.unwrap_err();

    let arn = "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster";
    assert_eq!(described.arn, arn);
    assert_eq!(described.status, "ACTIVE");
    assert!(unknown.is_not_found());
    assert_eq!(unknown.message(), "No cluster found for name: nowhere.");
}

#[tokio::test]
async fn association_is_described_as_it_was_created() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;
    let role = setup.role("my-role").await;
    let target: RoleArn = the("arn:aws:iam::444455556666:role/target");

    let created = eks
        .create_association(&NewAssociation {
            target_role_arn: Some(target.clone()),
            disable_session_tags: true,
            policy: Some(WRITE.to_owned()),
            tags: map(&[("team", "a")]),
            ..new_association("app", &role)
        })
        .await
        .unwrap();

    assert_eq!(created.role_arn, role);
    assert_eq!(created.target_role_arn, Some(target));
    assert_eq!(created.policy.as_deref(), Some(WRITE));
    assert_eq!(created.tags, map(&[("team", "a")]));
    let external_id = "us-west-2/111122223333/my-cluster/default/app";
    assert_eq!(created.external_id.as_deref(), Some(external_id));
    let described = eks
        .describe_association(&the("my-cluster"), &created.id)
        .await;
    assert_eq!(described.unwrap(), created);
}

#[tokio::test]
async fn update_changes_what_it_names_clears_what_it_empties_and_keeps_the_rest() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;
    let (old, new) = (setup.role("old").await, setup.role("new").await);
    let name = the("my-cluster");
    let created = eks
        .create_association(&NewAssociation {
            target_role_arn: Some(the("arn:aws:iam::444455556666:role/target")),
            disable_session_tags: true,
            policy: Some(WRITE.to_owned()),
            ..new_association("app", &old)
        })
        .await
        .unwrap();

    let update = AssociationUpdate {
        role_arn: Some(new.clone()),
        target_role_arn: Some(None),
        ..AssociationUpdate::default()
    };
    let updated = eks.update_association(&name, &created.id, &update).await;
    let updated = updated.unwrap();
    assert_eq!((&updated.role_arn, &updated.target_role_arn), (&new, &None));
    assert_eq!(updated.policy.as_deref(), Some(WRITE));

    let update = AssociationUpdate {
        policy: Some(None),
        disable_session_tags: Some(false),
        ..AssociationUpdate::default()
    };
    let updated = eks.update_association(&name, &created.id, &update).await;
    let updated = updated.unwrap();
    assert_eq!(updated.policy, None);
    assert!(!updated.disable_session_tags);
    let described = eks.describe_association(&name, &created.id).await;
    assert_eq!(described.unwrap(), updated);
}

#[tokio::test]
async fn second_association_for_the_same_subject_names_the_first() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;
    let role = setup.role("my-role").await;
    let wanted = new_association("app", &role);
    let first = eks.create_association(&wanted).await.unwrap();

    let second = eks.create_association(&wanted).await.unwrap_err();

    assert!(second.is_conflict());
    assert_eq!(second.existing_association(), Some(first.id));
}

#[tokio::test]
async fn role_that_does_not_exist_is_told_from_one_with_a_wrong_trust_policy() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;
    let wrong = NewRole {
        trust_policy: TRUST.replace("pods.eks", "ec2"),
        ..new_role("wrong")
    };
    let wrong = setup.iam().await.create_role(&wrong).await.unwrap().arn;
    let missing: RoleArn = the("arn:aws:iam::111122223333:role/missing");

    let not_there = eks
        .create_association(&new_association("a", &missing))
        .await;
    let not_trusting = eks.create_association(&new_association("a", &wrong)).await;

    assert!(not_there.unwrap_err().is_role_not_propagated());
    assert_eq!(
        not_trusting.unwrap_err().kind(),
        PortErrorKind::TrustPolicyInvalid
    );
}

#[tokio::test]
async fn associations_are_listed_beyond_one_page_and_by_filter() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;
    let role = setup.role("my-role").await;
    let name = the("my-cluster");
    for n in 0..103 {
        let wanted = new_association(&format!("app-{n}"), &role);
        eks.create_association(&wanted).await.unwrap();
    }

    let all = AssociationFilter::default();
    let first = eks.list_associations(&name, &all, None).await.unwrap();
    let token = first.next_token.as_deref();
    let second = eks.list_associations(&name, &all, token).await.unwrap();
    assert_eq!((first.items.len(), second.items.len()), (100, 3));
    assert_eq!(second.next_token, None);

    let one = AssociationFilter {
        namespace: Some(the("default")),
        service_account: Some(the("app-7")),
    };
    let found = eks.list_associations(&name, &one, None).await.unwrap();
    assert_eq!(found.items.len(), 1);
    assert_eq!(found.items[0].service_account.as_str(), "app-7");
}

#[tokio::test]
async fn tags_of_an_association_are_set_by_its_arn() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;
    let role = setup.role("my-role").await;
    let created = eks.create_association(&new_association("app", &role)).await;
    let created = created.unwrap();

    let tags = map(&[("a", "1"), ("b", "")]);
    eks.tag_resource(&created.arn, &tags).await.unwrap();
    let keys = ["a".to_owned()];
    eks.untag_resource(&created.arn, &keys).await.unwrap();

    let described = eks
        .describe_association(&the("my-cluster"), &created.id)
        .await;
    assert_eq!(described.unwrap().tags, map(&[("b", "")]));
}

#[tokio::test]
async fn deleted_association_is_not_found() {
    let setup = Setup::new().await;
    let eks = setup.eks().await;
    let role = setup.role("my-role").await;
    let name = the("my-cluster");
    let created = eks.create_association(&new_association("app", &role)).await;
    let id = created.unwrap().id;

    eks.delete_association(&name, &id).await.unwrap();

    let described = eks.describe_association(&name, &id).await;
    let deleted = eks.delete_association(&name, &id).await;
    assert!(described.unwrap_err().is_not_found());
    assert!(deleted.unwrap_err().is_not_found());
}

#[tokio::test]
async fn namespaces_are_there_or_missing() {
    let setup = Setup::new().await;
    let kubernetes = setup.kubernetes("my-cluster").await;

    let default = kubernetes.namespace(&the("default")).await.unwrap();
    let nowhere = kubernetes.namespace(&the("nowhere")).await.unwrap();

    assert_eq!(default, NamespaceState::Active);
    assert_eq!(nowhere, NamespaceState::Missing);
}

#[tokio::test]
async fn applied_service_account_is_read_back_in_its_own_cluster_only() {
    let setup = Setup::new().await;
    let kubernetes = setup.kubernetes("my-cluster").await;
    let (namespace, name) = (the("default"), the("app"));
    let labels = map(&[("app.kubernetes.io/managed-by", "podpass")]);

    let applied = kubernetes
        .apply_service_account(&namespace, &name, &labels, "podpass")
        .await
        .unwrap();

    assert_eq!(applied.labels, labels);
    assert_eq!(applied.field_managers, ["podpass"]);
    let read = kubernetes.service_account(&namespace, &name).await;
    assert_eq!(read.unwrap().as_ref(), Some(&applied));
    let listed = kubernetes.service_accounts(&namespace).await.unwrap();
    assert!(listed.contains(&applied));
    let other = setup.kubernetes("other-cluster").await;
    let elsewhere = other.service_account(&namespace, &name).await;
    assert_eq!(elsewhere.unwrap(), None);
}

#[tokio::test]
async fn labels_of_another_manager_are_not_taken_over() {
    let setup = Setup::new().await;
    let kubernetes = setup.kubernetes("my-cluster").await;
    let (namespace, name) = (the("default"), the("app"));
    let theirs = map(&[("team", "theirs")]);
    kubernetes
        .apply_service_account(&namespace, &name, &theirs, "helm")
        .await
        .unwrap();

    let ours = map(&[("team", "ours")]);
    let error = kubernetes
        .apply_service_account(&namespace, &name, &ours, "podpass")
        .await
        .unwrap_err();

    assert!(error.is_conflict());
    assert!(error.message().contains("\"helm\""), "{error}");
    let read = kubernetes.service_account(&namespace, &name).await;
    assert_eq!(read.unwrap().unwrap().labels, theirs);
}

#[tokio::test]
async fn service_account_is_deleted_only_under_its_own_uid() {
    let setup = Setup::new().await;
    let kubernetes = setup.kubernetes("my-cluster").await;
    let (namespace, name) = (the("default"), the("app"));
    let applied = kubernetes
        .apply_service_account(&namespace, &name, &Tags::new(), "podpass")
        .await
        .unwrap();

    let successor = "00000000-0000-4000-8000-000000000000";
    let wrong = kubernetes
        .delete_service_account(&namespace, &name, successor)
        .await;
    assert!(wrong.unwrap_err().is_conflict());

    kubernetes
        .delete_service_account(&namespace, &name, &applied.uid)
        .await
        .unwrap();
    let read = kubernetes.service_account(&namespace, &name).await;
    assert_eq!(read.unwrap(), None);
    let again = kubernetes
        .delete_service_account(&namespace, &name, &applied.uid)
        .await;
    assert!(again.unwrap_err().is_not_found());
}

#[tokio::test]
async fn service_account_in_a_missing_namespace_is_not_found() {
    let setup = Setup::new().await;
    let kubernetes = setup.kubernetes("my-cluster").await;

    let error = kubernetes
        .apply_service_account(&the("nowhere"), &the("app"), &Tags::new(), "podpass")
        .await
        .unwrap_err();

    assert!(error.is_not_found());
    assert_eq!(error.message(), "namespaces \"nowhere\" not found");
}
