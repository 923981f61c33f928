//! The AWS SDK for Rust against the mock's EKS: what a cluster has is created, waited for, described, listed and deleted.

use std::time::Duration;

use aws_sdk_eks::client::Waiters as _;
use aws_sdk_eks::types::{
    AccessScope, AccessScopeType, AddonPodIdentityAssociations, AddonStatus,
    CertificateAuthoritySigningStatus, FargateProfileSelector, FargateProfileStatus,
    NodegroupScalingConfig, NodegroupStatus, UpdateStatus, UpdateType,
};
use podpass_mock::{Clock, EksDelay, MockServer};
use podpass_tests::{ACCOUNT, NAMES, PATIENCE, POD_TRUST, Setup};

const CLUSTER: &str = "my-cluster";

fn role(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

async fn create_nodegroup(setup: &Setup, name: &str) -> NodegroupStatus {
    let scaling = NodegroupScalingConfig::builder().min_size(0).max_size(3);
    let create = setup.eks.create_nodegroup().cluster_name(CLUSTER);
    let created = create
        .nodegroup_name(name)
        .node_role(role("node"))
        .subnets("subnet-1")
        .scaling_config(scaling.desired_size(1).build())
        .labels("team", "a")
        .send()
        .await;
    let created = created.expect("a node group").nodegroup;
    let status = created.and_then(|nodegroup| nodegroup.status);
    status.expect("its status")
}

#[tokio::test]
async fn a_node_group_lives_under_the_eyes_of_its_waiters() {
    let setup = Setup::new().await;
    let status = create_nodegroup(&setup, "workers").await;
    assert_eq!(status, NodegroupStatus::Creating);
    let active = setup.eks.wait_until_nodegroup_active();
    let active = active.cluster_name(CLUSTER).nodegroup_name("workers");
    let active = active.wait(PATIENCE).await.unwrap().into_result().unwrap();
    let nodegroup = active.nodegroup().unwrap();
    assert_eq!(nodegroup.scaling_config().unwrap().max_size(), Some(3));
    assert_eq!(nodegroup.labels().unwrap()["team"], "a");

    let update = setup.eks.update_nodegroup_config().cluster_name(CLUSTER);
    let scaling = NodegroupScalingConfig::builder().desired_size(2).build();
    let update = update.nodegroup_name("workers").scaling_config(scaling);
    let update = update.send().await.unwrap().update.unwrap();
    assert_eq!(update.r#type(), Some(&UpdateType::ConfigUpdate));
    let described = setup.eks.describe_update().name(CLUSTER);
    let described = described.nodegroup_name("workers");
    let described = described.update_id(update.id().unwrap()).send().await;
    let status = described.unwrap().update.unwrap().status;
    assert_eq!(status, Some(UpdateStatus::Successful));

    let delete = setup.eks.delete_nodegroup().cluster_name(CLUSTER);
    delete.nodegroup_name("workers").send().await.unwrap();
    let gone = setup.eks.wait_until_nodegroup_deleted();
    let gone = gone.cluster_name(CLUSTER).nodegroup_name("workers");
    let error = gone.wait(PATIENCE).await.unwrap().into_result();
    let error = error.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
}

#[tokio::test]
async fn an_add_on_owns_the_associations_that_it_was_given() {
    let setup = Setup::new().await;
    let arn = setup.create_role("cni", POD_TRUST).await;
    let association = AddonPodIdentityAssociations::builder();
    let association = association.service_account("aws-node").role_arn(&arn);
    let create = setup.eks.create_addon().cluster_name(CLUSTER);
    let created = create
        .addon_name("vpc-cni")
        .pod_identity_associations(association.build().unwrap())
        .tags("team", "a")
        .send()
        .await
        .unwrap();
    let addon = created.addon.unwrap();
    assert_eq!(addon.status(), Some(&AddonStatus::Creating));
    let active = setup.eks.wait_until_addon_active();
    let active = active.cluster_name(CLUSTER).addon_name("vpc-cni");
    let active = active.wait(PATIENCE).await.unwrap().into_result().unwrap();
    let [association_arn] = active.addon().unwrap().pod_identity_associations() else {
        panic!("one association: {active:?}");
    };

    let id = association_arn.rsplit('/').next().unwrap();
    let described = setup.eks.describe_pod_identity_association();
    let described = described.cluster_name(CLUSTER).association_id(id).send();
    let association = described.await.unwrap().association.unwrap();
    assert_eq!(association.owner_arn(), addon.addon_arn());
    assert_eq!(association.namespace(), Some("kube-system"));

    let delete = setup.eks.delete_addon().cluster_name(CLUSTER);
    delete.addon_name("vpc-cni").send().await.unwrap();
    let gone = setup.eks.wait_until_addon_deleted();
    let gone = gone.cluster_name(CLUSTER).addon_name("vpc-cni");
    gone.wait(PATIENCE).await.unwrap();
    let left = setup.eks.list_pod_identity_associations();
    let left = left.cluster_name(CLUSTER).send().await.unwrap();
    assert!(left.associations().is_empty());
}

#[tokio::test]
async fn versions_of_add_ons_are_read_from_all_their_pages() {
    let setup = Setup::new().await;
    let addons = setup.eks.describe_addon_versions().into_paginator();
    let addons = addons.page_size(2).items().send().try_collect();
    let addons = addons.await.unwrap();
    let agent = addons
        .iter()
        .find(|addon| addon.addon_name() == Some("eks-pod-identity-agent"));
    let agent = agent.expect("the agent's add-on");
    assert!(!agent.addon_versions().is_empty());
}

#[tokio::test]
async fn a_fargate_profile_lives_under_the_eyes_of_its_waiters() {
    let setup = Setup::new().await;
    let selector = FargateProfileSelector::builder().namespace("batch");
    let create = setup.eks.create_fargate_profile().cluster_name(CLUSTER);
    let created = create
        .fargate_profile_name("batch")
        .pod_execution_role_arn(role("fargate"))
        .selectors(selector.build())
        .send()
        .await
        .unwrap();
    let status = created.fargate_profile.unwrap().status;
    assert_eq!(status, Some(FargateProfileStatus::Creating));
    let active = setup.eks.wait_until_fargate_profile_active();
    let active = active.cluster_name(CLUSTER).fargate_profile_name("batch");
    let active = active.wait(PATIENCE).await.unwrap().into_result().unwrap();
    let profile = active.fargate_profile().unwrap();
    assert_eq!(profile.selectors()[0].namespace(), Some("batch"));

    let delete = setup.eks.delete_fargate_profile().cluster_name(CLUSTER);
    delete.fargate_profile_name("batch").send().await.unwrap();
    let gone = setup.eks.wait_until_fargate_profile_deleted();
    let gone = gone.cluster_name(CLUSTER).fargate_profile_name("batch");
    gone.wait(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn an_access_entry_has_groups_and_policies() {
    let setup = Setup::new().await;
    let principal = setup.create_role("viewer", POD_TRUST).await;
    let create = setup.eks.create_access_entry().cluster_name(CLUSTER);
    let created = create
        .principal_arn(&principal)
        .kubernetes_groups("viewers")
        .send()
        .await
        .unwrap();
    let entry = created.access_entry.unwrap();
    assert_eq!(entry.kubernetes_groups(), ["viewers"]);
    assert_eq!(entry.r#type(), Some("STANDARD"));

    let policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    let scope = AccessScope::builder().r#type(AccessScopeType::Namespace);
    let associate = setup.eks.associate_access_policy().cluster_name(CLUSTER);
    associate
        .principal_arn(&principal)
        .policy_arn(policy)
        .access_scope(scope.namespaces("default").build())
        .send()
        .await
        .unwrap();
    let listed = setup.eks.list_associated_access_policies();
    let listed = listed.cluster_name(CLUSTER).principal_arn(&principal);
    let listed = listed.into_paginator().items().send().try_collect().await;
    let [associated] = &listed.unwrap()[..] else {
        panic!("one policy");
    };
    assert_eq!(associated.policy_arn(), Some(policy));
    let scope = associated.access_scope().unwrap();
    assert_eq!(scope.namespaces(), ["default"]);

    let delete = setup.eks.delete_access_entry().cluster_name(CLUSTER);
    delete.principal_arn(&principal).send().await.unwrap();
    let entry = setup.eks.describe_access_entry().cluster_name(CLUSTER);
    let entry = entry.principal_arn(&principal).send().await;
    let error = entry.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
}

#[tokio::test]
async fn what_a_cluster_has_comes_in_pages_and_each_once() {
    let setup = Setup::new().await;
    for name in NAMES {
        create_nodegroup(&setup, name).await;
        let principal = setup.create_role(name, POD_TRUST).await;
        let create = setup.eks.create_access_entry().cluster_name(CLUSTER);
        create.principal_arn(principal).send().await.unwrap();
        let update = setup.eks.update_nodegroup_config().cluster_name(CLUSTER);
        let scaling = NodegroupScalingConfig::builder().desired_size(2).build();
        let update = update.nodegroup_name("n0").scaling_config(scaling);
        update.send().await.unwrap();
    }
    let listed = setup.eks.list_nodegroups().cluster_name(CLUSTER);
    let mut pages = listed.clone().into_paginator().page_size(3).send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().nodegroups().len());
    }
    assert_eq!(sizes, [3, 3, 1]);
    let names = listed.into_paginator().page_size(3).items().send();
    assert_eq!(names.try_collect().await.unwrap(), NAMES);

    let entries = setup.eks.list_access_entries().cluster_name(CLUSTER);
    let entries = entries.into_paginator().page_size(3).items().send();
    let entries = entries.try_collect().await.unwrap();
    assert!(NAMES.iter().all(|name| entries.contains(&role(name))));
    assert_eq!(entries.len(), NAMES.len() + 1, "and the creator's");

    let updates = setup.eks.list_updates().name(CLUSTER).nodegroup_name("n0");
    let updates = updates.into_paginator().page_size(3).items().send();
    assert_eq!(updates.try_collect().await.unwrap().len(), NAMES.len());
}

#[tokio::test]
async fn a_certificate_authority_is_rotated_with_the_waiter_of_its_updates() {
    let setup = Setup::new().await;
    let wait = async |update: Option<aws_sdk_eks::types::Update>| {
        let id = update.and_then(|update| update.id).expect("an update's id");
        let wait = setup.eks.wait_until_certificate_authority_update_complete();
        let wait = wait.name(CLUSTER).update_id(id).wait(PATIENCE).await;
        wait.unwrap();
    };
    let listed = setup.eks.list_certificate_authorities();
    let listed = listed.cluster_name(CLUSTER).send().await.unwrap();
    let first = listed.certificate_authorities()[0].id().unwrap();

    let create = setup.eks.create_certificate_authority();
    let created = create.cluster_name(CLUSTER).send().await.unwrap();
    wait(created.update).await;
    let second = created.certificate_authority.unwrap().id.unwrap();
    let activate = setup.eks.activate_certificate_authority();
    let activate = activate.cluster_name(CLUSTER);
    let activated = activate.certificate_authority_id(&second).send().await;
    wait(activated.unwrap().update).await;
    let delete = setup.eks.delete_certificate_authority();
    let delete = delete.cluster_name(CLUSTER);
    let deleted = delete.certificate_authority_id(first).send().await;
    wait(deleted.unwrap().update).await;

    let described = setup.eks.describe_certificate_authority();
    let described = described.cluster_name(CLUSTER);
    let described = described.certificate_authority_id(second).send().await;
    let authority = described.unwrap().certificate_authority.unwrap();
    let in_use = &CertificateAuthoritySigningStatus::InUse;
    assert_eq!(authority.signing_status(), Some(in_use));
}

#[tokio::test]
async fn a_stopped_clock_holds_what_takes_time() {
    let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
    let minutes = Duration::from_secs(10 * 60);
    let builder = MockServer::builder()
        .clock(clock.clone())
        .eks_delay(EksDelay::Nodegroup, minutes);
    let setup = Setup::of(builder).await;
    create_nodegroup(&setup, "workers").await;
    let described = setup.eks.describe_nodegroup().cluster_name(CLUSTER);
    let described = described.nodegroup_name("workers");
    let status = async || {
        let described = described.clone().send().await.unwrap();
        described.nodegroup.unwrap().status.unwrap()
    };
    assert_eq!(status().await, NodegroupStatus::Creating);
    clock.advance(minutes);
    assert_eq!(status().await, NodegroupStatus::Active);
}
