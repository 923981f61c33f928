//! What EKS demands of the settings of a cluster, taken together.

use std::net::Ipv4Addr;

use serde_json::{Map, Value};
use thiserror::Error;

use super::Cause;
use crate::state::eks::Network;

/// A rule for clusters, in AWS's words but for those about what is no CIDR block and what cannot change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ClusterRule {
    #[error("Private and public endpoint access cannot be false")]
    NoEndpoint,
    /// Whether access is private, whether it is public, and from where: all as asked for already.
    #[error(
        "Cluster is already at the desired configuration with endpointPrivateAccess: {0} , endpointPublicAccess: \
         {1}, and Public Endpoint Restrictions: [{2}]"
    )]
    SameEndpoint(bool, bool, String),
    #[error("serviceIpv4Cidr cannot be specified when creating an \"ipv6\" cluster")]
    Ipv4OfIpv6,
    /// The services' addresses, the cluster, and what is wrong.
    #[error("Invalid Cluster Service Ipv4 CIDR {0} for the cluster {1}, {2}")]
    ServiceCidr(String, String, &'static str),
    /// A member of the network's settings.
    #[error("The parameter {0} cannot be changed once the cluster is created.")]
    FixedNetwork(&'static str),
    #[error(
        "For EKS Auto Mode, please ensure that all required configs, including computeConfig, \
         kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled."
    )]
    HalfAutoMode,
    #[error(
        "When EKS Auto Mode is enabled, you must use an EKS access config authentication mode of \
         API_AND_CONFIG_MAP or API"
    )]
    AutoModeAccess,
    #[error("When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.")]
    NoNodeRole,
    #[error("Invalid k8s resource for encryption")]
    EncryptedResource,
    #[error("remoteNodeNetworks are required when specifying remoteNetworkConfig.")]
    NoRemoteNodes,
}

impl From<ClusterRule> for Cause {
    fn from(rule: ClusterRule) -> Self {
        Self::InvalidCluster(rule)
    }
}

/// What turns EKS Auto Mode on: all of it or nothing.
const AUTO_MODE: [(&str, &str); 3] = [
    ("computeConfig", "/enabled"),
    ("kubernetesNetworkConfig", "/elasticLoadBalancing/enabled"),
    ("storageConfig", "/blockStorage/enabled"),
];

/// Checks the settings of a new cluster, as they were asked for.
pub(super) fn check_new(
    name: &str,
    network: &Network,
    settings: &Map<String, Value>,
) -> Result<(), ClusterRule> {
    check_endpoint(network)?;
    let addresses = settings.get("kubernetesNetworkConfig");
    let cidr = addresses.and_then(|config| config.get("serviceIpv4Cidr")?.as_str());
    if let Some(cidr) = cidr {
        if addresses.is_some_and(|config| config["ipFamily"] == "ipv6") {
            return Err(ClusterRule::Ipv4OfIpv6);
        }
        check_service_cidr(cidr)
            .map_err(|wrong| ClusterRule::ServiceCidr(cidr.to_owned(), name.to_owned(), wrong))?;
    }
    let encryption = settings.get("encryptionConfig").and_then(Value::as_array);
    check_encryption(encryption.into_iter().flatten())?;
    check_settings(settings)
}

/// Checks the settings that a cluster will have, whether it is created or updated.
pub(super) fn check_settings(settings: &Map<String, Value>) -> Result<(), ClusterRule> {
    let at = |name: &str, path: &str| settings.get(name).and_then(|value| value.pointer(path));
    let is_on = |(name, path)| at(name, path).is_some_and(|flag| flag == true);
    let on = AUTO_MODE.into_iter().filter(|part| is_on(*part)).count();
    if on != 0 && on != AUTO_MODE.len() {
        return Err(ClusterRule::HalfAutoMode);
    }
    let mode = at("accessConfig", "/authenticationMode").and_then(Value::as_str);
    if on != 0 && mode.is_none_or(|mode| mode == "CONFIG_MAP") {
        return Err(ClusterRule::AutoModeAccess);
    }
    let pools = at("computeConfig", "/nodePools").and_then(Value::as_array);
    let role = at("computeConfig", "/nodeRoleArn").and_then(Value::as_str);
    if pools.is_some_and(|pools| !pools.is_empty()) && role.is_none_or(str::is_empty) {
        return Err(ClusterRule::NoNodeRole);
    }
    let pods = at("remoteNetworkConfig", "/remotePodNetworks").and_then(Value::as_array);
    let nodes = at("remoteNetworkConfig", "/remoteNodeNetworks").and_then(Value::as_array);
    match pods.is_some_and(|pods| !pods.is_empty()) && nodes.is_none_or(Vec::is_empty) {
        true => Err(ClusterRule::NoRemoteNodes),
        false => Ok(()),
    }
}

