//! Clusters: how they are found, and how they look in answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Cause, EksError};
use crate::clock::epoch_seconds;
use crate::delay::EksDelay;
use crate::state::eks::{Association, Cluster, Doomed, DoomedPart, Phase, Tags};
use crate::state::table::Table;
use crate::store::Context;

/// A cluster of the caller's, by its name.
pub(super) fn find<'c>(cx: &'c Context, name: &str) -> Result<&'c Cluster, EksError> {
    let cluster = cx.eks().cluster(name);
    cluster.ok_or_else(|| Cause::ClusterNotFound(name.to_owned()).in_cluster(name))
}

/// Refuses something new in a cluster that is not there yet, or that is going.
pub(super) fn check_there(cx: &Context, cluster: &Cluster) -> Result<(), Cause> {
    match cluster.life.phase(cx.now) {
        Phase::Active | Phase::Updating => Ok(()),
        Phase::Creating | Phase::Deleting => Err(Cause::ClusterNotActive(cluster.name.clone())),
    }
}

/// Changes a cluster of the caller's.
pub(super) fn change<T>(
    cx: &mut Context,
    name: &str,
    change: impl FnOnce(&mut Cluster) -> T,
) -> Result<T, EksError> {
    let (now, horizon) = (cx.now, cx.propagation.of_associations());
    let changed = cx.eks_mut().change_cluster(name, |cluster| {
        cluster.associations.remember(now, horizon);
        change(cluster)
    });
    changed.ok_or_else(|| Cause::ClusterNotFound(name.to_owned()).in_cluster(name))
}

/// Changes the associations of a cluster of the caller's, and nothing else of it: there may be many.
pub(super) fn change_associations<T>(
    cx: &mut Context,
    name: &str,
    change: impl FnOnce(&mut Table<Association>) -> T,
) -> Result<T, EksError> {
    let (now, horizon) = (cx.now, cx.propagation.of_associations());
    let changed = cx.eks_mut().change_associations(name, |associations| {
        associations.remember(now, horizon);
        change(associations)
    });
    changed.ok_or_else(|| Cause::ClusterNotFound(name.to_owned()).in_cluster(name))
}

/// Begins to delete a cluster of the caller's, or a part of it. What is being deleted already stays so.
pub(super) fn delete(cx: &mut Context, name: &str, part: DoomedPart) -> Result<(), EksError> {
    let until = cx.after(EksDelay::Deletion);
    if change(cx, name, |cluster| cluster.delete(&part, until))? {
        let cluster = name.to_owned();
        cx.doom(until, Doomed { cluster, part });
    }
    Ok(())
}

/// EKS's own version of every cluster.
pub(super) const PLATFORM_VERSION: &str = "eks.1";

/// The answer that holds one cluster.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    cluster: View,
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
    status: Phase,
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

impl Output {
    pub(super) fn new(cluster: &Cluster, status: Phase) -> Self {
        let is_there = status != Phase::Creating;
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
                data: cluster
                    .trust_bundle()
                    .ok()
                    .filter(|_| is_there)
                    .map(|bundle| STANDARD.encode(bundle)),
            },
            control_plane: is_there.then(|| ControlPlane {
                endpoint: cluster.endpoint.clone(),
                identity: Identity {
                    oidc: Issuer {
                        issuer: cluster.issuer.url().to_owned(),
                    },
                },
            }),
            settings: cluster.settings.clone(),
        };
        Self { cluster: view }
    }
}
