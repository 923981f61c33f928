//! EKS in one region of one account: clusters, and what lives and dies with them.

mod access_entry;
mod addon;
mod association;
mod attachment;
mod certificate_authority;
mod cluster;
mod cluster_row;
mod connected;
mod deletion;
mod lifecycle;
mod network;
mod nodegroup;
mod settings;
mod subscription;
mod update;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, json};

use super::Loading;
use super::table::Table;
use crate::account::AccountId;
use crate::persist::{Load, Out, Shelf, Visit};
use crate::store::Context;

pub(crate) use access_entry::{AccessEntry, AccessGrant};
pub(crate) use addon::Addon;
pub(crate) use association::{Association, Extra, Extras};
pub(crate) use attachment::Attachment;
pub(crate) use certificate_authority::{
    Actor, CertificateAuthority, MAX_CERTIFICATE_AUTHORITIES, Signing, SigningStatus,
};
pub(crate) use cluster::{Cluster, DEFAULT_VERSION, NewCluster};
pub(crate) use connected::ConnectedCluster;
pub(crate) use lifecycle::{Doomed, DoomedPart, Lifecycle, Phase};
pub(crate) use network::Network;
pub(crate) use nodegroup::Nodegroup;
pub(crate) use settings::merge;
pub(crate) use subscription::Subscription;
pub(crate) use update::{Params, Update, Updated};

/// Keys and values on a cluster or on what belongs to it.
pub(crate) type Tags = BTreeMap<String, String>;

/// The clusters of a region, those that are only connected to it, and the subscriptions of EKS Anywhere.
#[derive(Debug, Default)]
pub(crate) struct Region {
    pub(crate) clusters: Table<Cluster>,
    pub(crate) connected: Table<ConnectedCluster>,
    pub(crate) subscriptions: Table<Subscription>,
    /// Where the clusters are kept, by their names.
    shelves: BTreeMap<String, Shelf>,
}

impl Region {
    pub(crate) fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.row(name)
    }

    /// Changes a cluster, or anything of it.
    pub(crate) fn change_cluster<T>(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Cluster) -> T,
    ) -> Option<T> {
        self.clusters.update(name, |cluster| {
            cluster.is_written = true;
            change(cluster)
        })
    }

    /// Changes the associations of a cluster, and nothing else of it.
    pub(crate) fn change_associations<T>(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Table<Association>) -> T,
    ) -> Option<T> {
        let clusters = &mut self.clusters;
        clusters.update(name, |cluster| change(&mut cluster.associations))
    }

    /// Goes through the rows of the region but its clusters.
    fn visit(&mut self, visit: &mut impl Visit) {
        let Self {
            clusters: _,
            connected,
            subscriptions,
            shelves: _,
        } = self;
        visit.table("connected-clusters", connected);
        visit.table("subscriptions", subscriptions);
    }

    /// Takes down the rows of the region.
    pub(super) fn write_out(&mut self, out: &mut Out<'_>) {
        self.visit(out);
        let shelves = &mut self.shelves;
        out.each(&mut self.clusters, |out, name, cluster| {
            let place = cluster.as_ref().map(|cluster| cluster.place());
            let is_other = |shelf: &Shelf| Some(shelf.place()) != place.as_deref();
            if !out.is_of_all() && shelves.get(name).is_some_and(is_other) {
                shelves
                    .remove(name)
                    .into_iter()
                    .for_each(|shelf| out.close(shelf));
            }
            let Some(cluster) = cluster else {
                return out.remove("clusters", name);
            };
            if let Some(shelf) = cluster.write_out(out) {
                shelves.insert(name.to_owned(), shelf);
            }
        });
    }

    /// Reads the rows of the region.
    pub(super) fn load(
        &mut self,
        load: &mut Load,
        place: (AccountId, &str),
        loading: &mut Loading<'_>,
    ) {
        self.visit(load);
        for row in load.take("clusters") {
            let cluster = Cluster::load(row, load, place, loading);
            self.clusters.put(cluster);
        }
    }

    /// Where the clusters are kept: nowhere any longer.
    pub(super) fn into_shelves(self) -> impl Iterator<Item = Shelf> {
        self.shelves.into_values()
    }

    /// What is being deleted, and when it is gone.
    pub(super) fn doomed(&self) -> impl Iterator<Item = (Timestamp, Doomed)> {
        let clusters = self.clusters.scan("", None);
        clusters.flat_map(|(name, cluster)| {
            let parts = cluster.doomed().into_iter();
            parts.map(|(at, part)| {
                let cluster = name.to_owned();
                (at, Doomed { cluster, part })
            })
        })
    }

    /// Removes what is being deleted and gone from this time on.
    pub(crate) fn end(&mut self, doomed: &Doomed, at: Timestamp) {
        let name = doomed.cluster.as_str();
        if doomed.part == DoomedPart::Whole {
            if self.cluster(name).is_some_and(|row| row.life.ends_at(at)) {
                self.clusters.remove(name);
            }
            return;
        }
        self.clusters
            .update(name, |cluster| cluster.end(&doomed.part, at));
    }
}

/// Adds an ACTIVE cluster of the given name, as the server's start does.
pub(crate) fn seed_cluster(cx: &mut Context, name: &str) {
    let role_arn = cx.iam_arn("role", "/", "eksClusterRole");
    let new = NewCluster {
        name: name.to_owned(),
        role_arn,
        network: Network::new(&json!({
            "subnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0f1e2d3c4b5a69788"],
        })),
        // As the console has it, so that access entries and the aws-auth config map both count.
        settings: Map::from_iter([(
            "accessConfig".to_owned(),
            json!({ "authenticationMode": "API_AND_CONFIG_MAP" }),
        )]),
        ..NewCluster::default()
    };
    let mut cluster = Cluster::new(cx, new);
    cluster.life = Lifecycle::creating(Timestamp::MIN);
    cx.eks_mut().clusters.put(cluster);
}
