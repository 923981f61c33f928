//! Amazon Elastic Kubernetes Service.

mod addon;
mod association;
mod catalogue;
mod cluster;
mod error;
mod known;
mod members;
mod paging;
mod role;
mod settings;
mod tag;
mod update;
mod version;

use http::StatusCode;

pub(crate) use error::{Cause, EksError};

use crate::operation::{Registered, Service, operations};
use crate::protocol::Fault;
use crate::protocol::rest_json::RestJson;
use crate::validation::Violations;

operations![
    create_addon::CreateAddon,
    create_cluster::CreateCluster,
    create_pod_identity_association::CreatePodIdentityAssociation,
    delete_addon::DeleteAddon,
    delete_cluster::DeleteCluster,
    delete_pod_identity_association::DeletePodIdentityAssociation,
    describe_addon::DescribeAddon,
    describe_addon_configuration::DescribeAddonConfiguration,
    describe_addon_versions::DescribeAddonVersions,
    describe_cluster::DescribeCluster,
    describe_pod_identity_association::DescribePodIdentityAssociation,
    describe_update::DescribeUpdate,
    list_addons::ListAddons,
    list_clusters::ListClusters,
    list_pod_identity_associations::ListPodIdentityAssociations,
    list_tags_for_resource::ListTagsForResource,
    list_updates::ListUpdates,
    tag_resource::TagResource,
    untag_resource::UntagResource,
    update_addon::UpdateAddon,
    update_cluster_config::UpdateClusterConfig,
    update_cluster_version::UpdateClusterVersion,
    update_pod_identity_association::UpdatePodIdentityAssociation,
];

pub(crate) static SERVICE: Registered = Registered::of::<Eks>(OPERATIONS, known::KNOWN);

/// The service.
pub(crate) struct Eks;

impl Service for Eks {
    const NAME: &'static str = "eks";
    const VERSION: &'static str = "2017-11-01";
    type Protocol = RestJson;

    fn refuse(violations: Violations) -> Fault {
        Fault::new(
            StatusCode::BAD_REQUEST,
            "InvalidParameterException",
            violations.message(true),
        )
    }
}

/// Whether EKS accepts this name for a cluster.
pub(crate) fn is_cluster_name(name: &str) -> bool {
    let named = serde_json::json!({ "name": name });
    crate::validation::check(&[members::NEW_CLUSTER_NAME], &named).is_ok()
}
