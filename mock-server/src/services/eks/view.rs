//! How clusters look in answers.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;

use crate::clock::epoch_seconds;
use crate::state::eks::Cluster;

/// A cluster in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterView {
    name: String,
    arn: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    version: String,
    endpoint: String,
    role_arn: String,
    resources_vpc_config: VpcConfig,
    kubernetes_network_config: NetworkConfig,
    identity: Identity,
    status: &'static str,
    certificate_authority: CertificateAuthority,
    platform_version: &'static str,
    tags: BTreeMap<String, String>,
    access_config: AccessConfig,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VpcConfig {
    subnet_ids: Vec<String>,
    security_group_ids: Vec<String>,
    cluster_security_group_id: &'static str,
    vpc_id: &'static str,
    endpoint_public_access: bool,
    endpoint_private_access: bool,
    public_access_cidrs: [&'static str; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NetworkConfig {
    #[serde(rename = "serviceIpv4Cidr")]
    service_ipv4_cidr: &'static str,
    ip_family: &'static str,
}

#[derive(Debug, Serialize)]
struct Identity {
    oidc: Issuer,
}

#[derive(Debug, Serialize)]
struct Issuer {
    issuer: String,
}

#[derive(Debug, Serialize)]
struct CertificateAuthority {
    data: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessConfig {
    authentication_mode: &'static str,
}

/// The Kubernetes API is served over plain HTTP, which needs no authority; clients only pass this on.
const NO_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";

impl From<&Cluster> for ClusterView {
    fn from(cluster: &Cluster) -> Self {
        Self {
            name: cluster.name.clone(),
            arn: cluster.arn.clone(),
            created_at: cluster.created,
            version: cluster.version.clone(),
            endpoint: cluster.endpoint.clone(),
            role_arn: cluster.role_arn.clone(),
            resources_vpc_config: VpcConfig {
                subnet_ids: cluster.subnet_ids.clone(),
                security_group_ids: cluster.security_group_ids.clone(),
                cluster_security_group_id: "sg-0c1d2e3f4a5b60718",
                vpc_id: "vpc-0a1b2c3d4e5f60718",
                endpoint_public_access: true,
                endpoint_private_access: false,
                public_access_cidrs: ["0.0.0.0/0"],
            },
            kubernetes_network_config: NetworkConfig {
                service_ipv4_cidr: "10.100.0.0/16",
                ip_family: "ipv4",
            },
            identity: Identity {
                oidc: Issuer {
                    issuer: cluster.issuer.clone(),
                },
            },
            status: "ACTIVE",
            certificate_authority: CertificateAuthority {
                data: STANDARD.encode(NO_CERTIFICATE),
            },
            platform_version: "eks.1",
            tags: cluster.tags.clone(),
            access_config: AccessConfig {
                authentication_mode: "API_AND_CONFIG_MAP",
            },
        }
    }
}
