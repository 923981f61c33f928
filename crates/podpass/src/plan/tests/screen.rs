//! Plans as people and machines read them.

use crate::testing::{
    Memory, PAGE_MANIFEST, apply_manifest, desired, observe_at, observe_to_destroy, plan_for,
    subject,
};
use crate::{Conflict, Observed, Plan, PlanOptions, Step, destroy, plan};

#[tokio::test]
async fn page_plan_reads_like_the_page() {
    let world = Memory::with_cluster("my-cluster");
    let plan = plan_for(&world, &desired(PAGE_MANIFEST)).await;
    assert_eq!(
        plan.to_string(),
        r#"+ create policy `my-policy`
    arn: arn:aws:iam::111122223333:policy/my-policy
    tag podpass:managed = true
    document:
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::my-pod-secrets-bucket"
          }
        ]
      }
+ create role `my-role`
    arn: arn:aws:iam::111122223333:role/my-role
    description: my-role-description
    maxSessionDuration: 3600
    tag podpass:managed = true
    trust policy:
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Sid": "AllowEksAuthToAssumeRoleForPodIdentity",
            "Effect": "Allow",
            "Principal": {
              "Service": "pods.eks.amazonaws.com"
            },
            "Action": [
              "sts:AssumeRole",
              "sts:TagSession"
            ]
          }
        ]
      }
+ attach policy `my-policy` to role `my-role`
    policyArn: arn:aws:iam::111122223333:policy/my-policy
+ create service account `my-cluster/default/my-service-account`
+ create association `my-cluster/default/my-service-account`
    roleArn: arn:aws:iam::111122223333:role/my-role
    tag podpass:managed = true
Plan: 5 to create, 0 to change, 0 to delete."#
    );
}

#[tokio::test]
async fn change_shows_only_what_differs() {
    let world = Memory::with_cluster("my-cluster");
    apply_manifest(&world, &desired(PAGE_MANIFEST)).await;
    let mended = PAGE_MANIFEST
        .replace("my-pod-secrets-bucket", "my-pod-secrets-bucket/*")
        .replace("my-role-description", "reads secrets")
        .replace("createServiceAccount: true", "tags: { team: red }");
    let plan = plan_for(&world, &desired(&mended)).await;
    assert_eq!(
        plan.to_string(),
        r#"~ tag association `my-cluster/default/my-service-account`
    + team = red
~ put a new version of policy `my-policy` in force
    document:
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": "s3:GetObject",
    -       "Resource": "arn:aws:s3:::my-pod-secrets-bucket"
    +       "Resource": "arn:aws:s3:::my-pod-secrets-bucket/*"
          }
        ]
      }
~ change role `my-role`
    description: my-role-description → reads secrets
Plan: 0 to create, 3 to change, 0 to delete."#
    );
}

#[tokio::test]
async fn finished_plan_says_that_nothing_is_left() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let plan = plan_for(&world, &wanted).await;
    assert_eq!(
        plan.to_string(),
        "Nothing to do: everything is as the manifest says.\n"
    );
}

#[tokio::test]
async fn json_of_a_plan_holds_documents_as_json_and_reads_back() {
    let world = Memory::with_cluster("my-cluster");
    let plan = plan_for(&world, &desired(PAGE_MANIFEST)).await;
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["steps"][0]["action"], "createPolicy");
    assert_eq!(
        json["steps"][0]["spec"]["document"]["Statement"][0]["Effect"],
        "Allow"
    );
    assert_eq!(
        json["steps"][4]["subject"]["serviceAccount"],
        "my-service-account"
    );
    assert_eq!(serde_json::from_value::<Plan>(json).unwrap(), plan);
}

#[tokio::test]
async fn destroy_takes_associations_before_roles_and_keeps_what_is_not_ours() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let mut observed = observe_to_destroy(&world, &wanted).await;
    let summaries: Vec<_> = destroy(&wanted, &observed)
        .steps
        .iter()
        .map(Step::summary)
        .collect();
    assert_eq!(
        summaries,
        [
            "delete association `my-cluster/default/my-service-account`",
            "delete service account `my-cluster/default/my-service-account`",
            "detach policy `my-policy` from role `my-role`",
            "delete role `my-role`",
            "delete policy `my-policy`",
        ]
    );
    for role in observed.roles.values_mut() {
        role.state.spec.tags.clear();
    }
    let plan = destroy(&wanted, &observed);
    assert_eq!(plan.steps.len(), 2, "{plan}");
    let kept: Vec<_> = plan.kept.iter().map(ToString::to_string).collect();
    assert_eq!(
        kept,
        [
            "role `my-role` stays: it does not carry podpass's ownership tag",
            "policy `my-policy` stays: it is attached to others as well",
        ]
    );
}

#[tokio::test]
async fn service_account_that_others_wrote_to_is_kept() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    world.change(|state| {
        for account in state.service_accounts.values_mut() {
            account.field_managers.push("kubectl-edit".to_owned());
        }
    });
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    assert_eq!(
        plan.kept[0].why,
        "others have written to it since podpass created it"
    );
}

fn conflicts(manifest: &str, observed: &Observed) -> Vec<Conflict> {
    plan(&desired(manifest), observed, PlanOptions::default())
        .unwrap_err()
        .conflicts
}

