//! EKS in one region of one account: clusters, and what lives and dies with them.

mod access_entry;
mod addon;
mod association;
mod nodegroup;
mod update;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::request_token::{RequestToken, Requested};
use super::table::{Row, Table};
use crate::account::AccountId;
use crate::auth::caller::Caller;
use crate::kubernetes::KubernetesCluster;
use crate::store::Context;

pub(crate) use access_entry::{AccessEntry, AccessGrant};
pub(crate) use addon::Addon;
pub(crate) use association::Association;
pub(crate) use nodegroup::Nodegroup;
pub(crate) use update::{Params, Update, Updated};

/// Keys and values on a cluster or on what belongs to it.
pub(crate) type Tags = BTreeMap<String, String>;

/// The clusters of a region.
#[derive(Debug, Default)]
pub(crate) struct Region {
    pub(crate) clusters: Table<Cluster>,
}

impl Region {
    pub(crate) fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.row(name)
    }
}

/// A cluster, with all that lives and dies with it.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) version: String,
    pub(crate) role_arn: String,
    /// The Kubernetes API, at `/k8s/NAME` of this server.
    pub(crate) endpoint: String,
    /// The OIDC issuer's URL.
    pub(crate) issuer: String,
    pub(crate) network: Network,
    /// The members of the creating request that answers repeat as they are.
    pub(crate) settings: Map<String, Value>,
    pub(crate) tags: Tags,
    pub(crate) associations: Table<Association>,
    pub(crate) addons: Table<Addon>,
    pub(crate) nodegroups: Table<Nodegroup>,
    pub(crate) access_entries: Table<AccessEntry>,
    pub(crate) updates: Table<Update>,
    /// Who created it: the administrator of its Kubernetes side.
    pub(crate) creator: Caller,
    /// Its Kubernetes side, which ends with it.
    pub(crate) kubernetes: Arc<KubernetesCluster>,
    /// The request that made the cluster.
    pub(crate) request: Option<RequestToken>,
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

/// Where a cluster's control plane meets the customer's network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) public_access: bool,
    pub(crate) private_access: bool,
    pub(crate) public_access_cidrs: Vec<String>,
    pub(crate) egress_mode: Option<String>,
}

impl Network {
    /// What a `resourcesVpcConfig` says; access is public where it does not.
    pub(crate) fn new(config: &Value) -> Self {
        let mut network = Self {
            public_access: true,
            public_access_cidrs: vec!["0.0.0.0/0".to_owned()],
            ..Self::default()
        };
        network.change(config);
        network
    }

    /// Changes what a `resourcesVpcConfig` mentions.
    pub(crate) fn change(&mut self, config: &Value) {
        let texts = |name: &str| {
            let items = config.get(name)?.as_array()?.iter();
            Some(
                items
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        };
        let flag = |name: &str| config.get(name)?.as_bool();
        let lists = [
            ("subnetIds", &mut self.subnet_ids),
            ("securityGroupIds", &mut self.security_group_ids),
            ("publicAccessCidrs", &mut self.public_access_cidrs),
        ];
        for (name, list) in lists {
            if let Some(new) = texts(name) {
                *list = new;
            }
        }
        self.public_access = flag("endpointPublicAccess").unwrap_or(self.public_access);
        self.private_access = flag("endpointPrivateAccess").unwrap_or(self.private_access);
        if let Some(mode) = config.get("controlPlaneEgressMode").and_then(Value::as_str) {
            self.egress_mode = Some(mode.to_owned());
        }
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
const DEFAULT_VERSION: &str = "1.33";

impl Cluster {
    /// A cluster in the caller's account and region.
    pub(crate) fn new(cx: &mut Context, new: NewCluster) -> Self {
        let (region, uri) = (&cx.scope.region, &cx.settings.uri);
        let settings = with_defaults(new.settings);
        let mut access_entries = Table::default();
        if admits_creator(&settings) {
            access_entries.put(AccessEntry::of_creator(cx));
        }
        let issuer = cx.ids.issuer();
        let version = new.version.unwrap_or_else(|| DEFAULT_VERSION.to_owned());
        let kubernetes = KubernetesCluster::new(&version, cx.clock.clone(), cx.ids.fork());
        Self {
            arn: format!(
                "arn:{}:eks:{region}:{}:cluster/{}",
                cx.partition(),
                cx.account(),
                new.name
            ),
            account: cx.account(),
            region: region.clone(),
            created: cx.now,
            version,
            role_arn: new.role_arn,
            endpoint: format!("{uri}/k8s/{}", new.name),
            issuer: format!("https://oidc.eks.{region}.amazonaws.com/id/{issuer}"),
            network: new.network,
            settings,
            tags: new.tags,
            associations: Table::default(),
            addons: Table::default(),
            nodegroups: Table::default(),
            access_entries,
            updates: Table::default(),
            creator: cx.scope.caller.clone(),
            kubernetes,
            request: new.request,
            name: new.name,
        }
    }

    /// The ARN of something of the cluster's, such as its `addon` of a name and an id.
    pub(crate) fn arn_of(&self, kind: &str, name: &str) -> String {
        let cluster_arn = self.arn.split_once(":cluster/");
        let prefix = cluster_arn.map_or("", |(prefix, _)| prefix);
        format!("{prefix}:{kind}/{}/{name}", self.name)
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
            target_role_arn,
            ..
        } = association;
        target_role_arn.as_ref().map(|_| {
            format!(
                "{}/{}/{}/{namespace}/{service_account}",
                self.region, self.account, self.name
            )
        })
    }
}

/// Whether the creator of a cluster with these settings gets an access entry.
fn admits_creator(settings: &Map<String, Value>) -> bool {
    let config = settings.get("accessConfig").unwrap_or(&Value::Null);
    config["bootstrapClusterCreatorAdminPermissions"] == true
        && config["authenticationMode"] != "CONFIG_MAP"
}

/// What EKS sets where the caller of CreateCluster does not (API reference of CreateCluster).
fn with_defaults(mut settings: Map<String, Value>) -> Map<String, Value> {
    let log_types = [
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    ];
    let defaults = [
        (
            "accessConfig",
            json!({ "authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": true }),
        ),
        ("deletionProtection", json!(false)),
        (
            "kubernetesNetworkConfig",
            json!({
                "elasticLoadBalancing": { "enabled": false },
                "ipFamily": "ipv4",
                "serviceIpv4Cidr": "10.100.0.0/16",
            }),
        ),
        (
            "logging",
            json!({ "clusterLogging": [{ "enabled": false, "types": log_types }] }),
        ),
        ("upgradePolicy", json!({ "supportType": "EXTENDED" })),
    ];
    for (name, value) in defaults {
        let asked = settings.remove(name).unwrap_or_default();
        settings.insert(name.to_owned(), merge(asked, value));
    }
    settings
}

/// A value with what is missing in it filled in, member by member.
pub(crate) fn merge(value: Value, default: Value) -> Value {
    match (value, default) {
        (Value::Object(mut members), Value::Object(defaults)) => {
            for (name, default) in defaults {
                let member = members.remove(&name).unwrap_or_default();
                members.insert(name, merge(member, default));
            }
            Value::Object(members)
        }
        (Value::Null, default) => default,
        (value, _) => value,
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
    let cluster = Cluster::new(cx, new);
    cx.eks_mut().clusters.put(cluster);
}
