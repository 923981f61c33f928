//! What EKS demands of access entries and of the policies associated with them.

use thiserror::Error;

use super::Cause;

/// A rule for access entries, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum AccessRule {
    #[error("The specified principalArn is invalid: invalid principal.")]
    Principal,
    /// The role of a service, which only that service puts into a cluster.
    #[error(
        "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role"
    )]
    ServiceLinkedRole,
    #[error("AccessEntry principalArn must be IAM role when using types [{NODE_TYPES}]")]
    NodeUser,
    #[error(
        "AccessEntry principalArn must be from the same account as the cluster when using types [{NODE_TYPES}]"
    )]
    NodeOfOtherAccount,
    /// What usernames cannot begin with.
    #[error("The username must not begin with {0}")]
    ReservedUsername(&'static str),
    /// A Kubernetes group, and what groups cannot begin with.
    #[error("The kubernetes group name {0} is invalid, it cannot start with {1}")]
    ReservedGroup(String, &'static str),
    #[error("The parameter type is not valid: {0}")]
    UnknownType(String),
    /// A member that only standard entries have, and the type of an entry that is none.
    #[error("The specified {0} is invalid: setting {0} is not allowed when the type is \"{1}\"")]
    OnlyStandard(&'static str, String),
    /// The entry of a node has fixed groups and mostly no policies.
    #[error("This operation can only be performed on Access Entries with a type of \"STANDARD\".")]
    NotStandard,
    #[error("The policyArn parameter format is not valid")]
    PolicyArn,
    #[error("At least 1 namespace must be provided if the type is set as namespace")]
    NoNamespaces,
    #[error("accessScope should not include namespaces if the type is not set as namespace")]
    Namespaces,
}

/// The types of nodes' entries, as AWS names them in its texts.
const NODE_TYPES: &str = "EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2";

/// What neither usernames nor groups can begin with (EKS User Guide, "Create access entries").
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

impl From<AccessRule> for Cause {
    fn from(rule: AccessRule) -> Self {
        Self::InvalidAccess(rule)
    }
}

/// Checks username and Kubernetes groups that a caller asks for.
pub(super) fn check_names(username: Option<&str>, groups: &[String]) -> Result<(), AccessRule> {
    for group in groups {
        if let Some(start) = reserved(group) {
            return Err(AccessRule::ReservedGroup(group.clone(), start));
        }
    }
    match username.and_then(reserved) {
        Some(start) => Err(AccessRule::ReservedUsername(start)),
        None => Ok(()),
    }
}

fn reserved(name: &str) -> Option<&'static str> {
    RESERVED.into_iter().find(|start| name.starts_with(start))
}
