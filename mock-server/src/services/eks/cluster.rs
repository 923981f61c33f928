//! Clusters: how they are found, and how they look in answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Cause, EksError};
use crate::clock::epoch_seconds;
use crate::state::eks::{Cluster, Tags};
use crate::store::Context;

/// A cluster of the caller's, by its name.
pub(super) fn find<'c>(cx: &'c Context, name: &str) -> Result<&'c Cluster, EksError> {
    let cluster = cx.eks().cluster(name);
    cluster.ok_or_else(|| Cause::ClusterNotFound(name.to_owned()).in_cluster(name))
}

/// Changes a cluster of the caller's.
pub(super) fn change<T>(
    cx: &mut Context,
    name: &str,
    change: impl FnOnce(&mut Cluster) -> T,
) -> Result<T, EksError> {
    let changed = cx.eks_mut().clusters.update(name, change);
    changed.ok_or_else(|| Cause::ClusterNotFound(name.to_owned()).in_cluster(name))
}

/// EKS's own version of every cluster.
pub(super) const PLATFORM_VERSION: &str = "eks.1";

/// The answer that holds one cluster.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    cluster: View,
}

/// Where a cluster stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    Creating,
    Active,
    Deleting,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    name: String,
    arn: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    version: String,
    role_arn: String,
    status: Status,
    resources_vpc_config: Network,
    platform_version: &'static str,
    tags: Tags,
    certificate_authority: Authority,
    #[serde(flatten)]
    control_plane: Option<ControlPlane>,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Network {
    subnet_ids: Vec<String>,
    security_group_ids: Vec<String>,
    cluster_security_group_id: &'static str,
    vpc_id: &'static str,
    endpoint_public_access: bool,
    endpoint_private_access: bool,
    public_access_cidrs: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    control_plane_egress_mode: Option<String>,
}

/// What a cluster has once it is there.
#[derive(Debug, Serialize)]
struct ControlPlane {
    endpoint: String,
    identity: Identity,
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
struct Authority {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
}

/// The Kubernetes API is served over plain HTTP, which needs no authority; clients only pass this on.
const NO_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";

impl Output {
    pub(super) fn new(cluster: &Cluster, status: Status) -> Self {
        let is_there = status != Status::Creating;
        let view = View {
            name: cluster.name.clone(),
            arn: cluster.arn.clone(),
            created_at: cluster.created,
            version: cluster.version.clone(),
            role_arn: cluster.role_arn.clone(),
            status,
            resources_vpc_config: Network {
                subnet_ids: cluster.network.subnet_ids.clone(),
                security_group_ids: cluster.network.security_group_ids.clone(),
                cluster_security_group_id: "sg-0c1d2e3f4a5b60718",
                vpc_id: "vpc-0a1b2c3d4e5f60718",
                endpoint_public_access: cluster.network.public_access,
                endpoint_private_access: cluster.network.private_access,
                public_access_cidrs: cluster.network.public_access_cidrs.clone(),
                control_plane_egress_mode: cluster.network.egress_mode.clone(),
            },
            platform_version: PLATFORM_VERSION,
            tags: cluster.tags.clone(),
            certificate_authority: Authority {
                data: is_there.then(|| STANDARD.encode(NO_CERTIFICATE)),
            },
            control_plane: is_there.then(|| ControlPlane {
                endpoint: cluster.endpoint.clone(),
                identity: Identity {
                    oidc: Issuer {
                        issuer: cluster.issuer.clone(),
                    },
                },
            }),
            settings: cluster.settings.clone(),
        };
        Self { cluster: view }
    }
}
