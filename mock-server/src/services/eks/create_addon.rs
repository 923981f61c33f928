use serde::Deserialize;

use super::addon::{self, Output, OwnedRole};
use super::catalogue::OfferedAddon;
use super::tag_resource::TagResource;
use super::{
    Cause, Eks, EksError, association, catalogue, cluster, idempotency, members, permission, role,
    tag,
};
use crate::auth::permission::Permission;
use crate::delay::EksDelay;
use crate::operation::{Operation, Route};
use crate::state::eks::{Addon, Cluster, Lifecycle, Phase, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Adds an add-on to a cluster, with the associations that it is to own. It is active the next time it is
/// described, or after the delay that the server was started with; nothing of it runs in the cluster.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateAddon {
    #[serde(rename = "name")]
    cluster_name: String,
    addon_name: String,
    addon_version: Option<String>,
    service_account_role_arn: Option<String>,
    configuration_values: Option<String>,
    #[serde(default)]
    pod_identity_associations: Vec<OwnedRole>,
    namespace_config: Option<NamespaceConfig>,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
}

#[derive(Debug, Hash, Deserialize)]
struct NamespaceConfig {
    namespace: Option<String>,
}

impl Operation for CreateAddon {
    const NAME: &'static str = "CreateAddon";
    const ROUTE: Route = Route::post("/clusters/{name}/addons");
    const INPUT: &'static [Member] = &[
        members::CLUSTER_NAME,
        members::ADDON_NAME,
        members::ADDON_VERSION,
        members::SERVICE_ACCOUNT_ROLE_ARN,
        members::RESOLVE_CONFLICTS,
        members::CLIENT_REQUEST_TOKEN,
        members::TAGS,
        members::CONFIGURATION_VALUES,
        members::ADDON_ASSOCIATIONS,
        Member::new(
            "namespaceConfig",
            Shape::Structure(&[Member::text("namespace", 1, 63)]),
        ),
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
        let create = permission::on_cluster::<Self>(cx, &self.cluster_name);
        let tag = || permission::on_addon::<TagResource>(cx, &self.cluster_name, &self.addon_name);
        let mut required = permission::with_tags(create, &self.tags, tag);
        let role_arn = self.service_account_role_arn.as_deref();
        let associations = &self.pod_identity_associations;
        required.extend(addon::passed_roles(
            cx,
            &self.cluster_name,
            role_arn,
            associations,
        ));
        required
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        addon::check_configuration(self.configuration_values.as_deref())
            .map_err(|cause| self.refuse(cause))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cluster.addons, request);
        if let Some(made) = made.map_err(|cause| self.refuse(cause))? {
            return Ok(Output::new(cluster, made, Phase::Creating));
        }
        let admitted = self.admit(cx, cluster);
        let (namespace, version) = admitted.map_err(|cause| self.refuse(cause))?;

        let ids = self
            .pod_identity_associations
            .iter()
            .map(|_| cx.ids.association())
            .collect();
        let mut addon = Addon {
            name: self.addon_name,
            id: cx.ids.uuid(),
            version,
            namespace,
            service_account_role_arn: self.service_account_role_arn,
            configuration_values: self.configuration_values,
            associations: Vec::new(),
            tags: self.tags,
            life: Lifecycle::creating(cx.after(EksDelay::Addon)),
            created: cx.now,
            modified: cx.now,
            request,
        };
        let now = cx.now;
        cluster::change(cx, &self.cluster_name, |cluster| {
            addon::own(
                cluster,
                &mut addon,
                self.pod_identity_associations,
                ids,
                now,
            );
            let output = Output::new(cluster, &addon, Phase::Creating);
            cluster.addons.put(addon);
            output
        })
    }
}

impl CreateAddon {
    fn refuse(&self, cause: Cause) -> EksError {
        let error = cause.in_cluster(&self.cluster_name);
        error.about("addonName", &self.addon_name)
    }

    /// Namespace and version of the add-on, if the cluster can take it.
    fn admit(&self, cx: &Context, cluster: &Cluster) -> Result<(String, String), Cause> {
        cluster::check_there(cx, cluster)?;
        if cluster.addons.row(&self.addon_name).is_some() {
            return Err(Cause::AddonExists);
        }
        tag::check(&self.tags)?;
        let offered = catalogue::addon(&self.addon_name)?;
        let version = offered.version(self.addon_version.as_deref())?;
        let namespace = self.namespace(offered);
        if !association::is_namespace(namespace) {
            return Err(Cause::InvalidAddonNamespace);
        }
        if let Some(arn) = &self.service_account_role_arn {
            role::check_account(cx, "serviceAccountRoleArn", arn)?;
        }
        let roles = &self.pod_identity_associations;
        addon::check_roles(cx, cluster, offered, version, (namespace, None), roles)?;
        Ok((namespace.to_owned(), version.to_owned()))
    }

    fn namespace<'a>(&'a self, offered: &'a OfferedAddon) -> &'a str {
        let asked = self.namespace_config.as_ref();
        let asked = asked.and_then(|config| config.namespace.as_deref());
        asked.unwrap_or(&offered.namespace)
    }
}
