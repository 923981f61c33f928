//! What makes a program on this machine a pod's: `agent` says where it asks for credentials, `folder` and `tokens` keep its
//! tokens, `process` runs it.

pub(crate) mod agent;
mod folder;
mod process;
mod tokens;

use std::pin::pin;
use std::time::Duration;

use podpass::PodIdentity;
use podpass::port::PortError;
use podpass_aws::World;

use crate::exit_code::ExitCode;
use crate::output::{Console, style};

pub(crate) use folder::Folder;
pub(crate) use process::{Program, Signals, status_of_failure};
pub(crate) use tokens::{keep_fresh, request};

/// What the names of pods begin with that are made here.
pub(crate) const PREFIX: &str = "podpass-";

/// How long a pod's deletion may take, when everything else has ended.
const DELETION: Duration = Duration::from_secs(20);

/// How long after a signal the answer may take that says which pod there is to delete.
const GRACE: Duration = Duration::from_secs(5);

/// Waits until the pod is created, unless a signal comes first: then the pod goes as soon as it is there. A second
/// signal ends the waiting for that.
pub(crate) async fn created<'r>(
    creation: impl Future<Output = Result<PodIdentity<'r, World>, PortError>>,
    signals: &mut Signals,
    console: &mut Console,
) -> Result<Result<PodIdentity<'r, World>, PortError>, ExitCode> {
    let mut creation = pin!(creation);
    let signal = tokio::select! {
        created = &mut creation => return Ok(created),
        signal = signals.next() => signal,
    };
    let late = tokio::select! {
        late = tokio::time::timeout(GRACE, creation) => late.ok(),
        _ = signals.next() => None,
    };
    match late {
        Some(Ok(identity)) => delete(&identity, console).await,
        Some(Err(_)) => {}
        None => {
            let warning = style::WARNING;
            console.note(format_args!(
                "{warning}warning:{warning:#} the API server does not answer: if it has created a pod `{PREFIX}…`, that stays"
            ));
        }
    }
    Err(ExitCode::Program(signal.status()))
}

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
