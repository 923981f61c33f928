//! What can go wrong in EKS.

mod text;

use std::borrow::Cow;

use podpass_policy::MalformedPolicy;

use self::text::{ACCESS_DENIED, RESOURCE_IN_USE};
use super::access_rule::AccessRule;
use super::cluster_rule::ClusterRule;
use super::identity_provider::ProviderRule;
use super::node_rule::NodeRule;
use super::tag::TagRule;
use crate::protocol::Fault;

/// A cause, and what it is about: errors of EKS carry the names of cluster and add-on as members.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EksError {
    cause: Cause,
    about: Vec<(&'static str, String)>,
}

/// The causes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cause {
    ClusterNotFound(String),
    ClusterExists(String),
    /// The cluster is not there yet, or it is going.
    ClusterNotActive(String),
    /// The same of its certificate authorities.
    ClusterNotReady(String),
    /// The cluster cannot be deleted while it is being updated.
    ClusterUpdating(String),
    /// A kind of update, the cluster, and the update that has to end first.
    UpdateInProgress(&'static str, String, String),
    NodegroupNotActive,
    CapabilityNotActive(String),
    CapabilityNotFound(String),
    /// There is one of its name, or of its type, which is named here.
    CapabilityExists(String),
    CertificateAuthorityNotFound(String),
    /// The cluster has a second one already.
    CertificateAuthorityQuota,
    /// It is what signs, and cannot go.
    CertificateAuthorityInUse(String),
    /// It signs already, or is about to.
    CertificateAuthoritySigns(String),
    /// Not everything trusts it yet, or it is going.
    CertificateAuthorityNotDistributed(String),
    /// It signed too long ago to do so again.
    NoRollback(String),
    /// The operating system has no randomness for a key.
    NoCertificate,
    /// A kind of update that cannot be cancelled.
    UpdateNotCancellable(Cow<'static, str>),
    SubscriptionNotFound(String),
    /// Only subscriptions that have expired can be deleted.
    SubscriptionActive,
    InvalidTerm,
    InvalidLicenseQuantity,
    AddonNotActive(String),
    /// There are as many clusters in the region as its quota allows.
    ClusterQuota(usize),
    /// The cluster was created with deletion protection.
    ClusterProtected,
    UnsupportedVersion(String),
    /// From one version to another.
    UnsupportedUpdate(String, String),
    /// No setting to update, or settings that cannot change in one update.
    NotOneUpdate,
    /// From one authentication mode to another.
    AuthenticationMode(String, String),
    UpdateNotFound(String),
    NodegroupNotFound(String),
    /// Name of the node group, and of its cluster.
    NodegroupExists(String, String),
    InvalidNodegroup(NodeRule),
    InvalidCluster(ClusterRule),
    InvalidProvider(ProviderRule),
    InvalidAccess(AccessRule),
    /// New names that have other characters than they may.
    NodegroupName,
    FargateProfileName,
    CapabilityName,
    /// Node groups that are too old for the cluster's next version, and its version.
    OutdatedNodegroups(String, String),
    /// The cluster has node groups, which have to be deleted first.
    ClusterHasNodegroups,
    /// The cluster has Fargate profiles, which have to be deleted first.
    ClusterHasFargateProfiles,
    FargateProfileNotFound(String),
    FargateProfileExists,
    /// A Fargate profile has no selector, or one without a namespace.
    NoFargateSelector,
    /// More selectors than a Fargate profile can have.
    TooManyFargateSelectors(usize),
    InvalidFargateNamespace,
    /// The cluster, and type and name of the provider that it does not have.
    IdentityProviderNotFound(String, String, String),
    /// The provider is the cluster's own issuer.
    OwnIssuer,
    /// A cluster knows one OIDC provider.
    IdentityProviderExists,
    EncryptionExists,
    InsightNotFound(String),
    AccessEntryNotFound,
    AccessEntryExists,
    /// The cluster knows its users from the config map only.
    ConfigMapOnly,
    AccessPolicyNotFound,
    /// Name of the add-on, and of the cluster that does not have it.
    AddonNotFound(String, String),
    AddonExists,
    UnsupportedAddon,
    UnsupportedAddonVersion,
    /// The configuration of an add-on that cannot be read.
    UnreadableConfiguration,
    /// What the configuration of an add-on is instead of an object.
    ConfigurationType(&'static str),
    InvalidAddonNamespace,
    /// The version of an add-on that has no service account to associate.
    NoPodIdentity(String),
    /// A service account that is none of the add-on's, and the add-on.
    UnsupportedServiceAccount(String, String),
    /// A service account that one request for an add-on names twice.
    RepeatedServiceAccount(String),
    AssociationNotFound(String),
    /// The id of the service account's association.
    AssociationExists(String),
    AssociationQuota(usize),
    /// An association id that is not 19 characters long.
    AssociationIdLength,
    /// A parameter, and the pattern that it does not match.
    InvalidCharacters(&'static str, &'static str),
    /// A parameter, and the characters that it may have.
    TooLong(&'static str, usize),
    RoleNotFound,
    /// The role does not let EKS Pod Identity assume it.
    UntrustedRole,
    CrossAccountRole,
    /// A parameter that is no ARN of a role.
    InvalidRoleArn(&'static str),
    /// A session policy came without `disableSessionTags`.
    PolicyWithSessionTags,
    InvalidPolicy(MalformedPolicy),
    InvalidTag(TagRule),
    NothingToUpdate,
    /// The client request token came with another request before.
    ReusedToken,
    InvalidNextToken,
}

impl Cause {
    /// The error of this cause in a cluster.
    pub(crate) fn in_cluster(self, name: impl Into<String>) -> EksError {
        EksError::from(self).about("clusterName", name)
    }
}

impl EksError {
    /// Whether something of that name is there already.
    pub(crate) fn is_in_use(&self) -> bool {
        self.cause.describe().0 == RESOURCE_IN_USE
    }

    /// The same error with the name of something that it is about.
    pub(crate) fn about(mut self, member: &'static str, name: impl Into<String>) -> Self {
        self.about.push((member, name.into()));
        self
    }
}

impl From<Cause> for EksError {
    fn from(cause: Cause) -> Self {
        Self {
            cause,
            about: Vec::new(),
        }
    }
}

impl From<EksError> for Fault {
    fn from(EksError { cause, about }: EksError) -> Self {
        let ((code, status), message) = cause.describe();
        let fault = Fault::new(status, code, message);
        match code {
            // The one error that the service model gives no further members.
            code if code == ACCESS_DENIED.0 => fault,
            _ => about
                .into_iter()
                .fold(fault, |fault, (member, name)| fault.with(member, name)),
        }
    }
}
