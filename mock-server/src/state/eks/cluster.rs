//! Clusters.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    AccessEntry, Actor, Addon, Association, Attachment, CertificateAuthority, Lifecycle, Network,
    Nodegroup, Signing, Tags, Update, Updated, settings,
};
use crate::account::{AccountId, Partition};
use crate::auth::caller::Caller;
use crate::delay::EksDelay;
use crate::kubernetes::KubernetesCluster;
use crate::oidc::{self, Issuer, Place};
use crate::persist::Digest;
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::{Row, Table};
use crate::store::{Context, Settings};
use crate::tls::Authority;

/// How many updates of a cluster are kept.
const MAX_UPDATES: usize = 1_000;

/// A cluster, with all that lives and dies with it.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    /// Tells it from clusters that had its name before.
    pub(super) uid: String,
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) version: String,
    pub(crate) role_arn: String,
    /// The Kubernetes API, under `/k8s/` of this server.
    pub(crate) endpoint: String,
    /// What signs the certificate of the endpoint, where TLS is spoken.
    pub(crate) authority: Authority,
    pub(crate) certificate_authorities: Table<CertificateAuthority>,
    pub(crate) signing: Signing,
    /// The issuer of its service account tokens.
    pub(crate) issuer: Arc<Issuer>,
    pub(crate) network: Network,
    /// The members of the creating request that answers repeat as they are.
    pub(crate) settings: Map<String, Value>,
    pub(crate) tags: Tags,
    pub(crate) life: Lifecycle,
    pub(crate) associations: Table<Association>,
    pub(crate) addons: Table<Addon>,
    pub(crate) nodegroups: Table<Nodegroup>,
    pub(crate) fargate_profiles: Table<Attachment>,
    pub(crate) capabilities: Table<Attachment>,
    pub(crate) identity_providers: Table<Attachment>,
    pub(crate) access_entries: Table<AccessEntry>,
    pub(crate) updates: Table<Update>,
    /// When its insights were last looked at.
    pub(crate) insights_refreshed: Timestamp,
    /// Who created it: the administrator of its Kubernetes side.
    pub(crate) creator: Caller,
    /// Its Kubernetes side, which ends with it.
    pub(crate) kubernetes: Arc<KubernetesCluster>,
    /// The request that made the cluster.
    pub(crate) request: Option<RequestToken>,
    /// Whether more of it than its parts may have been written since it was last kept.
    pub(super) is_written: bool,
    /// What it was like when it was last kept, its parts aside.
    pub(super) last: Digest,
}

impl Requested for Cluster {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Cluster {
    type Indices = [String; 1];

    fn key(&self) -> String {
        self.name.clone()
    }

    fn indices(&self) -> Self::Indices {
        [RequestToken::index_text(self.request.as_ref())]
    }
}

/// What a caller says about a new cluster.
#[derive(Debug, Default)]
pub(crate) struct NewCluster {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) role_arn: String,
    pub(crate) network: Network,
    pub(crate) settings: Map<String, Value>,
    pub(crate) tags: Tags,
    pub(crate) request: Option<RequestToken>,
}

/// The Kubernetes version of clusters that ask for none.
pub(crate) const DEFAULT_VERSION: &str = "1.33";

impl Cluster {
    /// Keeps an update, during which what it changes is updating; beyond the newest of a cluster's, the
    /// oldest is forgotten.
    pub(crate) fn record(&mut self, update: Update) {
        let until = update.done;
        match &update.updated {
            Updated::Cluster => self.life.update(until),
            Updated::Addon(name) => _ = self.addons.update(name, |row| row.life.update(until)),
            Updated::Nodegroup(name) => {
                _ = self.nodegroups.update(name, |row| row.life.update(until));
            }
            Updated::Capability(name) => {
                _ = self.capabilities.update(name, |row| row.life.update(until));
            }
        }
        if self.updates.len() >= MAX_UPDATES {
            let updates = self.updates.scan("", None);
            let oldest = updates.min_by_key(|(_, update)| update.created);
            if let Some(key) = oldest.map(|(key, _)| key.to_owned()) {
                self.updates.remove(&key);
            }
        }
        self.updates.put(update);
    }

