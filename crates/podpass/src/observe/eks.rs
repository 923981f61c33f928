//! Clusters and associations.

use std::collections::BTreeMap;

use futures::FutureExt;

use super::{FEW, found, gather};
use crate::association::{Association, AssociationSummary};
use crate::desired::Desired;
use crate::id::AssociationId;
use crate::later::Later;
use crate::observed::{Observed, ObservedAssociation, ObservedCluster};
use crate::port::{AssociationFilter, Eks, PortError, World};
use crate::run::Run;
use crate::spec::AssociationSpec;
use crate::subject::{ClusterId, Subject};

pub(super) async fn observe<W: World>(
    run: &Run<W>,
    desired: &Desired,
) -> Result<Observed, PortError> {
    let mut wanted: BTreeMap<&ClusterId, Vec<&Subject>> = desired
        .clusters()
        .map(|cluster| (cluster, Vec::new()))
        .collect();
    for subject in desired.associations.keys() {
        wanted.entry(&subject.cluster).or_default().push(subject);
    }
    let mut observed = Observed::default();
    for (cluster, subjects) in wanted {
        let Some(state) = describe_cluster(run, cluster).await? else {
            continue;
        };
        observed.clusters.insert(cluster.clone(), state);
        let ids = ids_of(run, cluster, &subjects).await?;
        let reads = ids
            .into_iter()
            .map(|(subject, id)| describe(run, subject, id).boxed())
            .collect();
        observed
            .associations
            .extend(gather(run, reads).await?.into_iter().flatten());
    }
    Ok(observed)
}

pub(crate) async fn describe_cluster<W: World>(
    run: &Run<W>,
    cluster: &ClusterId,
) -> Result<Option<ObservedCluster>, PortError> {
    let eks = run.eks(cluster).await?;
    let answer = eks.read(|eks| eks.describe_cluster(&cluster.name)).await;
    Ok(found(answer)?.map(|cluster| ObservedCluster {
        arn: cluster.arn,
        status: cluster.status,
    }))
}

/// The association of one service account.
pub(crate) async fn association<W: World>(
    run: &Run<W>,
    subject: &Subject,
) -> Result<Option<ObservedAssociation>, PortError> {
    let ids = ids_of(run, &subject.cluster, &[subject]).await?;
    let Some((subject, id)) = ids.into_iter().next() else {
        return Ok(None);
    };
    let found = describe(run, subject, id).await?;
    Ok(found.map(|(_, association)| association))
}

/// Finds the ids of the subjects' associations: asks for each subject if they are few, else reads all
/// pages.
async fn ids_of<'a, W: World>(
    run: &Run<W>,
    cluster: &ClusterId,
    subjects: &[&'a Subject],
) -> Result<Vec<(&'a Subject, AssociationId)>, PortError> {
    let summaries = if subjects.len() <= FEW {
        let reads = subjects
            .iter()
            .map(|subject| {
                let filter = AssociationFilter {
                    namespace: Some(subject.namespace.clone()),
                    service_account: Some(subject.service_account.clone()),
                };
                list(run, cluster, filter).boxed()
            })
            .collect();
        gather(run, reads).await?.into_iter().flatten().collect()
    } else {
        list(run, cluster, AssociationFilter::default()).await?
    };
    let ids: BTreeMap<_, _> = summaries
        .iter()
        .map(|summary| ((&summary.namespace, &summary.service_account), &summary.id))
        .collect();
    Ok(subjects
        .iter()
        .filter_map(|subject| {
            let id = ids.get(&(&subject.namespace, &subject.service_account))?;
            Some((*subject, (*id).clone()))
        })
        .collect())
}

pub(super) async fn list<W: World>(
    run: &Run<W>,
    cluster: &ClusterId,
    filter: AssociationFilter,
) -> Result<Vec<AssociationSummary>, PortError> {
    let eks = run.eks(cluster).await?;
    let mut items = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let page = eks
            .read(|eks| eks.list_associations(&cluster.name, &filter, token.as_deref()))
            .await?;
        items.extend(page.items);
        if page.next_token.is_none() {
            return Ok(items);
        }
        token = page.next_token;
    }
}

/// Reads an association that was there a moment ago.
pub(super) async fn describe<W: World>(
    run: &Run<W>,
    subject: &Subject,
    id: AssociationId,
) -> Result<Option<(Subject, ObservedAssociation)>, PortError> {
    let eks = run.eks(&subject.cluster).await?;
    let cluster = &subject.cluster.name;
    let answer = eks.read(|eks| eks.describe_association(cluster, &id)).await;
    Ok(found(answer)?.map(|association| (subject.clone(), association.into())))
}

impl From<Association> for ObservedAssociation {
    fn from(association: Association) -> Self {
        Self {
            id: Later::Known(association.id.clone()),
            arn: Later::Known(association.arn.clone()),
            tags: association.tags.clone(),
            owner_arn: association.owner_arn.clone(),
            external_id: association.external_id.clone(),
            spec: AssociationSpec::from(association),
        }
    }
}
