//! EKS in one region of one account: clusters and their associations.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::table::{Row, SEPARATOR, Table};
use crate::auth::caller::Caller;
use crate::kubernetes::KubernetesCluster;
use crate::store::Context;

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
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) version: String,
    pub(crate) role_arn: String,
    /// The Kubernetes API, at `/k8s/NAME` of this server.
    pub(crate) endpoint: String,
    /// The OIDC issuer's URL.
    pub(crate) issuer: String,
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) associations: Table<Association>,
    /// Who created it: the administrator of its Kubernetes side.
    pub(crate) creator: Caller,
    /// Its Kubernetes side, which ends with it.
    pub(crate) kubernetes: Arc<KubernetesCluster>,
}

impl Row for Cluster {
    type Indices = [String; 0];

    fn key(&self) -> String {
        self.name.clone()
    }

    fn indices(&self) -> Self::Indices {
        []
    }
}

/// What a caller says about a new cluster.
#[derive(Debug, Default)]
pub(crate) struct NewCluster {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) role_arn: String,
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) tags: BTreeMap<String, String>,
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
            created: cx.now,
            version,
            role_arn: new.role_arn,
            endpoint: format!("{uri}/k8s/{}", new.name),
            issuer: format!("https://oidc.eks.{region}.amazonaws.com/id/{issuer}"),
            subnet_ids: new.subnet_ids,
            security_group_ids: new.security_group_ids,
            tags: new.tags,
            associations: Table::default(),
            creator: cx.scope.caller.clone(),
            kubernetes: Arc::new(kubernetes),
            name: new.name,
        }
    }
}

/// Adds an ACTIVE cluster of the given name, as the server's start does.
pub(crate) fn seed_cluster(cx: &mut Context, name: &str) {
    let role_arn = cx.iam_arn("role", "/", "eksClusterRole");
    let new = NewCluster {
        name: name.to_owned(),
        role_arn,
        subnet_ids: vec![
            "subnet-0a1b2c3d4e5f60718".to_owned(),
            "subnet-0f1e2d3c4b5a69788".to_owned(),
        ],
        ..NewCluster::default()
    };
    let cluster = Cluster::new(cx, new);
    cx.eks_mut().clusters.put(cluster);
}

/// An EKS Pod Identity association.
#[derive(Debug, Clone)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) namespace: String,
    pub(crate) service_account: String,
    pub(crate) role_arn: String,
    pub(crate) target_role_arn: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) disable_session_tags: bool,
    pub(crate) policy: Option<String>,
    pub(crate) owner_arn: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

impl Association {
    /// Index of the association ids.
    pub(crate) const BY_ID: usize = 0;
    /// Index of service account and namespace, in this order.
    pub(crate) const BY_SERVICE_ACCOUNT: usize = 1;
}

impl Row for Association {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.namespace, self.service_account)
    }

    fn indices(&self) -> Self::Indices {
        let by_service_account = format!("{}{SEPARATOR}{}", self.service_account, self.namespace);
        [self.id.clone(), by_service_account]
    }
}
