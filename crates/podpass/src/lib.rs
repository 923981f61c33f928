//! The association engine: manifest, plan, apply, verify.
//!
//! The engine configures Kubernetes service accounts to assume IAM roles through EKS Pod Identity.
//! Its core is pure; what it asks of AWS and Kubernetes goes through the small traits of [`port`].

mod arn;
mod association;
mod id;
pub mod port;
mod role;
mod subject;

pub use arn::{Partition, PolicyArn, RoleArn};
pub use association::{Association, AssociationSummary, AssociationUpdate, NewAssociation, Tags};
pub use id::{
    AccountId, AssociationId, ClusterName, IamPath, InvalidName, Namespace, PolicyName,
    PolicyVersionId, Region, RoleName, ServiceAccountName,
};
pub use role::{
    DEFAULT_MAX_SESSION_DURATION, ManagedPolicy, NewPolicy, NewRole, PolicyVersion, Role,
    RoleUpdate,
};
pub use subject::{ClusterId, Subject};