#[tokio::test]
async fn everything_in_the_way_is_told_at_once() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let mut observed = observe_at(&world, &wanted).await;
    for role in observed.roles.values_mut() {
        role.state.spec.tags.clear();
    }
    for policy in observed.policies.values_mut() {
        policy.spec.tags.clear();
    }
    for association in observed.associations.values_mut() {
        association.tags.clear();
    }
    let conflicts = conflicts(PAGE_MANIFEST, &observed);
    assert!(
        matches!(
            conflicts.as_slice(),
            [
                Conflict::PolicyNotOwned { .. },
                Conflict::RoleNotOwned { .. },
                Conflict::AssociationNotOwned { .. }
            ]
        ),
        "{conflicts:?}"
    );
}

#[tokio::test]
async fn association_of_an_add_on_is_never_touched() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let mut observed = observe_to_destroy(&world, &wanted).await;
    for association in observed.associations.values_mut() {
        association.owner_arn =
            Some("arn:aws:eks:us-west-2:111122223333:addon/my-cluster/x/y".into());
    }
    let adopting = plan(&wanted, &observed, PlanOptions { adopt: true });
    assert!(matches!(
        adopting.unwrap_err().conflicts.as_slice(),
        [Conflict::AssociationOfAddOn { .. }]
    ));
    let removal = destroy(&wanted, &observed);
    let deleted: Vec<_> = removal.steps.iter().map(Step::summary).collect();
    assert_eq!(
        deleted,
        ["delete service account `my-cluster/default/my-service-account`"]
    );
    assert_eq!(removal.kept.len(), 3, "and its role and its policy with it");
}

#[tokio::test]
async fn missing_cluster_namespace_and_given_role_are_conflicts() {
    let given = PAGE_MANIFEST
        .replace("role:\n", "#")
        .lines()
        .take(9)
        .collect::<Vec<_>>()
        .join("\n")
        + "\n        roleArn: arn:aws:iam::111122223333:role/gone\n";
    let nowhere = conflicts(&given, &Observed::default());
    assert!(
        matches!(nowhere[0], Conflict::ClusterMissing { .. }),
        "{nowhere:?}"
    );
    assert!(
        matches!(nowhere[1], Conflict::GivenRoleMissing { .. }),
        "{nowhere:?}"
    );

    let world = Memory::with_cluster("my-cluster");
    world.change(|state| state.namespaces.clear());
    let wanted = desired(PAGE_MANIFEST);
    let observed = observe_at(&world, &wanted).await;
    let conflicts = conflicts(PAGE_MANIFEST, &observed);
    let [conflict] = conflicts.as_slice() else {
        panic!("{conflicts:?}");
    };
    assert_eq!(
        conflict.remedy(),
        "create it first: `kubectl create namespace default`"
    );
}

#[tokio::test]
async fn path_of_a_role_cannot_change() {
    let world = Memory::with_cluster("my-cluster");
    apply_manifest(&world, &desired(PAGE_MANIFEST)).await;
    let moved = PAGE_MANIFEST.replace("name: my-role\n", "name: my-role\n          path: /apps/\n");
    let observed = observe_at(&world, &desired(&moved)).await;
    let conflicts = conflicts(&moved, &observed);
    assert_eq!(
        conflicts[0].to_string(),
        "the path of role `my-role` cannot be changed: it is `/`, the manifest says `/apps/`"
    );
}

#[tokio::test]
async fn name_of_a_role_keeps_its_case() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let mut observed = observe_at(&world, &wanted).await;
    for role in observed.roles.values_mut() {
        role.arn = "arn:aws:iam::111122223333:role/My-Role".parse().unwrap();
    }
    let conflicts = conflicts(PAGE_MANIFEST, &observed);
    assert_eq!(
        conflicts[0].to_string(),
        "the name of role `my-role` cannot be changed: it is `My-Role`, the manifest says `my-role`"
    );
}

#[tokio::test]
async fn partition_of_a_role_is_told_apart_from_its_name() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    let mut observed = observe_at(&world, &wanted).await;
    for role in observed.roles.values_mut() {
        role.arn = "arn:aws-cn:iam::111122223333:role/my-role".parse().unwrap();
    }
    let conflicts = conflicts(PAGE_MANIFEST, &observed);
    assert_eq!(
        conflicts[0].to_string(),
        "the partition of role `my-role` cannot be changed: it is `aws-cn`, the manifest says `aws`"
    );
}

#[tokio::test]
async fn session_policy_that_comes_or_goes_is_shown_with_its_sign() {
    let world = Memory::with_cluster("my-cluster");
    let without = PAGE_MANIFEST.replace("createServiceAccount: true", "disableSessionTags: true");
    let with = without.replace(
        "disableSessionTags: true",
        "disableSessionTags: true\n        policy: { Version: \"2012-10-17\", Statement: { Effect: Allow, Action: \"s3:*\", Resource: \"*\" } }",
    );
    apply_manifest(&world, &desired(&without)).await;
    let gains = plan_for(&world, &desired(&with)).await.to_string();
    assert!(gains.contains("policy:\n    + {"), "{gains}");
    apply_manifest(&world, &desired(&with)).await;
    let loses = plan_for(&world, &desired(&without)).await.to_string();
    assert!(loses.contains("policy:\n    - {"), "{loses}");
}

#[tokio::test]
async fn existing_service_account_of_others_is_left_alone() {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(PAGE_MANIFEST);
    apply_manifest(&world, &wanted).await;
    world.change(|state| {
        for account in state.service_accounts.values_mut() {
            account.labels.clear();
            account.field_managers = vec!["kubectl-client-side-apply".to_owned()];
        }
    });
    assert!(plan_for(&world, &wanted).await.is_empty());
    let plan = destroy(&wanted, &observe_to_destroy(&world, &wanted).await);
    let deletes = Step::DeleteServiceAccount { subject: subject() };
    assert!(!plan.steps.contains(&deletes));
}
