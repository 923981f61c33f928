//! EKS in one region of one account: clusters and their associations.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::request_token::RequestToken;
use super::table::{Row, SEPARATOR, Table};
use crate::account::AccountId;
use crate::auth::caller::Caller;
use crate::kubernetes::KubernetesCluster;
use crate::store::Context;

/// Keys and values on a cluster or an association.
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
    /// Who created it: the administrator of its Kubernetes side.
    pub(crate) creator: Caller,
    /// Its Kubernetes side, which ends with it.
    pub(crate) kubernetes: Arc<KubernetesCluster>,
    /// The request that made the cluster.
    pub(crate) request: Option<RequestToken>,
}

impl Cluster {
    /// Index of the request tokens.
    pub(crate) const BY_REQUEST: usize = 0;
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
            settings: with_defaults(new.settings),
            tags: new.tags,
            associations: Table::default(),
            creator: cx.scope.caller.clone(),
            kubernetes,
            request: new.request,
            name: new.name,
        }
    }

    /// The ARN of one of the cluster's associations.
    pub(crate) fn association_arn(&self, id: &str) -> String {
        let cluster_arn = self.arn.split_once(":cluster/");
        let prefix = cluster_arn.map_or("", |(prefix, _)| prefix);
        format!("{prefix}:podidentityassociation/{}/{id}", self.name)
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
        merge(settings.entry(name).or_insert(Value::Null), value);
    }
    settings
}

/// Fills in what is missing in `value`, member by member.
fn merge(value: &mut Value, default: Value) {
    match (value, default) {
        (Value::Object(members), Value::Object(defaults)) => {
            for (name, default) in defaults {
                merge(members.entry(name).or_insert(Value::Null), default);
            }
        }
        (value, default) if value.is_null() => *value = default,
        _ => {}
    }
}

/// Adds an ACTIVE cluster of the given name, as the server's start does.
pub(crate) fn seed_cluster(cx: &mut Context, name: &str) {
    let role_arn = cx.iam_arn("role", "/", "eksClusterRole");
    let new = NewCluster {
        name: name.to_owned(),
        role_arn,
        network: Network {
            subnet_ids: vec![
                "subnet-0a1b2c3d4e5f60718".to_owned(),
                "subnet-0f1e2d3c4b5a69788".to_owned(),
            ],
            public_access: true,
            public_access_cidrs: vec!["0.0.0.0/0".to_owned()],
            ..Network::default()
        },
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

/// An EKS Pod Identity association.
#[derive(Debug, Clone)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) namespace: String,
    pub(crate) service_account: String,
    pub(crate) role_arn: String,
    pub(crate) target_role_arn: Option<String>,
    pub(crate) disable_session_tags: bool,
    pub(crate) policy: Option<String>,
    /// The add-on that made the association, if one did.
    pub(crate) owner_arn: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The request that made the association.
    pub(crate) request: Option<RequestToken>,
    /// The request that last changed it.
    pub(crate) last_update: Option<RequestToken>,
}

impl Association {
    /// Index of the association ids.
    pub(crate) const BY_ID: usize = 0;
    /// Index of service account and namespace, in this order.
    pub(crate) const BY_SERVICE_ACCOUNT: usize = 1;
    /// Index of the request tokens.
    pub(crate) const BY_REQUEST: usize = 2;

    /// The key of the association of a service account.
    pub(crate) fn key(namespace: &str, service_account: &str) -> String {
        format!("{namespace}{SEPARATOR}{service_account}")
    }
}

impl Row for Association {
    type Indices = [String; 3];

    fn key(&self) -> String {
        Self::key(&self.namespace, &self.service_account)
    }

    fn indices(&self) -> Self::Indices {
        [
            self.id.clone(),
            Self::key(&self.service_account, &self.namespace),
            RequestToken::index_text(self.request.as_ref()),
        ]
    }
}
