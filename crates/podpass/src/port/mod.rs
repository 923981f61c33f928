//! What the engine asks of the world: one small trait per service, gathered in [`World`].
//!
//! Ports speak the domain's words, never an SDK's. An adapter only carries: it translates, signs and
//! sends, answers every failure as a [`PortError`], and leaves retries of throttled or not yet visible
//! things to the engine.

mod agent;
mod eks;
mod error;
mod iam;
mod kubernetes;
mod pods;
mod sts;
mod world;

pub use agent::{Agent, ContainerCredentials};
pub use eks::{AssociationFilter, Cluster, Eks, Page};
pub use error::{PortError, PortErrorKind, Service};
pub use iam::Iam;
pub use kubernetes::{Kubernetes, NamespaceState, ServiceAccount};
pub use pods::{Container, Pod, PodName, Pods, ServiceAccountToken, TokenMount};
pub use sts::{CallerIdentity, Sts};
pub use world::World;
