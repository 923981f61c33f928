use serde::Deserialize;
use serde_json::Value;

use super::update::{self, Output, Status};
use super::{
    Cause, Eks, EksError, cluster, cluster_rule, members, permission, setting_keys, settings,
};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Updated;
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Encrypts a cluster's secrets with a key, which cannot be undone.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssociateEncryptionConfig {
    #[serde(rename = "name")]
    cluster_name: String,
    encryption_config: Value,
    client_request_token: Option<String>,
}

impl Operation for AssociateEncryptionConfig {
    const NAME: &'static str = "AssociateEncryptionConfig";
    const ROUTE: Route = Route::post("/clusters/{name}/encryption-config/associate");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        settings::ENCRYPTION_CONFIG.required(),
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
        let associate = permission::on_cluster::<Self>(cx, &self.cluster_name);
        let config = Some(&self.encryption_config);
        vec![setting_keys::with_encryption(associate, config)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let refuse = |cause: Cause| cause.in_cluster(&self.cluster_name);
        let repeated = update::repeated(cx, cluster, &Updated::Cluster, KIND, request);
        if let Some(output) = repeated.map_err(refuse)? {
            return Ok(output);
        }
        let configs = self.encryption_config.as_array().into_iter().flatten();
        cluster_rule::check_encryption(configs).map_err(|rule| refuse(rule.into()))?;
        if cluster.settings.contains_key(CONFIG) {
            return Err(refuse(Cause::EncryptionExists));
        }
        let params = update::json_param("EncryptionConfig", &self.encryption_config);
        let update = update::new(cx, Updated::Cluster, KIND, params, request);
        let output = Output::new(&update, Status::InProgress);
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster
                .settings
                .insert(CONFIG.to_owned(), self.encryption_config);
            cluster.record(update);
        })?;
        Ok(output)
    }
}

const CONFIG: &str = "encryptionConfig";
const KIND: &str = "AssociateEncryptionConfig";
