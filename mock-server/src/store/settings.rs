//! What a server was started with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Scope;
use crate::account::{AccountId, Partition};
use crate::auth::caller::{Caller, SigningUser};
use crate::auth::keys::AdminKey;
use crate::auth::mode::Auth;
use crate::auth::origin::Origin;
use crate::delay::EksDelays;
use crate::oidc::{ExternalIssuer, SigningKey};
use crate::propagation::Propagations;
use crate::quota::Quotas;
use crate::state::iam::aws_managed::AwsManaged;
use crate::tls::{Authority, Tls};

/// What a server was started with: the state begins here and comes back to it at a reset.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) clusters: Vec<String>,
    pub(crate) quotas: Quotas,
    pub(crate) aws_managed: Arc<AwsManaged>,
    pub(crate) eks_delays: EksDelays,
    /// How long news take through AWS, until somebody changes it.
    pub(crate) propagation: Propagations,
    /// The real clusters that clusters of the default account and region stand for, by their names here.
    pub(crate) issuers: BTreeMap<String, ExternalIssuer>,
    /// The key of the other clusters' issuers, if each is not to make one of its own.
    pub(crate) issuer_key: Option<Arc<SigningKey>>,
    pub(crate) seed: Option<u64>,
    /// How strictly callers are asked who they are and what they may do.
    pub(crate) auth: Auth,
    /// The access key of the default account's administrator.
    pub(crate) admin_key: AdminKey,
    /// Whether other machines can reach the server.
    pub(crate) allow_remote: bool,
    /// The address that clients use, without a slash at the end.
    pub(crate) uri: String,
    /// Signs the server's certificate, and is the first authority of every cluster.
    pub(crate) authority: Authority,
    /// Where TLS is spoken, if it is.
    pub(crate) tls: Option<Tls>,
    /// How many requests per second the agent takes at each address; 0 for any number.
    pub(crate) agent_rate: u32,
    /// Where the agent answers alone, if it does, and where its metrics are.
    pub(crate) agent_uri: Option<String>,
    pub(crate) agent_metrics_uri: Option<String>,
}

impl Settings {
    /// The account that begins with the server, and its partition.
    pub(crate) fn own_account(&self) -> (AccountId, &'static str) {
        (self.account, Partition::of_region(&self.region).name)
    }

    /// The scope of what the server does by itself: the administrator's, in the default account and region.
    pub(crate) fn scope(&self) -> Scope {
        Scope {
            caller: Caller::User(SigningUser::administrator(
                self.account,
                Partition::of_region(&self.region).name,
            )),
            account: self.account,
            region: self.region.clone(),
            request_id: String::new(),
            origin: Origin::default(),
        }
    }

    /// The address of the clusters' Kubernetes APIs: by TLS if it is spoken.
    pub(crate) fn kubernetes_uri(&self) -> &str {
        self.tls.as_ref().map_or(&self.uri, |tls| &tls.uri)
    }

    /// What follows `/k8s/` in a cluster's endpoint: its name alone in the default account and region, else
    /// `NAME.REGION.ACCOUNT`, as names hold no dots.
    pub(crate) fn cluster_address(&self, account: AccountId, region: &str, name: &str) -> String {
        match (account, region) == (self.account, self.region.as_str()) {
            true => name.to_owned(),
            false => format!("{name}.{region}.{account}"),
        }
    }
}
