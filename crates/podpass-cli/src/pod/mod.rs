//! What makes a program on this machine a pod's: `agent` says where it asks for credentials, `folder` and `tokens` keep its
//! tokens, `process` runs it.

pub(crate) mod agent;
mod folder;
mod process;
mod tokens;

pub(crate) use folder::Folder;
pub(crate) use process::{Program, Signals, status_of_failure};
pub(crate) use tokens::{keep_fresh, request};
