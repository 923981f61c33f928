//! What can go wrong in EKS, and how EKS says it.
//!
//! Texts that neither AWS's documentation nor users' reports hold are podpass's own, after the
//! manner of those that are known.

use http::StatusCode;
use podpass_policy::MalformedPolicy;

use super::tag::TagRule;
use crate::protocol::Fault;

/// A cause, and the cluster that it arose in: errors of EKS carry the cluster's name as a member.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EksError {
    cause: Cause,
    cluster: Option<String>,
}

/// The causes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cause {
    ClusterNotFound,
    ClusterExists,
    /// There are as many clusters in the region as its quota allows.
    ClusterQuota(usize),
    /// The cluster was created with deletion protection.
    ClusterProtected,
    UnsupportedVersion,
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
        EksError {
            cause: self,
            cluster: Some(name.into()),
        }
    }

    /// Wire code, status and text; some texts name the cluster.
    fn describe(&self, cluster: &str) -> (Code, String) {
        match self {
            Self::ClusterNotFound => (
                RESOURCE_NOT_FOUND,
                format!("No cluster found for name: {cluster}."),
            ),
            Self::ClusterExists => (
                RESOURCE_IN_USE,
                format!("Cluster already exists with name: {cluster}"),
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

impl From<Cause> for EksError {
    fn from(cause: Cause) -> Self {
        Self {
            cause,
            cluster: None,
        }
    }
}

impl From<EksError> for Fault {
    fn from(EksError { cause, cluster }: EksError) -> Self {
        let ((code, status), message) = cause.describe(cluster.as_deref().unwrap_or_default());
        let fault = Fault::new(status, code, message);
        match cluster {
            Some(name) if code != ACCESS_DENIED.0 => fault.with("clusterName", name),
            _ => fault,
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
