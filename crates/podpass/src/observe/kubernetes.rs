//! Namespaces and service accounts.

use std::collections::BTreeMap;

use futures::FutureExt;

use super::{Depth, FEW, gather};
use crate::desired::Desired;
use crate::id::Namespace;
use crate::observed::{Observed, ObservedServiceAccount};
use crate::port::{Kubernetes, NamespaceState, PortError, World};
use crate::run::Run;
use crate::subject::{ClusterId, Subject};

pub(super) async fn observe<W: World>(
    run: &Run<W>,
    desired: &Desired,
    depth: Depth,
    observed: &mut Observed,
) -> Result<(), PortError> {
    let mut wanted: BTreeMap<(&ClusterId, &Namespace), Vec<&Subject>> = BTreeMap::new();
    for (subject, association) in &desired.associations {
        let asked = depth == Depth::Verify || association.create_service_account;
        if asked && observed.clusters.contains_key(&subject.cluster) {
            wanted
                .entry((&subject.cluster, &subject.namespace))
                .or_default()
                .push(subject);
        }
    }
    let reads = wanted
        .into_iter()
        .map(|((cluster, namespace), subjects)| {
            read_namespace(run, cluster, namespace, subjects).boxed()
        })
        .collect();
    for (namespace, state, accounts) in gather(run, reads).await? {
        observed.namespaces.insert(namespace, state);
        observed.service_accounts.extend(accounts);
    }
    Ok(())
}

type NamespaceRead = (
    (ClusterId, Namespace),
    NamespaceState,
    BTreeMap<Subject, Option<ObservedServiceAccount>>,
);

/// Reads a namespace and the wanted service accounts in it.
async fn read_namespace<W: World>(
    run: &Run<W>,
    cluster: &ClusterId,
    namespace: &Namespace,
    subjects: Vec<&Subject>,
) -> Result<NamespaceRead, PortError> {
    let kubernetes = run.kubernetes(cluster).await?;
    let key = (cluster.clone(), namespace.clone());
    let state = kubernetes
        .read(|kubernetes| kubernetes.namespace(namespace))
        .await?;
    let mut accounts: BTreeMap<Subject, Option<ObservedServiceAccount>> = subjects
        .iter()
        .map(|subject| ((*subject).clone(), None))
        .collect();
    if state == NamespaceState::Missing {
        return Ok((key, state, accounts));
    }
    let found = if subjects.len() <= FEW {
        let reads = subjects
            .iter()
            .map(|subject| read_one(run, subject).boxed())
            .collect();
        gather(run, reads).await?.into_iter().flatten().collect()
    } else {
        kubernetes
            .read(|kubernetes| kubernetes.service_accounts(namespace))
            .await?
    };
    for account in &found {
        let subject = Subject {
            cluster: cluster.clone(),
            namespace: namespace.clone(),
            service_account: account.name.clone(),
        };
        if let Some(state) = accounts.get_mut(&subject) {
            *state = Some(ObservedServiceAccount::of(account));
        }
    }
    Ok((key, state, accounts))
}

async fn read_one<W: World>(
    run: &Run<W>,
    subject: &Subject,
) -> Result<Option<crate::port::ServiceAccount>, PortError> {
    let kubernetes = run.kubernetes(&subject.cluster).await?;
    let (namespace, name) = (&subject.namespace, &subject.service_account);
    kubernetes
        .read(|kubernetes| kubernetes.service_account(namespace, name))
        .await
}
