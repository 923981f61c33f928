//! What makes a program on this machine a pod's: `agent` says where it asks for credentials, `folder` and `tokens` keep its
//! tokens, `process` runs it.

pub(crate) mod agent;
mod folder;
mod process;
mod tokens;

use std::time::Duration;

use podpass::PodIdentity;
use podpass_aws::World;

use crate::output::{Console, style};

pub(crate) use folder::Folder;
pub(crate) use process::{Program, Signals, status_of_failure};
pub(crate) use tokens::{keep_fresh, request};

/// What the names of pods begin with that are made here.
pub(crate) const PREFIX: &str = "podpass-";

/// How long a pod's deletion may take, when everything else has ended.
const DELETION: Duration = Duration::from_secs(20);

/// Deletes the pod, or warns that it stays.
pub(crate) async fn delete(identity: &PodIdentity<'_, World>, console: &mut Console) {
    let deleted = tokio::time::timeout(DELETION, identity.delete()).await;
    let why = match deleted {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the API server does not answer".to_owned(),
    };
    let warning = style::WARNING;
    let name = &identity.pod().name;
    console.note(format_args!(
        "{warning}warning:{warning:#} pod `{name}` could not be deleted: {why}"
    ));
}
