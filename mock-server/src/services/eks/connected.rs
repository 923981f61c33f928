//! Clusters of elsewhere that are registered with EKS: how they look in answers.

use jiff::Timestamp;
use serde::Serialize;

use crate::clock::epoch_seconds;
use crate::state::eks::{ConnectedCluster, Tags};

/// The answer that holds one of them.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    cluster: View,
}

/// Where it stands: nothing ever connects it.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    Pending,
    Deleting,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    name: String,
    arn: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    status: Status,
    connector_config: Connector,
    tags: Tags,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Connector {
    activation_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_code: Option<String>,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    activation_expiry: Timestamp,
    provider: String,
    role_arn: String,
}

impl Output {
    /// The activation code is told once, to who registers the cluster.
    pub(super) fn new(cluster: &ConnectedCluster, status: Status, with_code: bool) -> Self {
        let view = View {
            name: cluster.name.clone(),
            arn: cluster.arn.clone(),
            created_at: cluster.created,
            status,
            connector_config: Connector {
                activation_id: cluster.activation_id.clone(),
                activation_code: with_code.then(|| cluster.activation_code.clone()),
                activation_expiry: cluster.activation_expiry,
                provider: cluster.provider.clone(),
                role_arn: cluster.role_arn.clone(),
            },
            tags: cluster.tags.clone(),
        };
        Self { cluster: view }
    }
}
