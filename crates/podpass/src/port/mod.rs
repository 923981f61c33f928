//! What the engine asks of the world: one small trait per service, gathered in [`World`].
//!
//! Ports speak the domain's words, never an SDK's. An adapter only carries: it translates, signs and
//! sends, answers every failure as a [`PortError`], and leaves retries of throttled or not yet visible
//! things to the engine.

mod eks;
mod error;
mod iam;
mod kubernetes;
mod sts;
mod world;

pub use eks::{AssociationFilter, Cluster, Eks, Page};
pub use error::{PortError, PortErrorKind, Service};
pub use iam::Iam;
pub use kubernetes::{Kubernetes, NamespaceState, ServiceAccount};
pub use sts::{CallerIdentity, Sts};
pub use world::World;
