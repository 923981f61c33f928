//! OIDC providers of a cluster's own: how requests name them, and how they look in answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Cause, EksError, cluster};
use crate::state::eks::{Attachment, Cluster, Phase, Tags};
use crate::store::Context;

/// How requests and lists name a provider.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
pub(super) struct Named {
    #[serde(rename = "type")]
    kind: String,
    pub(super) name: String,
}

/// The only type there is.
const OIDC: &str = "oidc";

impl Named {
    pub(super) fn oidc(name: &str) -> Self {
        Self {
            kind: OIDC.to_owned(),
            name: name.to_owned(),
        }
    }

    /// The provider and its cluster.
    pub(super) fn find<'c>(
        &self,
        cx: &'c Context,
        cluster_name: &str,
    ) -> Result<(&'c Cluster, &'c Attachment), EksError> {
        let cluster = cluster::find(cx, cluster_name)?;
        let found = cluster.identity_providers.row(&self.name);
        match found.filter(|_| self.kind == OIDC) {
            Some(provider) => Ok((cluster, provider)),
            None => {
                let (kind, name) = (self.kind.clone(), self.name.clone());
                let cause = Cause::IdentityProviderNotFound(cluster.name.clone(), kind, name);
                Err(cause.in_cluster(cluster_name))
            }
        }
    }
}

/// A provider in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    identity_provider_config_name: String,
    identity_provider_config_arn: String,
    cluster_name: String,
    tags: Tags,
    status: Phase,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl View {
    pub(super) fn new(cluster: &Cluster, provider: &Attachment, now: Timestamp) -> Self {
        let name = format!("{OIDC}/{}/{}", provider.name, provider.id);
        Self {
            identity_provider_config_name: provider.name.clone(),
            identity_provider_config_arn: cluster.arn_of("identityproviderconfig", &name),
            cluster_name: cluster.name.clone(),
            tags: provider.tags.clone(),
            status: provider.life.phase(now),
            settings: provider.settings.clone(),
        }
    }
}
