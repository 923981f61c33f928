//! Observing: reads what a manifest speaks of, in bulk where much is wanted, and no more.
//!
//! One file per service; this one runs them side by side.

pub(crate) mod eks;
pub(crate) mod iam;
mod kubernetes;
pub(crate) mod target;
mod users;

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::desired::Desired;
use crate::observed::Observed;
use crate::port::{PortError, World};
use crate::run::Run;

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What [`plan`](crate::plan()) needs. Clusters' API servers are asked only where a service account is to be
    /// created, and for managed policies only where a role is to get them.
    Plan,
    /// What [`destroy`](crate::destroy()) needs: as much, and the associations outside the manifest, in all clusters
    /// of its accounts and regions, where a role would be deleted.
    Destroy,
    /// What [`verify`](crate::verify()) needs: every namespace and service account, the customer managed policies of given
    /// roles, and where an association has a target role, that role with all policies of both, as far as they can be read.
    Verify,
}

/// Up to this many things are asked for one by one; of more, the whole list is read.
const FEW: usize = 10;

/// Reads the world as far as `desired` speaks of it.
///
/// # Errors
/// [`PortError`] of the first read that fails; that something does not exist is no failure.
pub async fn observe<W: World>(
    run: &Run<W>,
    desired: &Desired,
    depth: Depth,
) -> Result<Observed, PortError> {
    let (eks, iam) = futures::try_join!(
        async {
            let mut observed = eks::observe(run, desired).await?;
            kubernetes::observe(run, desired, depth, &mut observed).await?;
            Ok(observed)
        },
        iam::observe(run, desired, depth)
    )?;
    let mut observed = Observed {
        roles: iam.roles,
        policies: iam.policies,
        missing_policies: iam.missing_policies,
        ..eks
    };
    if depth == Depth::Destroy {
        observed.other_users = Some(users::observe(run, desired, &observed).await?);
    }
    Ok(observed)
}

/// Runs reads side by side, as many as the run allows. They are boxed because the compiler cannot see that
/// a lazily mapped stream of borrowing futures is `Send`.
pub(crate) async fn gather<W: World, T: Send>(
    run: &Run<W>,
    reads: Vec<BoxFuture<'_, Result<T, PortError>>>,
) -> Result<Vec<T>, PortError> {
    stream::iter(reads)
        .buffer_unordered(run.concurrency())
        .try_collect()
        .await
}

/// An answer, or nothing where nothing exists.
fn found<T>(answer: Result<T, PortError>) -> Result<Option<T>, PortError> {
    match answer {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}
