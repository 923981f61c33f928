//! Amazon Elastic Kubernetes Service.

mod access_entry;
mod access_grant;
mod access_rule;
mod addon;
mod association;
mod capability;
mod catalogue;
mod certificate_authority;
mod cluster;
mod cluster_rule;
mod connected;
mod error;
mod fargate_profile;
mod idempotency;
mod identity_provider;
mod known;
mod members;
mod node_rule;
mod node_settings;
mod nodegroup;
mod paging;
mod permission;
mod role;
mod setting_keys;
mod settings;
mod subscription;
mod tag;
mod update;
mod version;

use http::StatusCode;

pub(crate) use error::{Cause, EksError};
pub(crate) use members::CLUSTER_NAME_TEXT;
pub(crate) use permission::on_cluster;

use crate::operation::{Registered, Service, operations};
use crate::protocol::Fault;
use crate::protocol::rest_json::RestJson;
use crate::validation::Violations;

operations![
    activate_certificate_authority::ActivateCertificateAuthority,
    associate_access_policy::AssociateAccessPolicy,
    associate_encryption_config::AssociateEncryptionConfig,
    associate_identity_provider_config::AssociateIdentityProviderConfig,
    cancel_update::CancelUpdate,
    create_access_entry::CreateAccessEntry,
    create_addon::CreateAddon,
    create_capability::CreateCapability,
    create_certificate_authority::CreateCertificateAuthority,
    create_cluster::CreateCluster,
    create_eks_anywhere_subscription::CreateEksAnywhereSubscription,
    create_fargate_profile::CreateFargateProfile,
    create_nodegroup::CreateNodegroup,
    create_pod_identity_association::CreatePodIdentityAssociation,
    delete_access_entry::DeleteAccessEntry,
    delete_addon::DeleteAddon,
    delete_capability::DeleteCapability,
    delete_certificate_authority::DeleteCertificateAuthority,
    delete_cluster::DeleteCluster,
    delete_eks_anywhere_subscription::DeleteEksAnywhereSubscription,
    delete_fargate_profile::DeleteFargateProfile,
    delete_nodegroup::DeleteNodegroup,
    delete_pod_identity_association::DeletePodIdentityAssociation,
    deregister_cluster::DeregisterCluster,
    describe_access_entry::DescribeAccessEntry,
    describe_addon::DescribeAddon,
    describe_addon_configuration::DescribeAddonConfiguration,
    describe_addon_versions::DescribeAddonVersions,
    describe_capability::DescribeCapability,
    describe_certificate_authority::DescribeCertificateAuthority,
    describe_cluster::DescribeCluster,
    describe_cluster_versions::DescribeClusterVersions,
    describe_eks_anywhere_subscription::DescribeEksAnywhereSubscription,
    describe_fargate_profile::DescribeFargateProfile,
    describe_identity_provider_config::DescribeIdentityProviderConfig,
    describe_insight::DescribeInsight,
    describe_insights_refresh::DescribeInsightsRefresh,
    describe_nodegroup::DescribeNodegroup,
    describe_pod_identity_association::DescribePodIdentityAssociation,
    describe_update::DescribeUpdate,
    disassociate_access_policy::DisassociateAccessPolicy,
    disassociate_identity_provider_config::DisassociateIdentityProviderConfig,
    list_access_entries::ListAccessEntries,
    list_access_policies::ListAccessPolicies,
    list_addons::ListAddons,
    list_associated_access_policies::ListAssociatedAccessPolicies,
    list_capabilities::ListCapabilities,
    list_certificate_authorities::ListCertificateAuthorities,
    list_clusters::ListClusters,
    list_eks_anywhere_subscriptions::ListEksAnywhereSubscriptions,
    list_fargate_profiles::ListFargateProfiles,
    list_identity_provider_configs::ListIdentityProviderConfigs,
    list_insights::ListInsights,
    list_nodegroups::ListNodegroups,
    list_pod_identity_associations::ListPodIdentityAssociations,
    list_tags_for_resource::ListTagsForResource,
    list_updates::ListUpdates,
    register_cluster::RegisterCluster,
    start_insights_refresh::StartInsightsRefresh,
    tag_resource::TagResource,
    untag_resource::UntagResource,
    update_access_entry::UpdateAccessEntry,
    update_addon::UpdateAddon,
    update_capability::UpdateCapability,
    update_cluster_config::UpdateClusterConfig,
    update_cluster_version::UpdateClusterVersion,
    update_eks_anywhere_subscription::UpdateEksAnywhereSubscription,
    update_nodegroup_config::UpdateNodegroupConfig,
    update_nodegroup_version::UpdateNodegroupVersion,
    update_pod_identity_association::UpdatePodIdentityAssociation,
];

pub(crate) static SERVICE: Registered = Registered::of::<Eks>(OPERATIONS, known::KNOWN);

/// The service.
///
/// `ClientException`, `ServiceUnavailableException` and `ThrottlingException` are answered only where throttling or a
/// fault is asked for, and `ServerException` also where the operating system has no randomness for a key.
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
