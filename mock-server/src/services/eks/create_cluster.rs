use serde::Deserialize;
use serde_json::{Map, Value};

use super::cluster::Output;
use super::tag_resource::TagResource;
use super::{
    Cause, Eks, EksError, cluster_rule, idempotency, members, permission, setting_keys, settings,
    tag, version,
};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::quota::Quota;
use crate::state::eks::{Cluster, Network, NewCluster, Phase, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, ANY_TEXT, Member, Shape};

/// Creates a cluster, which is active the next time it is described, or after the delay that the server
/// was started with.
///
/// Its role, subnets, security groups and keys are taken as they are: there is no network to look them
/// up in. Request tokens are kept as long as the cluster that they made.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateCluster {
    name: String,
    version: Option<String>,
    role_arn: String,
    resources_vpc_config: Value,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
    /// Add-ons that are not managed by EKS cannot be seen in its answers.
    bootstrap_self_managed_addons: Option<bool>,
    /// The members that answers repeat as they are.
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl Operation for CreateCluster {
    const NAME: &'static str = "CreateCluster";
    const ROUTE: Route = Route::post("/clusters");
    const INPUT: &'static [Member] = &[
        members::NEW_CLUSTER_NAME,
        Member::new("version", ANY_TEXT),
        members::ROLE_ARN.required(),
        settings::RESOURCES_VPC_CONFIG.required(),
        settings::KUBERNETES_NETWORK_CONFIG,
        settings::LOGGING,
        members::CLIENT_REQUEST_TOKEN,
        members::TAGS,
        settings::ENCRYPTION_CONFIG,
        settings::OUTPOST_CONFIG,
        settings::ACCESS_CONFIG,
        Member::new("bootstrapSelfManagedAddons", Shape::Boolean),
        settings::UPGRADE_POLICY,
        settings::ZONAL_SHIFT_CONFIG,
        settings::REMOTE_NETWORK_CONFIG,
        settings::COMPUTE_CONFIG,
        settings::STORAGE_CONFIG,
        settings::DELETION_PROTECTION,
        settings::CONTROL_PLANE_SCALING_CONFIG,
        settings::KUBE_API_SERVER_CONFIG,
        settings::KUBE_SCHEDULER_CONFIG,
        settings::KUBE_CONTROLLER_MANAGER_CONFIG,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "ResourceInUseException",
        "ResourceLimitExceededException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let create = permission::on_cluster::<Self>(cx, &self.name)
            .given("eks:kubernetesVersion", self.version.as_deref())
            .given(
                "eks:bootstrapSelfManagedAddons",
                self.bootstrap_self_managed_addons
                    .map(|flag| flag.to_string()),
            );
        let create = setting_keys::with_settings(create, &self.settings);
        let create = setting_keys::with_network(create, &self.resources_vpc_config);
        let tag = || permission::on_cluster::<TagResource>(cx, &self.name);
        let mut required = permission::with_tags(create, &self.tags, tag);
        required.push(Permission::pass_role(&self.role_arn, "eks.amazonaws.com"));
        required.extend(permission::pass_to_nodes(&self.settings));
        required
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        validation::keep_known(Self::INPUT, &mut self.settings);
        self.check().map_err(|cause| cause.in_cluster(&self.name))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cx.eks().clusters, request);
        if let Some(made) = made.map_err(|cause| cause.in_cluster(&self.name))? {
            return Ok(Output::new(made, Phase::Creating));
        }
        let region = cx.eks();
        if region.cluster(&self.name).is_some() || region.connected.row(&self.name).is_some() {
            return Err(Cause::ClusterExists(self.name.clone()).in_cluster(self.name));
        }
        let limit = cx.quota(Quota::ClustersPerRegion);
        if cx.eks().clusters.len() >= limit {
            return Err(Cause::ClusterQuota(limit).in_cluster(self.name));
        }
        let new = NewCluster {
            name: self.name,
            version: self.version,
            role_arn: self.role_arn,
            network: Network::new(&self.resources_vpc_config),
            settings: self.settings,
            tags: self.tags,
            request,
        };
        let cluster = Cluster::new(cx, new);
        let output = Output::new(&cluster, Phase::Creating);
        cx.eks_mut().clusters.put(cluster);
        Ok(output)
    }
}

impl CreateCluster {
    /// What can be said without the state.
    fn check(&self) -> Result<(), Cause> {
        let version = self.version.as_deref();
        if let Some(version) = version.filter(|version| version::minor(version).is_none()) {
            return Err(Cause::UnsupportedVersion(version.to_owned()));
        }
        let network = Network::new(&self.resources_vpc_config);
        cluster_rule::check_new(&self.name, &network, &self.settings)?;
        Ok(tag::check(&self.tags)?)
    }
}
