//! The association engine: manifest, plan, apply, verify.
//!
//! The engine configures Kubernetes service accounts to assume IAM roles through EKS Pod Identity.
//!
//! ```text
//! Manifest ──resolve──▶ Desired ─┐
//!                                ├─ plan ─▶ Plan ─ apply ─▶ Applied | ApplyError { done, failed, left }
//! AWS + Kubernetes ─observe─▶ Observed ─┘     │                │
//!                                             └─ after (pure)  └─ observe again ─ verify ─▶ Report
//! ```
//!
//! - [`Manifest::parse`] reads YAML or JSON; [`Desired::resolve`] puts it into an account.
//! - [`observe`] and [`apply`] ask the world through the small traits of [`port`], at rates learnt from
//!   throttling, which all work of a [`Run`] shares.
//! - [`plan()`], [`destroy`], [`verify()`], [`can_i()`] and [`Observed::after`] are pure.
//!
//! AWS itself is the store: what podpass owns carries the tag [`OWNERSHIP_TAG`], and nothing else is
//! ever changed or deleted unless [`PlanOptions::adopt`] says so.
//!
//! # Example
//! The user guide's own workflow, planned for an account that has the cluster and nothing else:
//!
//! ```
//! use podpass::port::CallerIdentity;
//! use podpass::{Desired, Manifest, Observed, ObservedCluster, PlanOptions, plan, verify};
//!
//! let manifest = Manifest::parse(r#"
//! clusters:
//!   - clusterName: my-cluster
//!     region: us-west-2
//!     associations:
//!       - namespace: default
//!         serviceAccount: my-service-account
//!         role:
//!           name: my-role
//!           policies:
//!             - name: my-policy
//!               document: { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-pod-secrets-bucket" } ] }
//! "#)?;
//! let caller = CallerIdentity {
//!     account: "111122223333".parse()?,
//!     partition: "aws".parse()?,
//!     arn: "arn:aws:iam::111122223333:user/admin".to_owned(),
//! };
//! let desired = Desired::resolve(&manifest, &caller, None)?;
//!
//! // `observe` reads this from AWS and Kubernetes.
//! let mut observed = Observed::default();
//! for cluster in desired.clusters() {
//!     let state = ObservedCluster { arn: desired.cluster_arn(cluster), status: "ACTIVE".to_owned() };
//!     observed.clusters.insert(cluster.clone(), state);
//! }
//!
//! let first = plan(&desired, &observed, PlanOptions::default())?;
//! assert_eq!(first.totals().create, 4, "policy, role, attachment, association");
//!
//! // `apply` carries the plan out; `after` says what that leads to.
//! let after = observed.after(&first);
//! assert!(plan(&desired, &after, PlanOptions::default())?.is_empty());
//!
//! // The user guide's policy names a bucket where it means the objects in it.
//! let report = verify(&desired, &after);
//! assert_eq!(report.findings.len(), 1);
//! assert_eq!(report.findings[0].code, "resource-never-matches");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apply;
mod arn;
mod association;
mod can_i;
mod clock;
mod desired;
mod document;
mod explain;
mod id;
mod later;
mod manifest;
mod observe;
mod observed;
mod plan;
mod pod;
pub mod port;
mod rate;
mod role;
mod run;
pub mod session_tag;
mod spec;
mod subject;
#[cfg(test)]
mod testing;
mod trust;
mod verify;

pub use apply::{Applied, ApplyError, Event, FailedStep, Progress, StepError, apply};
pub use arn::{Partition, PolicyArn, RoleArn};
pub use association::{Association, AssociationSummary, AssociationUpdate, NewAssociation, Tags};
pub use can_i::{
    Access, AccessQuestion, AccessReason, AccessStage, AccessStep, can_i, observe_service_account,
};
pub use clock::{Clock, Sleep, SystemClock};
pub use desired::{Desired, DesiredAssociation};
pub use document::Document;
pub use explain::{Chain, Link, LinkName, LinkState, PodPath, Probe, Session, explain, look};
pub use id::{
    AccountId, AssociationId, ClusterName, IamPath, InvalidName, Namespace, PolicyName,
    PolicyVersionId, Region, RoleName, ServiceAccountName,
};
pub use later::Later;
pub use manifest::{
    AssociationEntry, ClusterEntry, Manifest, ManifestError, Narrowing, PolicyEntry, Position,
    Problem, RoleEntry, RoleEntryDescription,
};
pub use observe::{Depth, observe};
pub use observed::{
    Observed, ObservedAssociation, ObservedCluster, ObservedPolicy, ObservedRole,
    ObservedServiceAccount, OtherUsers,
};
pub use plan::{
    Change, Conflict, Kept, Plan, PlanError, PlanOptions, Step, TagChanges, Tagged, Totals,
    destroy, plan,
};
pub use pod::{PodEnvironment, PodIdentity, TokenFile};
pub use role::{
    DEFAULT_MAX_SESSION_DURATION, ManagedPolicy, NewPolicy, NewRole, PolicyVersion, Role,
    RoleUpdate,
};
pub use run::Run;
pub use spec::{
    ADOPTED_TAG, AssociationSpec, FIELD_MANAGER, MANAGED_BY, OWNERSHIP_TAG, OWNERSHIP_VALUE,
    PolicySpec, RoleSpec, RoleState, is_owned,
};
pub use subject::{ClusterId, Subject};
pub use trust::{PODS_SERVICE, SessionTags, TRUST_ACTIONS, TrustDenial, denial as trust_denial};
pub use verify::{Finding, Report, Severity, verify};
