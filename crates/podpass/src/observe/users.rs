//! Who else uses the roles that a removal would delete.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;

use super::{eks, found, gather};
use crate::association::AssociationSummary;
use crate::desired::Desired;
use crate::id::{AccountId, ClusterName};
use crate::observed::{Observed, OtherUsers};
use crate::port::{AssociationFilter, Eks, PortError, World};
use crate::run::Run;
use crate::spec::is_owned;
use crate::subject::{ClusterId, Subject};

/// Reads the associations outside the manifest, in all clusters of the manifest's accounts and regions, as far as the
/// account holds a role that would be deleted.
pub(super) async fn observe<W: World>(
    run: &Run<W>,
    desired: &Desired,
    observed: &Observed,
) -> Result<OtherUsers, PortError> {
    let at_stake: BTreeSet<&AccountId> = observed
        .roles
        .iter()
        .filter(|(arn, role)| desired.roles.contains_key(*arn) && is_owned(&role.state.spec.tags))
        .map(|(arn, _)| arn.account())
        .collect();
    // Any cluster of an account and region leads to all of them.
    let places: BTreeMap<_, &ClusterId> = desired
        .clusters()
        .filter(|cluster| at_stake.contains(&cluster.account))
        .map(|cluster| ((&cluster.account, &cluster.region), cluster))
        .collect();
    let mut users = OtherUsers::default();
    for cluster in places.into_values() {
        match of_place(run, desired, cluster, &mut users).await {
            Err(error) if error.is_access_denied() => {
                let reason = users.unseen.entry(cluster.account.clone());
                reason.or_insert_with(|| error.to_string());
            }
            answer => answer?,
        }
    }
    Ok(users)
}

/// All clusters of the account and region of `place`.
async fn of_place<W: World>(
    run: &Run<W>,
    desired: &Desired,
    place: &ClusterId,
    users: &mut OtherUsers,
) -> Result<(), PortError> {
    let eks = run.eks(place).await?;
    let names = eks.read(Eks::clusters).await?;
    let reads = names
        .into_iter()
        .map(|name| others_of_cluster(run, desired, place, name).boxed())
        .collect();
    let others: Vec<_> = gather(run, reads).await?.into_iter().flatten().collect();
    let reads = others
        .iter()
        .map(|(subject, summary)| eks::describe(run, subject, summary.id.clone()).boxed())
        .collect();
    for (subject, association) in gather(run, reads).await?.into_iter().flatten() {
        let spec = association.spec;
        for role in [Some(spec.role_arn), spec.target_role_arn]
            .into_iter()
            .flatten()
        {
            users
                .associations
                .entry(role)
                .or_default()
                .insert(subject.clone());
        }
    }
    Ok(())
}

/// The associations of a cluster that the manifest does not speak of.
async fn others_of_cluster<W: World>(
    run: &Run<W>,
    desired: &Desired,
    place: &ClusterId,
    name: ClusterName,
) -> Result<Vec<(Subject, AssociationSummary)>, PortError> {
    let cluster = ClusterId {
        name,
        ..place.clone()
    };
    let answer = eks::list(run, &cluster, AssociationFilter::default()).await;
    // A cluster may have gone since it was listed.
    let summaries = found(answer)?.unwrap_or_default();
    Ok(summaries
        .into_iter()
        .map(|summary| {
            let subject = Subject {
                cluster: cluster.clone(),
                namespace: summary.namespace.clone(),
                service_account: summary.service_account.clone(),
            };
            (subject, summary)
        })
        .filter(|(subject, _)| !desired.associations.contains_key(subject))
        .collect())
}
