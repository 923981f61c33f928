//! OIDC providers of a cluster's own: how requests name them, and how they look in answers.

use http::Uri;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::{Cause, EksError, cluster};
use crate::state::eks::{Attachment, Cluster, Phase, Tags};
use crate::store::Context;

/// A rule for providers; the texts about `https` and prefixes are AWS's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ProviderRule {
    #[error("The parameter {0} should not be empty.")]
    Empty(&'static str),
    #[error("IssuerURL must use https:// scheme.")]
    Scheme,
    #[error("IssuerURL must be the URL of a host, with neither query parameters nor a fragment.")]
    Url,
    #[error("The prefix {RESERVED_PREFIX} is reserved for Kubernetes system use")]
    Prefix,
}

const RESERVED_PREFIX: &str = "system:";

impl From<ProviderRule> for Cause {
    fn from(rule: ProviderRule) -> Self {
        Self::InvalidProvider(rule)
    }
}

/// Checks name and settings of a new provider.
pub(super) fn check_new(name: &str, settings: &Map<String, Value>) -> Result<(), ProviderRule> {
    let setting = |name| settings.get(name).and_then(Value::as_str);
    if name.is_empty() {
        return Err(ProviderRule::Empty("identityProviderConfigName"));
    }
    if setting("clientId").is_none_or(str::is_empty) {
        return Err(ProviderRule::Empty("clientId"));
    }
    let url = setting("issuerUrl").unwrap_or_default();
    if !url.starts_with("https://") {
        return Err(ProviderRule::Scheme);
    }
    let parsed = url.parse::<Uri>().ok();
    if parsed.is_none() || url.contains(['?', '#']) {
        return Err(ProviderRule::Url);
    }
    let is_reserved =
        |prefix| setting(prefix).is_some_and(|text| text.starts_with(RESERVED_PREFIX));
    match is_reserved("usernamePrefix") || is_reserved("groupsPrefix") {
        true => Err(ProviderRule::Prefix),
        false => Ok(()),
    }
}

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
