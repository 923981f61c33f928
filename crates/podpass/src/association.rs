//! The EKS Pod Identity association, as EKS describes, creates and updates it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::arn::RoleArn;
use crate::id::{AssociationId, ClusterName, Namespace, ServiceAccountName};

/// Tags of an AWS resource, by key.
pub type Tags = BTreeMap<String, String>;

/// What a page of `ListPodIdentityAssociations` says of each association: not its role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssociationSummary {
    /// The association's id.
    pub id: AssociationId,
    /// The namespace of its service account.
    pub namespace: Namespace,
    /// The name of its service account.
    pub service_account: ServiceAccountName,
    /// The add-on that owns the association, if one does.
    pub owner_arn: Option<String>,
}

/// An association in full, as `DescribePodIdentityAssociation` gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Association {
    /// The association's id.
    pub id: AssociationId,
    /// The association's ARN, as AWS wrote it; the key for tagging.
    pub arn: String,
    /// The cluster.
    pub cluster_name: ClusterName,
    /// The namespace of the service account.
    pub namespace: Namespace,
    /// The name of the service account.
    pub service_account: ServiceAccountName,
    /// The role that EKS assumes for the pods.
    pub role_arn: RoleArn,
    /// The role that EKS assumes next, with the first role's session.
    pub target_role_arn: Option<RoleArn>,
    /// Whether EKS leaves out the six session tags.
    pub disable_session_tags: bool,
    /// The session policy (JSON text) that narrows the credentials.
    pub policy: Option<String>,
    /// The external id that EKS sends when it assumes the target role.
    pub external_id: Option<String>,
    /// The association's tags.
    pub tags: Tags,
    /// The add-on that owns the association, if one does.
    pub owner_arn: Option<String>,
}

/// What `CreatePodIdentityAssociation` is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAssociation {
    /// The cluster.
    pub cluster_name: ClusterName,
    /// The namespace of the service account.
    pub namespace: Namespace,
    /// The name of the service account.
    pub service_account: ServiceAccountName,
    /// The role that EKS assumes for the pods.
    pub role_arn: RoleArn,
    /// The role that EKS assumes next.
    pub target_role_arn: Option<RoleArn>,
    /// Whether EKS leaves out the six session tags.
    pub disable_session_tags: bool,
    /// The session policy (JSON text), at most 2,048 characters.
    pub policy: Option<String>,
    /// Tags, at most 50.
    pub tags: Tags,
}

/// What `UpdatePodIdentityAssociation` is asked for. `None` leaves a member as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationUpdate {
    /// The new role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// The new target role. `Some(None)` clears it, which goes over the wire as `""`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_role_arn: Option<Option<RoleArn>>,
    /// Whether EKS leaves out the six session tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_session_tags: Option<bool>,
    /// The new session policy. `Some(None)` clears it, which goes over the wire as `""`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Option<String>>,
}

impl AssociationUpdate {
    /// Whether nothing would change; EKS refuses such an update.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearing_is_not_leaving_alone() {
        let clears = AssociationUpdate {
            target_role_arn: Some(None),
            ..AssociationUpdate::default()
        };
        assert!(!clears.is_empty());
        assert!(AssociationUpdate::default().is_empty());
    }
}
