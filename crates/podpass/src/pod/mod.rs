//! Being a pod without running in one: `identity` is a pod object that stands for a process outside of the cluster,
//! `environment` what such a process finds in its environment, `refresh` how its tokens stay fresh.

mod environment;
mod identity;
mod refresh;

pub use environment::{PodEnvironment, TokenFile};
pub use identity::PodIdentity;

#[cfg(test)]
mod tests;
