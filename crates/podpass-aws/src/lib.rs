//! The engine's ports over the AWS SDKs and kube.
//!
//! This crate is transport only. It signs, sends, walks pages, decodes documents and answers every
//! failure as a [`PortError`](podpass::port::PortError); what to do next is the engine's to decide.
//! Answers, throttling included, go up at once; only what the network lost is sent again here.
//!
//! [`World`] is where to start: it finds credentials, regions and endpoints by AWS's conventions and
//! a cluster's API server by kubectl's.
//!
//! ```no_run
//! use podpass::port::{Sts, World as _};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let world = podpass_aws::World::builder().profile("staging").build().await?;
//! let caller = world.sts().await?.caller_identity().await?;
//! assert_eq!(caller.account.as_str().len(), 12);
//! # Ok(())
//! # }
//! ```

mod agent;
mod builder;
mod eks;
mod error;
mod iam;
mod kubeconfig;
mod kubernetes;
mod network;
mod profile;
mod retry;
mod sts;
mod world;

pub use agent::Agent;
pub use builder::{Builder, InvalidEndpoint};
pub use eks::Eks;
pub use iam::Iam;
pub use kubernetes::Kubernetes;
pub use sts::Sts;
pub use world::World;
