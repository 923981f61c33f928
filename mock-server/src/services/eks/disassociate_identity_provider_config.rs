use serde::Deserialize;

use super::identity_provider::Named;
use super::update::{self, Output, Status};
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Updated;
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes an OIDC provider away from a cluster.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisassociateIdentityProviderConfig {
    #[serde(rename = "name")]
    cluster_name: String,
    identity_provider_config: Named,
    client_request_token: Option<String>,
}

const KIND: &str = "DisassociateIdentityProviderConfig";

impl Operation for DisassociateIdentityProviderConfig {
    const NAME: &'static str = "DisassociateIdentityProviderConfig";
    const ROUTE: Route = Route::post("/clusters/{name}/identity-provider-configs/disassociate");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::IDENTITY_PROVIDER_CONFIG,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_identity_provider::<Self>(
            cx,
            &self.cluster_name,
            &self.identity_provider_config.name,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let repeated = update::repeated(cx, cluster, &Updated::Cluster, KIND, request);
        if let Some(output) = repeated.map_err(|cause| cause.in_cluster(&self.cluster_name))? {
            return Ok(output);
        }
        let named = self.identity_provider_config;
        named.find(cx, &self.cluster_name)?;
        let params = update::json_param("IdentityProviderConfig", &named);
        let update = update::new(cx, Updated::Cluster, KIND, params, request);
        let output = Output::new(&update, Status::InProgress);
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.identity_providers.remove(&named.name);
            cluster.record(update);
        })?;
        Ok(output)
    }
}
