//! The built `podpass`, run as a user runs it, against a mock in this process.
//!
//! Where a snapshot changes on purpose, `INSTA_UPDATE=always cargo test -p podpass-cli` writes the new ones.

#![expect(clippy::unwrap_used, reason = "tests say what they expect")]

mod can_i;
mod demo;
mod errors;
mod explain;
mod interrupt;
mod pod;
mod policy;
mod reference;
mod usage;
mod workbench;
mod workflow;
