use serde::Deserialize;
use serde_json::{Map, Value};

use super::update::{self, Output, Status};
use super::{
    Cause, Eks, EksError, cluster, cluster_rule, idempotency, members, permission, setting_keys,
    settings,
};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Cluster, Network, Params, Updated, merge};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, Member};

/// Changes settings of a cluster, of one kind at a time.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateClusterConfig {
    name: String,
    client_request_token: Option<String>,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

/// The settings that can change, or members of them: the kind of update that does it, and its parameter.
const KINDS: [(&str, &str, &str); 19] = [
    (
        "accessConfig/authenticationMode",
        "AccessConfigUpdate",
        "AuthenticationMode",
    ),
    ("computeConfig", "AutoModeUpdate", "ComputeConfig"),
    (
        "controlPlaneScalingConfig",
        "ControlPlaneScalingConfigUpdate",
        "UpdatedTier",
    ),
    (
        "deletionProtection",
        "DeletionProtectionUpdate",
        "DeletionProtection",
    ),
    (
        "kubeApiServerConfig",
        "ControlPlaneComponentConfigUpdate",
        "KubeApiServerConfig",
    ),
    (
        "kubeControllerManagerConfig",
        "ControlPlaneComponentConfigUpdate",
        "KubeControllerManagerConfig",
    ),
    (
        "kubeSchedulerConfig",
        "ControlPlaneComponentConfigUpdate",
        "KubeSchedulerConfig",
    ),
    (
        "kubernetesNetworkConfig",
        "AutoModeUpdate",
        "KubernetesNetworkConfig",
    ),
    ("logging", "LoggingUpdate", "ClusterLogging"),
    (
        "remoteNetworkConfig",
        "RemoteNetworkConfigUpdate",
        "RemoteNetworkConfig",
    ),
    (
        "resourcesVpcConfig/endpointPublicAccess",
        "EndpointAccessUpdate",
        "EndpointPublicAccess",
    ),
    (
        "resourcesVpcConfig/endpointPrivateAccess",
        "EndpointAccessUpdate",
        "EndpointPrivateAccess",
    ),
    (
        "resourcesVpcConfig/publicAccessCidrs",
        "EndpointAccessUpdate",
        "PublicAccessCidrs",
    ),
    ("resourcesVpcConfig/subnetIds", "VpcConfigUpdate", "Subnets"),
    (
        "resourcesVpcConfig/securityGroupIds",
        "VpcConfigUpdate",
        "SecurityGroups",
    ),
    (
        "resourcesVpcConfig/controlPlaneEgressMode",
        "ControlPlaneEgressUpdate",
        "ControlPlaneEgressMode",
    ),
    ("storageConfig", "AutoModeUpdate", "StorageConfig"),
    ("upgradePolicy", "UpgradePolicyUpdate", "UpgradePolicy"),
    (
        "zonalShiftConfig",
        "ZonalShiftConfigUpdate",
        "ZonalShiftConfig",
    ),
];
const VPC_CONFIG: &str = "resourcesVpcConfig";

impl Operation for UpdateClusterConfig {
    const NAME: &'static str = "UpdateClusterConfig";
    const ROUTE: Route = Route::post("/clusters/{name}/update-config");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        settings::RESOURCES_VPC_CONFIG,
        settings::LOGGING,
        members::CLIENT_REQUEST_TOKEN,
        settings::UPDATED_ACCESS_CONFIG,
        settings::UPGRADE_POLICY,
        settings::ZONAL_SHIFT_CONFIG,
        settings::COMPUTE_CONFIG,
        settings::KUBERNETES_NETWORK_CONFIG,
        settings::STORAGE_CONFIG,
        settings::REMOTE_NETWORK_CONFIG,
        settings::DELETION_PROTECTION,
        settings::CONTROL_PLANE_SCALING_CONFIG,
        settings::KUBE_API_SERVER_CONFIG,
        settings::KUBE_SCHEDULER_CONFIG,
        settings::KUBE_CONTROLLER_MANAGER_CONFIG,
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
        let update = permission::on_cluster::<Self>(cx, &self.name);
        let update = setting_keys::with_settings(update, &self.settings);
        let update = match self.settings.get(VPC_CONFIG) {
            Some(network) => setting_keys::with_network(update, network),
            None => update,
        };
        let passed = permission::pass_to_nodes(&self.settings);
        std::iter::once(update).chain(passed).collect()
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        validation::keep_known(Self::INPUT, &mut self.settings);
        self.settings.retain(|_, value| !value.is_null());
        Ok(())
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cluster.updates, request);
        if let Some(update) = made.map_err(|cause| cause.in_cluster(&self.name))? {
            return Ok(Output::new(update, Status::InProgress));
        }
        let (network, settings) = self.changed(cluster);
        let admitted = self
            .admit(cx, cluster)
            .and_then(|admitted| self.check(cluster, &network, &settings).map(|()| admitted));
        let (kind, params) = admitted.map_err(|cause| cause.in_cluster(&self.name))?;
        let update = update::new(cx, Updated::Cluster, kind, params, request);
        let output = Output::new(&update, Status::InProgress);
        cluster::change(cx, &self.name, |cluster| {
            cluster.network = network;
            cluster.settings = settings;
            cluster.record(update);
        })?;
        Ok(output)
    }
}

