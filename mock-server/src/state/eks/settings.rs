//! The other settings of a cluster, which are kept as they came.

use serde_json::{Map, Value, json};

/// Whether the creator of a cluster with these settings gets an access entry.
pub(super) fn admits_creator(settings: &Map<String, Value>) -> bool {
    let config = settings.get("accessConfig").unwrap_or(&Value::Null);
    config["bootstrapClusterCreatorAdminPermissions"] == true
        && config["authenticationMode"] != "CONFIG_MAP"
}

/// What EKS sets where the caller of CreateCluster does not (API reference of CreateCluster).
pub(super) fn with_defaults(mut settings: Map<String, Value>) -> Map<String, Value> {
    let log_types = [
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    ];
    let network = settings.get("kubernetesNetworkConfig");
    let services = match network.is_some_and(|network| network["ipFamily"] == "ipv6") {
        true => ("serviceIpv6Cidr", "fd12:3456:789a::/108"),
        false => ("serviceIpv4Cidr", "10.100.0.0/16"),
    };
    let defaults = [
        (
            "accessConfig",
            json!({ "authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": true }),
        ),
        ("deletionProtection", json!(false)),
        (
            "kubernetesNetworkConfig",
            json!({
                "elasticLoadBalancing": { "enabled": false },
                "ipFamily": "ipv4",
                services.0: services.1,
            }),
        ),
        (
            "logging",
            json!({ "clusterLogging": [{ "enabled": false, "types": log_types }] }),
        ),
        ("upgradePolicy", json!({ "supportType": "EXTENDED" })),
    ];
    for (name, value) in defaults {
        let asked = settings.remove(name).unwrap_or_default();
        settings.insert(name.to_owned(), merge(asked, value));
    }
    settings
}

/// A value with what is missing in it filled in, member by member.
pub(crate) fn merge(value: Value, default: Value) -> Value {
    match (value, default) {
        (Value::Object(mut members), Value::Object(defaults)) => {
            for (name, default) in defaults {
                let member = members.remove(&name).unwrap_or_default();
                members.insert(name, merge(member, default));
            }
            Value::Object(members)
        }
        (Value::Null, default) => default,
        (value, _) => value,
    }
}
