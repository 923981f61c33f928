use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::capability;
use super::update::{self, Output, Status};
use super::{Cause, Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Params, Updated, merge};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Changes a capability's role or configuration.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateCapability {
    #[serde(rename = "name")]
    cluster_name: String,
    capability_name: String,
    role_arn: Option<String>,
    #[serde(default)]
    configuration: Configuration,
    client_request_token: Option<String>,
}

#[derive(Debug, Default, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    argo_cd: Option<ArgoCd>,
    ack: Option<Map<String, Value>>,
}

#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ArgoCd {
    #[serde(default)]
    rbac_role_mappings: Mappings,
    network_access: Option<Value>,
}

#[derive(Debug, Default, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mappings {
    #[serde(default)]
    add_or_update_role_mappings: Vec<Mapping>,
    #[serde(default)]
    remove_role_mappings: Vec<Mapping>,
}

/// Who has a role in Argo CD.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
struct Mapping {
    role: String,
    identities: Vec<Value>,
}

const KIND: &str = "CapabilityUpdate";

impl Operation for UpdateCapability {
    const NAME: &'static str = "UpdateCapability";
    const ROUTE: Route = Route::post("/clusters/{name}/capabilities/{capabilityName}");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        capability::NAME,
        members::ROLE_ARN,
        capability::CHANGED_CONFIGURATION,
        members::CLIENT_REQUEST_TOKEN,
        capability::DELETE_PROPAGATION_POLICY,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let (cluster, name) = (&self.cluster_name, &self.capability_name);
        let update = permission::on_capability::<Self>(cx, cluster, name);
        let role_arn = self.role_arn.as_deref();
        let pass = |arn| Permission::pass_role(arn, "capabilities.eks.amazonaws.com");
        std::iter::once(update).chain(role_arn.map(pass)).collect()
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, old) = capability::find(cx, &self.cluster_name, &self.capability_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let refuse = |cause: Cause| cause.in_cluster(&self.cluster_name);
        let updated = Updated::Capability(self.capability_name.clone());
        let repeated = update::repeated(cx, cluster, &updated, KIND, request);
        if let Some(output) = repeated.map_err(refuse)? {
            return Ok(output);
        }
        let params = self.params();
        let mut new = old.clone();
        new.modified = cx.now;
        if let Some(arn) = &self.role_arn {
            new.settings.insert("roleArn".to_owned(), json!(arn));
        }
        let changed = self
            .configuration
            .apply(new.settings.remove("configuration"));
        new.settings
            .extend(changed.map(|changed| ("configuration".to_owned(), changed)));

        let update = update::new(cx, updated, KIND, params, request);
        let output = Output::new(&update, Status::InProgress);
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.capabilities.put(new);
            cluster.record(update);
        })?;
        Ok(output)
    }
}

impl UpdateCapability {
    fn params(&self) -> Params {
        let argo_cd = self.configuration.argo_cd.as_ref();
        let mappings = argo_cd.map(|argo_cd| &argo_cd.rbac_role_mappings);
        let json =
            |mappings: &Vec<Mapping>| (!mappings.is_empty()).then(|| json!(mappings).to_string());
        let ack = |name| Some(self.configuration.ack.as_ref()?.get(name)?.to_string());
        let given = [
            ("RoleArn", self.role_arn.clone()),
            (
                "RoleMappingsToAddOrUpdate",
                mappings.and_then(|mappings| json(&mappings.add_or_update_role_mappings)),
            ),
            (
                "RoleMappingsToRemove",
                mappings.and_then(|mappings| json(&mappings.remove_role_mappings)),
            ),
            (
                "NetworkAccess",
                argo_cd.and_then(|argo_cd| Some(argo_cd.network_access.as_ref()?.to_string())),
            ),
            ("EnableCrossNamespace", ack("enableCrossNamespace")),
            ("DisabledServices", ack("disabledServices")),
        ];
        let given = given.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

impl Configuration {
    /// The configuration as it will be.
    fn apply(self, old: Option<Value>) -> Option<Value> {
        if self.argo_cd.is_none() && self.ack.is_none() {
            return old;
        }
        let mut new = old.unwrap_or_else(|| json!({}));
        if let Some(ack) = self.ack {
            new = merge(json!({ "ack": ack }), new);
        }
        if let Some(argo_cd) = self.argo_cd {
            let old = new["argoCd"]["rbacRoleMappings"].take();
            let old = serde_json::from_value::<Vec<Mapping>>(old).unwrap_or_default();
            new["argoCd"]["rbacRoleMappings"] = json!(argo_cd.rbac_role_mappings.apply(old));
            if let Some(access) = argo_cd.network_access {
                new["argoCd"]["networkAccess"] = access;
            }
        }
        Some(new)
    }
}

impl Mappings {
    /// Identities are put to a role and taken from it one by one; a role without any has no mapping.
    fn apply(self, mut mappings: Vec<Mapping>) -> Vec<Mapping> {
        for removed in self.remove_role_mappings {
            for mapping in mappings
                .iter_mut()
                .filter(|mapping| mapping.role == removed.role)
            {
                mapping
                    .identities
                    .retain(|identity| !removed.identities.contains(identity));
            }
        }
        for added in self.add_or_update_role_mappings {
            match mappings
                .iter_mut()
                .find(|mapping| mapping.role == added.role)
            {
                Some(mapping) => {
                    let new = added.identities.into_iter();
                    let new = new.filter(|identity| !mapping.identities.contains(identity));
                    let new: Vec<_> = new.collect();
                    mapping.identities.extend(new);
                }
                None => mappings.push(added),
            }
        }
        mappings.retain(|mapping| !mapping.identities.is_empty());
        mappings
    }
}