    /// A cluster in the caller's account and region.
    pub(crate) fn new(cx: &mut Context, new: NewCluster) -> Self {
        let region = &cx.scope.region;
        let address = cx.settings.cluster_address(cx.account(), region, &new.name);
        let settings = settings::with_defaults(new.settings);
        let mut access_entries = Table::default();
        if settings::admits_creator(&settings) {
            access_entries.put(AccessEntry::of_creator(cx));
        }
        let place = Place {
            account: cx.account(),
            region: region.clone(),
            cluster: new.name.clone(),
        };
        let url = oidc::url(region, &cx.ids.issuer());
        let issuer = issuer(cx.settings, place, url);
        cx.state.issuers.put(&issuer);
        let version = new.version.unwrap_or_else(|| DEFAULT_VERSION.to_owned());
        let kubernetes = KubernetesCluster::new(&version, cx.clock.clone(), cx.ids.fork());
        let first_authority = CertificateAuthority {
            id: cx.ids.uuid(),
            created: cx.now,
            created_by: Actor::Eks,
            activated: Some((cx.now, Actor::Eks)),
            life: Lifecycle::creating(Timestamp::MIN),
            certificate: None,
        };
        let signing = Signing {
            id: first_authority.id.clone(),
            since: cx.now,
            before: None,
        };
        let mut certificate_authorities = Table::default();
        certificate_authorities.put(first_authority);
        let region = &cx.scope.region;
        Self {
            uid: cx.ids.uuid(),
            arn: arn(cx.account(), region, &new.name),
            account: cx.account(),
            region: region.clone(),
            created: cx.now,
            version,
            role_arn: new.role_arn,
            authority: cx.settings.authority.clone(),
            certificate_authorities,
            signing,
            endpoint: format!("{}/k8s/{address}", cx.settings.kubernetes_uri()),
            issuer,
            network: new.network,
            settings,
            tags: new.tags,
            life: Lifecycle::creating(cx.after(EksDelay::Cluster)),
            associations: Table::default(),
            addons: Table::default(),
            nodegroups: Table::default(),
            fargate_profiles: Table::default(),
            capabilities: Table::default(),
            identity_providers: Table::default(),
            access_entries,
            insights_refreshed: cx.now,
            updates: Table::default(),
            creator: cx.scope.caller.clone(),
            kubernetes,
            request: new.request,
            is_written: true,
            last: Digest::default(),
            name: new.name,
        }
    }

    /// The ARN of something of the cluster's, such as its `addon` of a name and an id.
    pub(crate) fn arn_of(&self, kind: &str, name: &str) -> String {
        let cluster_arn = self.arn.split_once(":cluster/");
        let prefix = cluster_arn.map_or("", |(prefix, _)| prefix);
        [prefix, ":", kind, "/", &self.name, "/", name].concat()
    }

    /// The ARN of one of the cluster's associations.
    pub(crate) fn association_arn(&self, id: &str) -> String {
        self.arn_of("podidentityassociation", id)
    }

    /// The ARN of one of the cluster's add-ons.
    pub(crate) fn addon_arn(&self, addon: &Addon) -> String {
        self.arn_of("addon", &format!("{}/{}", addon.name, addon.id))
    }

    /// What EKS passes as `sts:ExternalId` when it assumes the association's target role; associations
    /// without a target role have none.
    pub(crate) fn external_id(&self, association: &Association) -> Option<String> {
        let Association {
            namespace,
            service_account,
            extras,
            ..
        } = association;
        extras.target_role_arn.as_ref().map(|_| {
            format!(
                "{}/{}/{}/{namespace}/{service_account}",
                self.region, self.account, self.name
            )
        })
    }
}

/// The ARN of a cluster.
pub(super) fn arn(account: AccountId, region: &str, name: &str) -> String {
    let partition = Partition::of_region(region).name;
    format!("arn:{partition}:eks:{region}:{account}:cluster/{name}")
}

/// A cluster's issuer: one that stands for a real cluster's, if the server was started with it, else its own.
pub(super) fn issuer(settings: &Settings, place: Place, url: String) -> Arc<Issuer> {
    let is_default = (place.account, &place.region) == (settings.account, &settings.region);
    let external = settings.issuers.get(&place.cluster);
    Arc::new(match external.filter(|_| is_default) {
        Some(external) => Issuer::external(external.clone(), place),
        None => Issuer::new(url, place, settings.issuer_key.clone()),
    })
}
