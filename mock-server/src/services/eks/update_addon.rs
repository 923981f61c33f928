use serde::Deserialize;

use super::addon::{self, OwnedRole};
use super::update::{self, Output, Status};
use super::{Cause, Eks, EksError, catalogue, cluster, members, permission, role};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Addon, Cluster, Params, Updated};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Changes an add-on. A list of associations replaces those that it owns, an empty one removes them, and
/// without one they stay.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateAddon {
    #[serde(rename = "name")]
    cluster_name: String,
    addon_name: String,
    addon_version: Option<String>,
    service_account_role_arn: Option<String>,
    resolve_conflicts: Option<String>,
    configuration_values: Option<String>,
    pod_identity_associations: Option<Vec<OwnedRole>>,
    client_request_token: Option<String>,
}

impl Operation for UpdateAddon {
    const NAME: &'static str = "UpdateAddon";
    const ROUTE: Route = Route::post("/clusters/{name}/addons/{addonName}/update");
    const INPUT: &'static [Member] = &[
        members::CLUSTER_NAME,
        members::ADDON_NAME,
        members::ADDON_VERSION,
        members::SERVICE_ACCOUNT_ROLE_ARN,
        members::RESOLVE_CONFLICTS,
        members::CLIENT_REQUEST_TOKEN,
        members::CONFIGURATION_VALUES,
        members::ADDON_ASSOCIATIONS,
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
        let update = permission::on_addon::<Self>(cx, &self.cluster_name, &self.addon_name);
        let role_arn = self.service_account_role_arn.as_deref();
        let associations = self
            .pod_identity_associations
            .as_deref()
            .unwrap_or_default();
        let passed = addon::passed_roles(cx, &self.cluster_name, role_arn, associations);
        std::iter::once(update).chain(passed).collect()
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        let checked = addon::check_configuration(self.configuration_values.as_deref());
        checked.map_err(|cause| self.refuse(cause))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, old) = addon::find(cx, &self.cluster_name, &self.addon_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let updated = Updated::Addon(self.addon_name.clone());
        let repeated = update::repeated(cx, cluster, &updated, "AddonUpdate", request);
        if let Some(output) = repeated.map_err(|cause| cause.in_cluster(&self.cluster_name))? {
            return Ok(output);
        }
        let changed = self.changed(cx, cluster, old);
        let mut addon = changed.map_err(|cause| self.refuse(cause))?;

        let params = self.params();
        let update = update::new(cx, updated, "AddonUpdate", params, request);
        let output = Output::new(&update, Status::InProgress);
        let roles = self.pod_identity_associations;
        let ids = roles
            .iter()
            .flatten()
            .map(|_| cx.ids.association())
            .collect();
        let now = cx.now;
        cluster::change(cx, &self.cluster_name, |cluster| {
            if let Some(roles) = roles {
                addon::own(cluster, &mut addon, roles, ids, now);
            }
            cluster.addons.put(addon);
            cluster.record(update);
        })?;
        Ok(output)
    }
}

impl UpdateAddon {
    fn refuse(&self, cause: Cause) -> EksError {
        let error = cause.in_cluster(&self.cluster_name);
        error.about("addonName", &self.addon_name)
    }

    /// The add-on as it will be, but for its associations, which are checked.
    fn changed(&self, cx: &Context, cluster: &Cluster, old: &Addon) -> Result<Addon, Cause> {
        let offered = catalogue::addon(&old.name)?;
        let mut new = old.clone();
        if let Some(version) = &self.addon_version {
            new.version = offered.version(Some(version))?.to_owned();
        }
        if let Some(arn) = &self.service_account_role_arn {
            role::check_account(cx, "serviceAccountRoleArn", arn)?;
            new.service_account_role_arn = Some(arn.clone());
        }
        if let Some(values) = &self.configuration_values {
            new.configuration_values = Some(values.clone()).filter(|values| !values.is_empty());
        }
        if let Some(roles) = &self.pod_identity_associations {
            let owner_arn = cluster.addon_arn(old);
            let place = (new.namespace.as_str(), Some(owner_arn.as_str()));
            addon::check_roles(cx, cluster, offered, &new.version, place, roles)?;
        }
        new.modified = cx.now;
        Ok(new)
    }

    fn params(&self) -> Params {
        let roles = self.pod_identity_associations.as_ref();
        let roles = roles.and_then(|roles| serde_json::to_string(roles).ok());
        let given = [
            ("AddonVersion", &self.addon_version),
            ("ServiceAccountRoleArn", &self.service_account_role_arn),
            ("ResolveConflicts", &self.resolve_conflicts),
            ("ConfigurationValues", &self.configuration_values),
            ("PodIdentityAssociations", &roles),
        ];
        given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.clone()?)))
            .collect()
    }
}
