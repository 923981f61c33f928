//! The association engine: manifest, plan, apply, verify.
//!
//! The engine configures Kubernetes service accounts to assume IAM roles through EKS Pod Identity.
//! Its core is pure; what it asks of AWS and Kubernetes goes through the small traits of [`port`].

mod apply;
mod arn;
mod association;
mod clock;
mod desired;
mod document;
mod id;
mod later;
mod manifest;
mod observe;
mod observed;
mod plan;
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
pub use clock::{Clock, Sleep, SystemClock};
pub use desired::{Desired, DesiredAssociation};
pub use document::Document;
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
    ObservedServiceAccount,
};
pub use plan::{
    Change, Conflict, Kept, Plan, PlanError, PlanOptions, Step, TagChanges, Tagged, Totals,
    destroy, plan,
};
pub use rate::{ApiClass, Limiter};
pub use role::{
    DEFAULT_MAX_SESSION_DURATION, ManagedPolicy, NewPolicy, NewRole, PolicyVersion, Role,
    RoleUpdate,
};
pub use run::Run;
pub use spec::{
    AssociationSpec, FIELD_MANAGER, MANAGED_BY, OWNERSHIP_TAG, OWNERSHIP_VALUE, PolicySpec,
    RoleSpec, RoleState, is_owned,
};
pub use subject::{ClusterId, Subject};
pub use trust::{PODS_SERVICE, SessionTags, TRUST_ACTIONS, TrustDenial, denial as trust_denial};
pub use verify::{Finding, Report, Severity, verify};
