//! The user guide's workflow, and its stations in one call each.

use std::sync::Arc;
use std::time::Duration;

use super::{ManualClock, Memory};
use crate::port::CallerIdentity;
use crate::{
    Depth, Desired, Manifest, Observed, Plan, PlanOptions, Run, Subject, apply, observe, plan,
};

/// The manifest of the user guide's page, with its names and documents.
pub(crate) const PAGE_MANIFEST: &str = r#"
clusters:
  - clusterName: my-cluster
    region: us-west-2
    associations:
      - namespace: default
        serviceAccount: my-service-account
        createServiceAccount: true
        role:
          name: my-role
          description: my-role-description
          policies:
            - name: my-policy
              document: { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-pod-secrets-bucket" } ] }
"#;

pub(crate) fn caller() -> CallerIdentity {
    CallerIdentity {
        account: "111122223333".parse().unwrap(),
        partition: "aws".parse().unwrap(),
        arn: "arn:aws:iam::111122223333:user/admin".to_owned(),
    }
}

pub(crate) fn desired(manifest: &str) -> Desired {
    let manifest = Manifest::parse(manifest).unwrap();
    Desired::resolve(&manifest, &caller(), None).unwrap()
}

/// The subject of the page's association.
pub(crate) fn subject() -> Subject {
    let desired = desired(PAGE_MANIFEST);
    desired.associations.into_keys().next().unwrap()
}

/// A run against `world` in which waiting takes no time.
pub(crate) fn run(world: &Memory) -> Run<Memory> {
    let clock = ManualClock::at(Duration::from_secs(1000));
    Run::with_clock(world.clone(), Arc::new(clock))
}

pub(crate) async fn observe_at(world: &Memory, desired: &Desired) -> Observed {
    observe(&run(world), desired, Depth::Verify).await.unwrap()
}

pub(crate) async fn observe_to_destroy(world: &Memory, desired: &Desired) -> Observed {
    observe(&run(world), desired, Depth::Destroy).await.unwrap()
}

pub(crate) async fn plan_for(world: &Memory, desired: &Desired) -> Plan {
    let observed = observe_at(world, desired).await;
    plan(desired, &observed, PlanOptions::default()).unwrap()
}

/// Plans and applies.
pub(crate) async fn apply_manifest(world: &Memory, desired: &Desired) {
    let plan = plan_for(world, desired).await;
    apply(&run(world), &plan, &()).await.unwrap();
}
