//! Reading what applies to the pods of one service account.

use futures::FutureExt;

use crate::observe::{eks, gather, iam, target};
use crate::observed::Observed;
use crate::port::{PortError, World};
use crate::run::Run;
use crate::subject::Subject;

/// Reads what [`can_i`](crate::can_i()) needs: the cluster, the association, its roles, and all their managed
/// policies and boundaries, AWS's own included. Kubernetes is not asked: an association works whether or
/// not its service account exists yet.
///
/// A target role in another account that these credentials cannot read is left out.
///
/// # Errors
/// [`PortError`] of the first read that fails; that something does not exist is no failure.
pub async fn observe_service_account<W: World>(
    run: &Run<W>,
    subject: &Subject,
) -> Result<Observed, PortError> {
    let observed = observe_association(run, subject).await?;
    observe_roles(run, subject, observed).await
}

/// Reads the cluster and the association.
pub(crate) async fn observe_association<W: World>(
    run: &Run<W>,
    subject: &Subject,
) -> Result<Observed, PortError> {
    let mut observed = Observed::default();
    let Some(cluster) = eks::describe_cluster(run, &subject.cluster).await? else {
        return Ok(observed);
    };
    observed.clusters.insert(subject.cluster.clone(), cluster);
    if let Some(association) = eks::association(run, subject).await? {
        observed.associations.insert(subject.clone(), association);
    }
    Ok(observed)
}

/// Reads the roles of the association, if there is one, and their policies.
pub(crate) async fn observe_roles<W: World>(
    run: &Run<W>,
    subject: &Subject,
    mut observed: Observed,
) -> Result<Observed, PortError> {
    let Some(association) = observed.associations.get(subject) else {
        return Ok(observed);
    };
    let spec = &association.spec;
    let mut roles = vec![iam::role(run, &spec.role_arn).await?];
    if let Some(target) = &spec.target_role_arn {
        roles.push(target::role(run, target, &subject.cluster.account).await?);
    }
    observed.roles = roles.into_iter().flatten().collect();
    let reads = target::policies_of(observed.roles.iter())
        .into_iter()
        .map(|(arn, account)| async move { iam::policy(run, &arn, &account).await }.boxed())
        .collect();
    observed.policies = gather(run, reads).await?.into_iter().flatten().collect();
    Ok(observed)
}
