//! EKS: the cluster and its Pod Identity associations.

use std::future::Future;

use super::PortError;
use crate::association::{
    Association, AssociationSummary, AssociationUpdate, NewAssociation, Tags,
};
use crate::id::{AssociationId, ClusterName, Namespace, ServiceAccountName};

/// What the engine needs to know of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its name.
    pub name: ClusterName,
    /// Its ARN, which EKS sends as the session tag `eks-cluster-arn`.
    pub arn: String,
    /// `ACTIVE`, `CREATING`, …, as EKS says it.
    pub status: String,
    /// The URL of the issuer that signs its service account tokens; none while it is being created.
    pub issuer: Option<String>,
}

/// Which associations a listing asks for; the default asks for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssociationFilter {
    /// Only this namespace.
    pub namespace: Option<Namespace>,
    /// Only this service account.
    pub service_account: Option<ServiceAccountName>,
}

/// One page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What the page holds, at most 100 items.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last one.
    pub next_token: Option<String>,
}

/// EKS of one account and region, as far as the engine asks it.
///
/// # Errors
/// Every method answers AWS's failure as a [`PortError`]; an unknown cluster or association is
/// [`is_not_found`](PortError::is_not_found).
pub trait Eks: Clone + Send + Sync + 'static {
    /// `DescribeCluster`.
    fn describe_cluster(
        &self,
        cluster: &ClusterName,
    ) -> impl Future<Output = Result<Cluster, PortError>> + Send;

    /// `ListClusters`: the names of all clusters of the account and region; the adapter walks the pages.
    fn clusters(&self) -> impl Future<Output = Result<Vec<ClusterName>, PortError>> + Send;

    /// `ListPodIdentityAssociations`: one page.
    fn list_associations(
        &self,
        cluster: &ClusterName,
        filter: &AssociationFilter,
        next_token: Option<&str>,
    ) -> impl Future<Output = Result<Page<AssociationSummary>, PortError>> + Send;

    /// `DescribePodIdentityAssociation`.
    fn describe_association(
        &self,
        cluster: &ClusterName,
        id: &AssociationId,
    ) -> impl Future<Output = Result<Association, PortError>> + Send;

    /// `CreatePodIdentityAssociation`.
    ///
    /// A second one for the same subject is [`is_conflict`](PortError::is_conflict), and the error
    /// tells the [`existing_association`](PortError::existing_association).
    fn create_association(
        &self,
        association: &NewAssociation,
    ) -> impl Future<Output = Result<Association, PortError>> + Send;

    /// `UpdatePodIdentityAssociation`.
    fn update_association(
        &self,
        cluster: &ClusterName,
        id: &AssociationId,
        update: &AssociationUpdate,
    ) -> impl Future<Output = Result<Association, PortError>> + Send;

    /// `DeletePodIdentityAssociation`.
    fn delete_association(
        &self,
        cluster: &ClusterName,
        id: &AssociationId,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `TagResource`: adds and overwrites, keeps the rest.
    fn tag_resource(
        &self,
        arn: &str,
        tags: &Tags,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `UntagResource`.
    fn untag_resource(
        &self,
        arn: &str,
        keys: &[String],
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}
