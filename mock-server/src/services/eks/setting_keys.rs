//! The context keys that tell the settings of a cluster, as far as a request gives them.

use serde_json::{Map, Value};

use super::settings::{
    ACCESS_CONFIG, COMPUTE_CONFIG, CONTROL_PLANE_SCALING_CONFIG, DELETION_PROTECTION,
    ENCRYPTION_CONFIG, KUBE_API_SERVER_CONFIG, KUBE_CONTROLLER_MANAGER_CONFIG,
    KUBE_SCHEDULER_CONFIG, KUBERNETES_NETWORK_CONFIG, LOGGING, STORAGE_CONFIG, UPGRADE_POLICY,
    ZONAL_SHIFT_CONFIG,
};
use crate::auth::permission::Permission;
use crate::validation::Member;

/// With the keys of these settings.
pub(super) fn with_settings(permission: Permission, settings: &Map<String, Value>) -> Permission {
    let permission = VALUES
        .iter()
        .fold(permission, |permission, (key, member, path)| {
            let setting = settings.get(member.name);
            permission.given(
                key,
                setting.and_then(|setting| text(setting.pointer(path)?)),
            )
        });
    let permission = PRESENCES
        .iter()
        .fold(permission, |permission, (key, member)| {
            permission.with(key, settings.contains_key(member.name).to_string())
        });
    let permission = with_logging(permission, settings.get(LOGGING.name));
    with_encryption(permission, settings.get(ENCRYPTION_CONFIG.name))
}

/// With the keys of the network of a cluster.
pub(super) fn with_network(permission: Permission, network: &Value) -> Permission {
    NETWORK
        .iter()
        .fold(permission, |permission, (key, member)| {
            permission.given(key, network.get(member).and_then(text))
        })
}

/// With the keys that encrypt a cluster's secrets.
pub(super) fn with_encryption(permission: Permission, config: Option<&Value>) -> Permission {
    let configs = config.and_then(Value::as_array).into_iter().flatten();
    let arns = configs.filter_map(|config| config.pointer("/provider/keyArn")?.as_str());
    permission.listing("eks:encryptionConfigProviderKeyArns", arns)
}

/// With whether each kind of log is to be written.
fn with_logging(mut permission: Permission, logging: Option<&Value>) -> Permission {
    let setups = logging.and_then(|logging| logging.get("clusterLogging")?.as_array());
    for setup in setups.into_iter().flatten() {
        let enabled = setup.get("enabled").and_then(Value::as_bool);
        let enabled = enabled.unwrap_or_default().to_string();
        let types = setup.get("types").and_then(Value::as_array);
        for kind in types.into_iter().flatten().filter_map(Value::as_str) {
            permission = permission.with(&format!("eks:loggingType/{kind}"), enabled.as_str());
        }
    }
    permission
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(flag.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Keys, and where in the settings their values stand.
static VALUES: &[(&str, Member, &str)] = &[
    (
        "eks:authenticationMode",
        ACCESS_CONFIG,
        "/authenticationMode",
    ),
    (
        "eks:bootstrapClusterCreatorAdminPermissions",
        ACCESS_CONFIG,
        "/bootstrapClusterCreatorAdminPermissions",
    ),
    (
        "eks:blockStorageEnabled",
        STORAGE_CONFIG,
        "/blockStorage/enabled",
    ),
    ("eks:computeConfigEnabled", COMPUTE_CONFIG, "/enabled"),
    (
        "eks:controlPlaneScalingTier",
        CONTROL_PLANE_SCALING_CONFIG,
        "/tier",
    ),
    ("eks:deletionProtection", DELETION_PROTECTION, ""),
    (
        "eks:elasticLoadBalancingEnabled",
        KUBERNETES_NETWORK_CONFIG,
        "/elasticLoadBalancing/enabled",
    ),
    ("eks:supportType", UPGRADE_POLICY, "/supportType"),
    ("eks:zonalShiftEnabled", ZONAL_SHIFT_CONFIG, "/enabled"),
];

/// Keys that tell whether a setting is there.
static PRESENCES: &[(&str, Member)] = &[
    ("eks:kubeApiServerConfig", KUBE_API_SERVER_CONFIG),
    (
        "eks:kubeControllerManagerConfig",
        KUBE_CONTROLLER_MANAGER_CONFIG,
    ),
    ("eks:kubeSchedulerConfig", KUBE_SCHEDULER_CONFIG),
];

/// Keys, and the members of the network that are their values.
static NETWORK: &[(&str, &str)] = &[
    ("eks:controlPlaneEgressMode", "controlPlaneEgressMode"),
    ("eks:endpointPrivateAccess", "endpointPrivateAccess"),
    ("eks:endpointPublicAccess", "endpointPublicAccess"),
];
