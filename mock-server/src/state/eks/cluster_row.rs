//! Clusters as they are kept: a row of their own, and a place with the rows of what lives and dies with them.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Cluster, Lifecycle, Network, Signing, Tags, cluster};
use crate::account::AccountId;
use crate::auth::caller::Caller;
use crate::kubernetes::KubernetesCluster;
use crate::oidc::Place;
use crate::persist::{Digest, Load, Out, Shelf, Visit};
use crate::state::Loading;
use crate::state::request_token::RequestToken;
use crate::state::table::Table;

/// What is kept of a cluster itself. Its account and region are those of its place, and its addresses the server's.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClusterRow<'c> {
    name: Cow<'c, str>,
    uid: Cow<'c, str>,
    created: Timestamp,
    version: Cow<'c, str>,
    role_arn: Cow<'c, str>,
    signing: Cow<'c, Signing>,
    /// The URL of its issuer.
    issuer: Cow<'c, str>,
    network: Cow<'c, Network>,
    settings: Cow<'c, Map<String, Value>>,
    tags: Cow<'c, Tags>,
    life: Lifecycle,
    insights_refreshed: Timestamp,
    creator: Cow<'c, Caller>,
    request: Option<RequestToken>,
}

impl<'c> ClusterRow<'c> {
    fn of(cluster: &'c Cluster) -> Self {
        let Cluster {
            name,
            uid,
            account: _,
            region: _,
            arn: _,
            created,
            version,
            role_arn,
            endpoint: _,
            authority: _,
            certificate_authorities: _,
            signing,
            issuer,
            network,
            settings,
            tags,
            life,
            associations: _,
            addons: _,
            nodegroups: _,
            fargate_profiles: _,
            capabilities: _,
            identity_providers: _,
            access_entries: _,
            updates: _,
            insights_refreshed,
            creator,
            kubernetes: _,
            request,
            is_written: _,
            last: _,
        } = cluster;
        Self {
            name: name.into(),
            uid: uid.into(),
            created: *created,
            version: version.into(),
            role_arn: role_arn.into(),
            signing: Cow::Borrowed(signing),
            issuer: issuer.url().into(),
            network: Cow::Borrowed(network),
            settings: Cow::Borrowed(settings),
            tags: Cow::Borrowed(tags),
            life: *life,
            insights_refreshed: *insights_refreshed,
            creator: Cow::Borrowed(creator),
            request: *request,
        }
    }
}

/// The place of what lives and dies with the cluster of a uid.
fn place(uid: &str) -> String {
    format!("clusters/{uid}")
}

impl Cluster {
    /// The place of what lives and dies with it.
    pub(super) fn place(&self) -> String {
        place(&self.uid)
    }

    /// Goes through the rows of what lives and dies with it, its Kubernetes side and its issuer aside.
    fn visit(&mut self, visit: &mut impl Visit) {
        visit.table("certificate-authorities", &mut self.certificate_authorities);
        visit.table("associations", &mut self.associations);
        visit.table("addons", &mut self.addons);
        visit.table("nodegroups", &mut self.nodegroups);
        visit.table("fargate-profiles", &mut self.fargate_profiles);
        visit.table("capabilities", &mut self.capabilities);
        visit.table("identity-providers", &mut self.identity_providers);
        visit.table("access-entries", &mut self.access_entries);
        visit.table("updates", &mut self.updates);
    }

    /// Takes down its rows. A cluster that is kept for the first time gets a shelf.
    pub(super) fn write_out(&mut self, out: &mut Out<'_>) -> Option<Shelf> {
        let is_new = self.last.is_new();
        if self.is_written || out.is_of_all() {
            let mut last = std::mem::take(&mut self.last);
            out.put_changed("clusters", &self.name, &ClusterRow::of(self), &mut last);
            self.last = last;
            self.is_written &= out.is_of_all();
        }
        let mut shelf = None;
        out.within(self.place(), |out| {
            self.visit(out);
            // Later, these two keep by themselves what is written.
            if is_new || out.is_of_all() {
                shelf = out.shelf();
                self.kubernetes.write_out(out, shelf.as_ref());
                self.issuer.write_out(out, shelf.as_ref());
            }
        });
        shelf
    }

    /// Reads the rows of a cluster.
    pub(super) fn load(
        row: ClusterRow<'_>,
        load: &mut Load,
        (account, region): (AccountId, &str),
        loading: &mut Loading<'_>,
    ) -> Self {
        let settings = loading.settings;
        let name = row.name.into_owned();
        let issuer_place = Place {
            account,
            region: region.to_owned(),
            cluster: name.clone(),
        };
        let issuer = cluster::issuer(settings, issuer_place, row.issuer.into_owned());
        let address = settings.cluster_address(account, region, &name);
        load.within(place(&row.uid), |load| {
            issuer.load(load);
            let mut cluster = Self {
                arn: cluster::arn(account, region, &name),
                account,
                region: region.to_owned(),
                created: row.created,
                version: row.version.into_owned(),
                role_arn: row.role_arn.into_owned(),
                endpoint: format!("{}/k8s/{address}", settings.kubernetes_uri()),
                authority: settings.authority.clone(),
                certificate_authorities: Table::default(),
                signing: row.signing.into_owned(),
                issuer,
                network: row.network.into_owned(),
                settings: row.settings.into_owned(),
                tags: row.tags.into_owned(),
                life: row.life,
                associations: Table::default(),
                addons: Table::default(),
                nodegroups: Table::default(),
                fargate_profiles: Table::default(),
                capabilities: Table::default(),
                identity_providers: Table::default(),
                access_entries: Table::default(),
                updates: Table::default(),
                insights_refreshed: row.insights_refreshed,
                creator: row.creator.into_owned(),
                kubernetes: KubernetesCluster::load(load, loading.clock.clone(), loading.ids),
                request: row.request,
                is_written: true,
                last: Digest::default(),
                uid: row.uid.into_owned(),
                name,
            };
            cluster.visit(load);
            cluster
        })
    }
}
