//! The adapters on the wire: what they send, and what they make of every kind of answer.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails by panicking")]

mod eks;
mod faults;
mod iam;
mod kubernetes;
mod sts;
mod support;
mod world;