impl UpdateClusterConfig {
    /// Kind and parameters of the update, if the cluster can take it.
    fn admit(&self, cx: &Context, cluster: &Cluster) -> Result<(&'static str, Params), Cause> {
        let asked = KINDS.into_iter().filter_map(|(name, kind, param)| {
            let value = self.asked(name)?;
            Some((kind, (param, value.to_string())))
        });
        let (kinds, params): (Vec<_>, Vec<_>) = asked.unzip();
        let kind = *kinds.first().ok_or(Cause::NotOneUpdate)?;
        if kinds.iter().any(|other| *other != kind) {
            return Err(Cause::NotOneUpdate);
        }
        update::check_idle(cx, cluster, &Updated::Cluster, kind)?;
        Ok((kind, params))
    }

    /// What a setting, or a member of one, is to become.
    fn asked(&self, path: &str) -> Option<&Value> {
        let value = match path.split_once('/') {
            Some((setting, member)) => self.settings.get(setting)?.get(member)?,
            None => self.settings.get(path)?,
        };
        Some(value).filter(|value| !value.is_null())
    }

    /// Network and settings as they will be.
    fn changed(&self, cluster: &Cluster) -> (Network, Map<String, Value>) {
        let (mut network, mut settings) = (cluster.network.clone(), cluster.settings.clone());
        for (name, value) in &self.settings {
            match name.as_str() {
                VPC_CONFIG => network.change(value),
                _ => {
                    let old = settings.remove(name).unwrap_or_default();
                    settings.insert(name.clone(), merge(value.clone(), old));
                }
            }
        }
        (network, settings)
    }

    /// Whether the cluster can be like that.
    fn check(
        &self,
        cluster: &Cluster,
        network: &Network,
        settings: &Map<String, Value>,
    ) -> Result<(), Cause> {
        check_authentication_mode(cluster, self.settings.get("accessConfig"))?;
        cluster_rule::check_fixed(
            self.settings.get("kubernetesNetworkConfig"),
            &cluster.settings,
        )?;
        if let Some(asked) = self.settings.get(VPC_CONFIG) {
            cluster_rule::check_changed_network(asked, &cluster.network, network)?;
        }
        Ok(cluster_rule::check_settings(settings)?)
    }
}

/// The mode only ever goes from the config map towards the API, step by step (EKS User Guide, "Change
/// authentication mode").
fn check_authentication_mode(cluster: &Cluster, asked: Option<&Value>) -> Result<(), Cause> {
    const MODES: [&str; 3] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
    let mode = |config: Option<&Value>| {
        config?
            .get("authenticationMode")?
            .as_str()
            .map(str::to_owned)
    };
    let (Some(old), Some(new)) = (mode(cluster.settings.get("accessConfig")), mode(asked)) else {
        return Ok(());
    };
    let place = |mode: &str| {
        MODES
            .iter()
            .position(|known| *known == mode)
            .unwrap_or_default()
    };
    match place(&new).checked_sub(place(&old)) {
        Some(0 | 1) => Ok(()),
        _ => Err(Cause::AuthenticationMode(old, new)),
    }
}