/// Checks what is to be encrypted: secrets are all that can be.
pub(super) fn check_encryption<'v>(
    mut configs: impl Iterator<Item = &'v Value>,
) -> Result<(), ClusterRule> {
    let is_other = |config: &Value| {
        let resources = config.get("resources").and_then(Value::as_array);
        resources.is_some_and(|resources| resources.iter().any(|resource| resource != "secrets"))
    };
    match configs.any(is_other) {
        true => Err(ClusterRule::EncryptedResource),
        false => Ok(()),
    }
}

/// Checks how a cluster will be reached after an update that asks for this; some of it has to be new.
pub(super) fn check_changed_network(
    asked: &Value,
    old: &Network,
    new: &Network,
) -> Result<(), ClusterRule> {
    const ENDPOINT: [&str; 3] = [
        "endpointPublicAccess",
        "endpointPrivateAccess",
        "publicAccessCidrs",
    ];
    check_endpoint(new)?;
    let is_endpoint =
        |(name, value): (&String, &Value)| value.is_null() || ENDPOINT.contains(&name.as_str());
    let is_all = asked
        .as_object()
        .is_some_and(|asked| asked.iter().all(is_endpoint));
    match is_all && old == new {
        true => Err(ClusterRule::SameEndpoint(
            new.private_access,
            new.public_access,
            new.public_access_cidrs.join(", "),
        )),
        false => Ok(()),
    }
}

/// Refuses other addresses for the services of a cluster than those that it has.
pub(super) fn check_fixed(
    asked: Option<&Value>,
    old: &Map<String, Value>,
) -> Result<(), ClusterRule> {
    let old = old.get("kubernetesNetworkConfig");
    for name in ["serviceIpv4Cidr", "ipFamily"] {
        let asked = asked.and_then(|config| config.get(name));
        let asked = asked.filter(|value| !value.is_null());
        if asked.is_some() && asked != old.and_then(|config| config.get(name)) {
            return Err(ClusterRule::FixedNetwork(name));
        }
    }
    Ok(())
}

fn check_endpoint(network: &Network) -> Result<(), ClusterRule> {
    match network.public_access || network.private_access {
        true => Ok(()),
        false => Err(ClusterRule::NoEndpoint),
    }
}

/// Checks a block of private addresses for services; tells what is wrong with another.
fn check_service_cidr(text: &str) -> Result<(), &'static str> {
    const PRIVATE: [(Ipv4Addr, u32); 3] = [
        (Ipv4Addr::new(10, 0, 0, 0), 8),
        (Ipv4Addr::new(172, 16, 0, 0), 12),
        (Ipv4Addr::new(192, 168, 0, 0), 16),
    ];
    let block = text.split_once('/').and_then(|(address, length)| {
        let length: u32 = length.parse().ok()?;
        let address: Ipv4Addr = address.parse().ok()?;
        (length <= u32::BITS).then_some((address, length))
    });
    let (address, length) = block.ok_or("must be a CIDR block")?;
    let is_in = |(network, bits): (Ipv4Addr, u32)| {
        let differing = network.to_bits() ^ address.to_bits();
        differing.leading_zeros() >= bits
    };
    if !PRIVATE.into_iter().any(is_in) {
        return Err("must be within RFC1918 range");
    }
    match (12..=24).contains(&length) {
        true => Ok(()),
        false => Err("must have netmask size between /12 and /24 inclusive"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_private_addresses_but_not_too_few_nor_too_many() {
        for good in [
            "10.100.0.0/16",
            "172.20.0.0/16",
            "10.0.0.0/12",
            "192.168.9.0/24",
        ] {
            assert_eq!(check_service_cidr(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("11.0.0.0/16", "RFC1918"),
            ("172.32.0.0/16", "RFC1918"),
            ("10.100.0.0/25", "netmask"),
            ("10.0.0.0/11", "netmask"),
            ("10.0.0.0", "CIDR"),
            ("10.0.0.0/99", "CIDR"),
            ("", "CIDR"),
        ] {
            assert!(
                check_service_cidr(bad).is_err_and(|text| text.contains(why)),
                "{bad}"
            );
        }
    }
}
