//! What can go wrong in EKS, and how EKS says it.
//!
//! Texts that neither AWS's documentation nor users' reports hold are podpass's own, after the
//! manner of those that are known.

use http::StatusCode;
use podpass_policy::MalformedPolicy;

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
    /// The cluster cannot be deleted while it is being updated.
    ClusterUpdating(String),
    /// A kind of update, the cluster, and the update that has to end first.
    UpdateInProgress(&'static str, String, String),
    NodegroupNotActive,
    CapabilityNotActive(String),
    CapabilityNotFound(String),
    /// There is one of its name, or of its type, which is named here.
    CapabilityExists(String),
    /// A kind of update that cannot be cancelled.
    UpdateNotCancellable(&'static str),
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
    UnsupportedVersion,
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
    /// The cluster has node groups, which have to be deleted first.
    ClusterHasNodegroups,
    /// The cluster has Fargate profiles, which have to be deleted first.
    ClusterHasFargateProfiles,
    FargateProfileNotFound(String),
    FargateProfileExists,
    /// A Fargate profile has no selector, or one without a namespace.
    NoFargateSelector,
    IdentityProviderNotFound(String),
    /// A cluster knows one OIDC provider.
    IdentityProviderExists,
    EncryptionExists,
    InsightNotFound(String),
    AccessEntryNotFound,
    AccessEntryExists,
    /// The cluster knows its users from the config map only.
    ConfigMapOnly,
    InvalidPrincipal,
    /// A Kubernetes group that callers cannot be put into.
    ReservedGroup(String),
    UnknownAccessEntryType(String),
    /// The entry of a node has fixed groups and no policies.
    NotStandard,
    AccessPolicyNotFound,
    /// The scope `namespace` without namespaces, or the other way round.
    InvalidAccessScope,
    /// Name of the add-on, and of the cluster that does not have it.
    AddonNotFound(String, String),
    AddonExists,
    UnsupportedAddon,
    UnsupportedAddonVersion,
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

    /// Wire code, status and text.
    fn describe(&self) -> (Code, String) {
        match self {
            Self::ClusterNotFound(name) => {
                (RESOURCE_NOT_FOUND, format!("No cluster found for name: {name}."))
            }
            Self::ClusterExists(name) => (
                RESOURCE_IN_USE,
                format!("Cluster already exists with name: {name}"),
            ),
            Self::ClusterNotActive(name) => (
                INVALID_REQUEST,
                format!("Cluster '{name}' is not in ACTIVE status"),
            ),
            Self::ClusterUpdating(name) => (
                RESOURCE_IN_USE,
                format!("Cannot delete because cluster {name} currently has an update in progress"),
            ),
            Self::UpdateInProgress(kind, cluster, id) => (
                RESOURCE_IN_USE,
                format!("Cannot {kind} because cluster {cluster} currently has update {id} in progress"),
            ),
            Self::NodegroupNotActive => (
                RESOURCE_IN_USE,
                "Nodegroup cannot be updated as it is currently not in Active State".to_owned(),
            ),
            Self::CapabilityNotActive(name) => (
                RESOURCE_IN_USE,
                format!("Capability {name} cannot be updated as it is currently not in ACTIVE state"),
            ),
            Self::CapabilityNotFound(name) => (
                RESOURCE_NOT_FOUND,
                format!("No capability found with name: {name}"),
            ),
            Self::CapabilityExists(kind) => (
                RESOURCE_IN_USE,
                format!("A capability with this name or of type {kind} already exists in this cluster."),
            ),
            Self::UpdateNotCancellable(kind) => (
                INVALID_REQUEST,
                format!("An update of type {kind} cannot be cancelled."),
            ),
            Self::SubscriptionNotFound(id) => (
                RESOURCE_NOT_FOUND,
                format!("No subscription found for ID: {id}"),
            ),
            Self::SubscriptionActive => (
                INVALID_REQUEST,
                "Only expired subscriptions can be deleted.".to_owned(),
            ),
            Self::InvalidTerm => (
                INVALID_PARAMETER,
                "The duration of a subscription's term is 12 or 36 months.".to_owned(),
            ),
            Self::InvalidLicenseQuantity => (
                INVALID_PARAMETER,
                "The license quantity of a subscription must be at least 1.".to_owned(),
            ),
            Self::AddonNotActive(name) => (
                RESOURCE_IN_USE,
                format!("Addon {name} cannot be updated as it is currently not in ACTIVE state"),
            ),
            Self::ClusterQuota(limit) => (
                RESOURCE_LIMIT_EXCEEDED,
                format!("Cluster limit of {limit} reached in this region."),
            ),
            Self::ClusterProtected => (
                INVALID_REQUEST,
                "Cluster has deletion protection enabled. Disable it before you delete the cluster.".to_owned(),
            ),
            Self::UnsupportedVersion => (
                INVALID_PARAMETER,
                "unsupported Kubernetes version".to_owned(),
            ),
            Self::UnsupportedUpdate(from, to) => (
                INVALID_PARAMETER,
                format!("Unsupported Kubernetes minor version update from {from} to {to}"),
            ),
            Self::NotOneUpdate => (
                INVALID_PARAMETER,
                "Only one type of update can be allowed.".to_owned(),
            ),
            Self::AuthenticationMode(from, to) => (
                INVALID_PARAMETER,
                format!("Unsupported authentication mode update from {from} to {to}"),
            ),
            Self::UpdateNotFound(id) => (RESOURCE_NOT_FOUND, format!("No update found for ID: {id}")),
            Self::NodegroupNotFound(name) => (
                RESOURCE_NOT_FOUND,
                format!("No node group found for name: {name}."),
            ),
            Self::NodegroupExists(name, cluster) => (
                RESOURCE_IN_USE,
                format!("NodeGroup already exists with name {name} and cluster name {cluster}"),
            ),
            Self::ClusterHasNodegroups => (
                RESOURCE_IN_USE,
                "Cluster has nodegroups attached".to_owned(),
            ),
            Self::ClusterHasFargateProfiles => (
                RESOURCE_IN_USE,
                "Cluster has Fargate profiles attached".to_owned(),
            ),
            Self::FargateProfileNotFound(name) => (
                RESOURCE_NOT_FOUND,
                format!("No Fargate Profile found with name: {name}."),
            ),
            Self::FargateProfileExists => (
                RESOURCE_IN_USE,
                "A Fargate Profile already exists with this name in this cluster.".to_owned(),
            ),
            Self::NoFargateSelector => (
                INVALID_PARAMETER,
                "Fargate Profile must have at least one selector with at least one namespace value."
                    .to_owned(),
            ),
            Self::IdentityProviderNotFound(name) => (
                RESOURCE_NOT_FOUND,
                format!("No identity provider config found for name: {name}"),
            ),
            Self::IdentityProviderExists => (
                RESOURCE_IN_USE,
                "Cluster has an OIDC identity provider config associated".to_owned(),
            ),
            Self::EncryptionExists => (
                INVALID_REQUEST,
                "Encryption is already enabled for the cluster".to_owned(),
            ),
            Self::InsightNotFound(id) => (RESOURCE_NOT_FOUND, format!("No insight found for ID: {id}")),
            Self::AccessEntryNotFound => (
                RESOURCE_NOT_FOUND,
                "The specified principalArn could not be found. You can view your available access \
                 entries with 'aws eks list-access-entries'."
                    .to_owned(),
            ),
            Self::AccessEntryExists => (
                RESOURCE_IN_USE,
                "The specified access entry resource is already in use on this cluster.".to_owned(),
            ),
            Self::ConfigMapOnly => (
                INVALID_REQUEST,
                "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to \
                 perform this operation."
                    .to_owned(),
            ),
            Self::InvalidPrincipal => (
                INVALID_PARAMETER,
                "The specified principalArn is invalid: invalid principal.".to_owned(),
            ),
            Self::ReservedGroup(group) => (
                INVALID_PARAMETER,
                format!("The kubernetes group name {group} is invalid, it cannot start with system:"),
            ),
            Self::UnknownAccessEntryType(kind) => (
                INVALID_PARAMETER,
                format!("The parameter type is not valid: {kind}"),
            ),
            Self::NotStandard => (
                INVALID_REQUEST,
                "Only access entries of type STANDARD have groups, a username and access policies."
                    .to_owned(),
            ),
            Self::AccessPolicyNotFound => (
                RESOURCE_NOT_FOUND,
                "The specified policyArn could not be found. You can view the available access \
                 policies with 'aws eks list-access-policies'."
                    .to_owned(),
            ),
            Self::InvalidAccessScope => (
                INVALID_PARAMETER,
                "An access scope of type namespace needs namespaces, and one of type cluster has none."
                    .to_owned(),
            ),
            Self::AddonNotFound(addon, cluster) => (
                RESOURCE_NOT_FOUND,
                format!("No addon: {addon} found in cluster: {cluster}"),
            ),
            Self::AddonExists => (RESOURCE_IN_USE, "Addon already exists.".to_owned()),
            Self::UnsupportedAddon => (
                INVALID_PARAMETER,
                "Addon specified is not supported".to_owned(),
            ),
            Self::UnsupportedAddonVersion => (
                INVALID_PARAMETER,
                "Addon version specified is not supported".to_owned(),
            ),
            Self::NoPodIdentity(version) => (
                INVALID_PARAMETER,
                format!("Pod Identity feature is not supported for addon version: {version}"),
            ),
            Self::UnsupportedServiceAccount(name, addon) => (
                INVALID_PARAMETER,
                format!(
                    "Service account {name} in pod identity configuration is not supported for addon {addon}"
                ),
            ),
            Self::RepeatedServiceAccount(name) => (
                INVALID_PARAMETER,
                format!("Service account {name} is named more than once in pod identity configuration"),
            ),
            Self::AssociationNotFound(id) => {
                (RESOURCE_NOT_FOUND, format!("Association not found: {id}"))
            }
            Self::AssociationExists(id) => {
                (RESOURCE_IN_USE, format!("Association already exists: {id}"))
            }
            Self::AssociationQuota(limit) => (
                RESOURCE_LIMIT_EXCEEDED,
                format!("Association limit of {limit} reached for the cluster."),
            ),
            Self::AssociationIdLength => (
                INVALID_PARAMETER,
                "The parameter associationId should be 19 characters long.".to_owned(),
            ),
            Self::InvalidCharacters(parameter, pattern) => (
                INVALID_PARAMETER,
                format!(
                    "The parameter {parameter} contains invalid characters. It should conform to the \
                     regular expression \"{pattern}\""
                ),
            ),
            Self::TooLong(parameter, limit) => (
                INVALID_PARAMETER,
                format!("The parameter {parameter} should be at most {limit} characters long."),
            ),
            Self::RoleNotFound => (
                INVALID_PARAMETER,
                "Role provided in the request does not exist.".to_owned(),
            ),
            Self::UntrustedRole => (
                INVALID_PARAMETER,
                "Trust policy of the role provided is invalid. Follow the official documentation to \
                 resolve the issue."
                    .to_owned(),
            ),
            Self::CrossAccountRole => (
                ACCESS_DENIED,
                "Cross-account pass role is not allowed.".to_owned(),
            ),
            Self::InvalidRoleArn(parameter) => (
                INVALID_PARAMETER,
                format!("The parameter {parameter} should be the ARN of an IAM role."),
            ),
            Self::PolicyWithSessionTags => (
                INVALID_PARAMETER,
                "When policy is specified, disableSessionTags must be set to true".to_owned(),
            ),
            Self::InvalidPolicy(malformed) => (INVALID_PARAMETER, malformed.to_string()),
            Self::InvalidTag(rule) => (INVALID_PARAMETER, rule.to_string()),
            Self::NothingToUpdate => (
                INVALID_PARAMETER,
                "At least one of roleArn, targetRoleArn, disableSessionTags and policy must be provided."
                    .to_owned(),
            ),
            Self::ReusedToken => (
                INVALID_PARAMETER,
                "The clientRequestToken was used before with other parameters.".to_owned(),
            ),
            Self::InvalidNextToken => (
                INVALID_PARAMETER,
                "The parameter nextToken is not valid.".to_owned(),
            ),
        }
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

type Code = (&'static str, StatusCode);

const ACCESS_DENIED: Code = ("AccessDeniedException", StatusCode::FORBIDDEN);
const INVALID_PARAMETER: Code = ("InvalidParameterException", StatusCode::BAD_REQUEST);
const INVALID_REQUEST: Code = ("InvalidRequestException", StatusCode::BAD_REQUEST);
const RESOURCE_IN_USE: Code = ("ResourceInUseException", StatusCode::CONFLICT);
const RESOURCE_LIMIT_EXCEEDED: Code = ("ResourceLimitExceededException", StatusCode::BAD_REQUEST);
const RESOURCE_NOT_FOUND: Code = ("ResourceNotFoundException", StatusCode::NOT_FOUND);
