//! The wire code, the status and the text of every cause.
//!
//! Texts that neither AWS's documentation nor users' reports hold are podpass's own, after the
//! manner of those that are known.

use http::StatusCode;

use super::super::members::CLUSTER_NAME_TEXT;
use super::Cause;

/// Wire code and status.
pub(super) type Code = (&'static str, StatusCode);

pub(super) const ACCESS_DENIED: Code = ("AccessDeniedException", StatusCode::FORBIDDEN);
pub(super) const RESOURCE_IN_USE: Code = ("ResourceInUseException", StatusCode::CONFLICT);

impl Cause {
    /// Wire code, status and text.
    pub(super) fn describe(&self) -> (Code, String) {
        match self {
            Self::ClusterNotFound(name) => not_found(format!("No cluster found for name: {name}.")),
            Self::ClusterExists(name) => {
                in_use(format!("Cluster already exists with name: {name}"))
            }
            Self::ClusterNotActive(name) => {
                invalid_request(format!("Cluster '{name}' is not in ACTIVE status"))
            }
            Self::ClusterNotReady(name) => {
                invalid_parameter(format!("Cluster '{name}' is not in ACTIVE status"))
            }
            Self::ClusterUpdating(name) => in_use(format!(
                "Cannot delete because cluster {name} currently has an update in progress"
            )),
            Self::UpdateInProgress(kind, cluster, id) => in_use(format!(
                "Cannot {kind} because cluster {cluster} currently has update {id} in progress"
            )),
            Self::NodegroupNotActive => {
                in_use("Nodegroup cannot be updated as it is currently not in Active State")
            }
            Self::CapabilityNotActive(name) => in_use(format!(
                "Capability {name} cannot be updated as it is currently not in ACTIVE state"
            )),
            Self::CapabilityNotFound(name) => {
                not_found(format!("No capability found with name: {name}"))
            }
            Self::CapabilityExists(kind) => in_use(format!(
                "A capability with this name or of type {kind} already exists in this cluster."
            )),
            Self::CertificateAuthorityNotFound(id) => {
                not_found(format!("No certificate authority found for ID: {id}"))
            }
            Self::CertificateAuthorityQuota => {
                limit_exceeded("Cluster has two certificate authorities already.")
            }
            Self::CertificateAuthorityInUse(id) => in_use(format!(
                "Certificate authority {id} cannot be deleted as it is signing certificates for the cluster"
            )),
            Self::CertificateAuthoritySigns(id) => {
                invalid_parameter(format!("Certificate authority {id} is activated already"))
            }
            Self::CertificateAuthorityNotDistributed(id) => invalid_parameter(format!(
                "Certificate authority {id} cannot be activated as its distribution status is not COMPLETE"
            )),
            Self::NoRollback(id) => invalid_parameter(format!(
                "Certificate authority {id} cannot be activated as its rollback is no longer available"
            )),
            Self::NoCertificate => {
                let code = ("ServerException", StatusCode::INTERNAL_SERVER_ERROR);
                (
                    code,
                    "The certificate authority could not be created.".to_owned(),
                )
            }
            Self::UpdateNotCancellable(kind) => {
                invalid_request(format!("An update of type {kind} cannot be cancelled."))
            }
            Self::SubscriptionNotFound(id) => {
                not_found(format!("No subscription found for ID: {id}"))
            }
            Self::SubscriptionActive => {
                invalid_request("Only expired subscriptions can be deleted.")
            }
            Self::InvalidTerm => {
                invalid_parameter("The duration of a subscription's term is 12 or 36 months.")
            }
            Self::InvalidLicenseQuantity => {
                invalid_parameter("The license quantity of a subscription must be at least 1.")
            }
            Self::AddonNotActive(name) => in_use(format!(
                "Addon {name} cannot be updated as it is currently not in ACTIVE state"
            )),
            Self::ClusterQuota(limit) => {
                limit_exceeded(format!("Cluster limit of {limit} reached in this region."))
            }
            Self::ClusterProtected => invalid_request(
                "Cluster has deletion protection enabled. Disable it before you delete the cluster.",
            ),
            Self::UnsupportedVersion(version) => {
                invalid_parameter(format!("unsupported Kubernetes version {version}"))
            }
            Self::UnsupportedUpdate(from, to) => invalid_parameter(format!(
                "Unsupported Kubernetes minor version update from {from} to {to}"
            )),
            Self::NotOneUpdate => invalid_parameter("Only one type of update can be allowed."),
            Self::AuthenticationMode(from, to) => invalid_parameter(format!(
                "Unsupported authentication mode update from {from} to {to}"
            )),
            Self::UpdateNotFound(id) => not_found(format!("No update found for ID: {id}")),
            Self::NodegroupNotFound(name) => {
                not_found(format!("No node group found for name: {name}."))
            }
            Self::InvalidNodegroup(rule) => invalid_parameter(rule.to_string()),
            Self::InvalidCluster(rule) => invalid_parameter(rule.to_string()),
            Self::InvalidProvider(rule) => invalid_parameter(rule.to_string()),
            Self::InvalidAccess(rule) => invalid_parameter(rule.to_string()),
            Self::NodegroupName => invalid_parameter(format!(
                "The nodegroup name parameter contains invalid characters. It should conform to the regular \
                 expression \"{}\"In other words, it should start with a number or letter, and can contain \
                 numbers, letters, dashes, and underscores.",
                CLUSTER_NAME_TEXT.text
            )),
            Self::FargateProfileName => invalid_parameter(
                "The Fargate profile name parameter contains invalid characters. It should begin with letter or \
                 digit and can have any of the following characters: the set of Unicode letters, digits, \
                 hyphens and underscores.",
            ),
            Self::CapabilityName => {
                Self::InvalidCharacters("capabilityName", CLUSTER_NAME_TEXT.text).describe()
            }
            Self::OutdatedNodegroups(names, version) => invalid_parameter(format!(
                "Nodegroups {names} must be updated to match cluster version {version} before updating \
                 cluster version"
            )),
            Self::NodegroupExists(name, cluster) => in_use(format!(
                "NodeGroup already exists with name {name} and cluster name {cluster}"
            )),
            Self::ClusterHasNodegroups => in_use("Cluster has nodegroups attached"),
            Self::ClusterHasFargateProfiles => in_use("Cluster has Fargate profiles attached"),
            Self::FargateProfileNotFound(name) => {
                not_found(format!("No Fargate Profile found with name: {name}."))
            }
            Self::FargateProfileExists => {
                in_use("A Fargate Profile already exists with this name in this cluster.")
            }
            Self::NoFargateSelector => invalid_parameter(
                "Fargate Profile must have at least one selector with at least one namespace value.",
            ),
            Self::TooManyFargateSelectors(limit) => {
                invalid_parameter(format!("Request contains more than {limit} Selectors"))
            }
            Self::InvalidFargateNamespace => {
                invalid_parameter("The namespace provided is invalid.")
            }
            Self::IdentityProviderNotFound(cluster, kind, name) => not_found(format!(
                "No config found for cluster: {cluster}, config type: {kind}, config name: {name}"
            )),
            Self::OwnIssuer => invalid_parameter(
                "Incorrect Identity Provider URL configuration. The Identity Provider URL cannot be same \
                 as OpenID Connect (OIDC) issuer URL",
            ),
            Self::IdentityProviderExists => {
                in_use("Cluster has an OIDC identity provider config associated")
            }
            Self::EncryptionExists => {
                invalid_request("Encryption is already enabled for the cluster")
            }
            Self::InsightNotFound(id) => not_found(format!("No insight found for ID: {id}")),
            Self::AccessEntryNotFound => not_found(
                "The specified principalArn could not be found. You can view your available access \
                 entries with 'list-access-entries'.",
            ),
            Self::AccessEntryExists => {
                in_use("The specified access entry resource is already in use on this cluster.")
            }
            Self::ConfigMapOnly => invalid_request(
                "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to \
                 perform this operation.",
            ),
            Self::AccessPolicyNotFound => not_found(
                "The specified policyArn could not be found. You can view the available access \
                 policies with 'list-access-policies'.",
            ),
            Self::AddonNotFound(addon, cluster) => {
                not_found(format!("No addon: {addon} found in cluster: {cluster}"))
            }
            Self::AddonExists => in_use("Addon already exists."),
            Self::UnsupportedAddon => invalid_parameter("Addon specified is not supported"),
            Self::UnsupportedAddonVersion => {
                invalid_parameter("Addon version specified is not supported")
            }
            Self::UnreadableConfiguration => invalid_parameter(
                "The ConfigurationValues provided is not in valid YAML or JSON format.",
            ),
            Self::ConfigurationType(found) => invalid_parameter(format!(
                "ConfigurationValue provided in request is not supported: Json schema validation failed with \
                 error: [$: {found} found, object expected]"
            )),
            Self::InvalidAddonNamespace => {
                invalid_parameter("Provided namespace value is not a valid RFC 1123 DNS label")
            }
            Self::NoPodIdentity(version) => invalid_parameter(format!(
                "Pod Identity feature is not supported for addon version: {version}"
            )),
            Self::UnsupportedServiceAccount(name, addon) => invalid_parameter(format!(
                "Service account {name} in pod identity configuration is not supported for addon {addon}"
            )),
            Self::RepeatedServiceAccount(name) => invalid_parameter(format!(
                "Service account {name} is named more than once in pod identity configuration"
            )),
            Self::AssociationNotFound(id) => not_found(format!("Association not found: {id}")),
            Self::AssociationExists(id) => in_use(format!("Association already exists: {id}")),
            Self::AssociationQuota(limit) => limit_exceeded(format!(
                "Association limit of {limit} reached for the cluster."
            )),
            Self::AssociationIdLength => {
                invalid_parameter("The parameter associationId should be 19 characters long.")
            }
            Self::InvalidCharacters(parameter, pattern) => invalid_parameter(format!(
                "The parameter {parameter} contains invalid characters. It should conform to the \
                     regular expression \"{pattern}\""
            )),
            Self::TooLong(parameter, limit) => invalid_parameter(format!(
                "The parameter {parameter} should be at most {limit} characters long."
            )),
            Self::RoleNotFound => invalid_parameter("Role provided in the request does not exist."),
            Self::UntrustedRole => invalid_parameter(
                "Trust policy of the role provided is invalid. Follow the official documentation to \
                 resolve the issue.",
            ),
            Self::CrossAccountRole => access_denied("Cross-account pass role is not allowed."),
            Self::InvalidRoleArn(parameter) => invalid_parameter(format!(
                "The parameter {parameter} should be the ARN of an IAM role."
            )),
            Self::PolicyWithSessionTags => invalid_parameter(
                "When policy is specified, disableSessionTags must be set to true",
            ),
            Self::InvalidPolicy(malformed) => invalid_parameter(malformed.to_string()),
            Self::InvalidTag(rule) => invalid_parameter(rule.to_string()),
            Self::NothingToUpdate => invalid_parameter(
                "At least one of roleArn, targetRoleArn, disableSessionTags and policy must be provided.",
            ),
            Self::ReusedToken => {
                invalid_parameter("The clientRequestToken was used before with other parameters.")
            }
            Self::InvalidNextToken => invalid_parameter("The parameter nextToken is not valid."),
        }
    }
}

fn access_denied(text: impl Into<String>) -> (Code, String) {
    (ACCESS_DENIED, text.into())
}

fn invalid_parameter(text: impl Into<String>) -> (Code, String) {
    let code = ("InvalidParameterException", StatusCode::BAD_REQUEST);
    (code, text.into())
}

fn invalid_request(text: impl Into<String>) -> (Code, String) {
    let code = ("InvalidRequestException", StatusCode::BAD_REQUEST);
    (code, text.into())
}

fn in_use(text: impl Into<String>) -> (Code, String) {
    (RESOURCE_IN_USE, text.into())
}

fn limit_exceeded(text: impl Into<String>) -> (Code, String) {
    let code = ("ResourceLimitExceededException", StatusCode::BAD_REQUEST);
    (code, text.into())
}

fn not_found(text: impl Into<String>) -> (Code, String) {
    let code = ("ResourceNotFoundException", StatusCode::NOT_FOUND);
    (code, text.into())
}
