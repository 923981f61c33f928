//! Reading what applies to the pods of one service account.

use std::collections::BTreeSet;

use futures::FutureExt;

use crate::arn::{PolicyArn, RoleArn};
use crate::id::AccountId;
use crate::observe::{eks, gather, iam};
use crate::observed::{Observed, ObservedRole};
use crate::port::{PortError, PortErrorKind, World};
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
        roles.push(target_role(run, target, &subject.cluster.account).await?);
    }
    observed.roles = roles.into_iter().flatten().collect();
    let reads = wanted(&observed)
        .into_iter()
        .map(|(arn, account)| async move { iam::policy(run, &arn, &account).await }.boxed())
        .collect();
    observed.policies = gather(run, reads).await?.into_iter().flatten().collect();
    Ok(observed)
}

async fn target_role<W: World>(
    run: &Run<W>,
    arn: &RoleArn,
    own: &AccountId,
) -> Result<Option<(RoleArn, ObservedRole)>, PortError> {
    match iam::role(run, arn).await {
        Err(error)
            if arn.account() != own
                && matches!(
                    error.kind(),
                    PortErrorKind::Unreachable | PortErrorKind::AccessDenied
                ) =>
        {
            tracing::warn!(%error, role = %arn, "the target role cannot be read");
            Ok(None)
        }
        answer => answer,
    }
}

/// The roles' managed policies and boundaries, each with an account in which it can be read.
fn wanted(observed: &Observed) -> BTreeSet<(PolicyArn, AccountId)> {
    let of_role = |(arn, role): (&RoleArn, &ObservedRole)| {
        let state = &role.state;
        let arns = state
            .attached
            .iter()
            .chain(&state.spec.permissions_boundary);
        arns.map(|policy| {
            let account = policy.account().unwrap_or(arn.account());
            (policy.clone(), account.clone())
        })
        .collect::<Vec<_>>()
    };
    observed.roles.iter().flat_map(of_role).collect()
}
