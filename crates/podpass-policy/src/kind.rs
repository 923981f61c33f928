//! The kinds of documents, which differ in what they may hold and how they are read.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What a policy document is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A customer managed policy (`CreatePolicy`, `CreatePolicyVersion`).
    ManagedIdentity,
    /// A policy inside a role, user or group (`PutRolePolicy`).
    InlineIdentity,
    /// A role's trust policy (`CreateRole`, `UpdateAssumeRolePolicy`).
    Trust,
    /// A session policy (`AssumeRole`, or the `policy` of a Pod Identity association).
    Session,
    /// A permissions boundary: a managed policy used as a limit.
    Boundary,
    /// A policy on a resource, such as a bucket or a key.
    Resource,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

impl DocumentKind {
    /// Whether documents of this kind name principals.
    pub fn has_principal(self) -> bool {
        matches!(self, Self::Trust | Self::Resource | Self::ResourceControl)
    }

    /// The default quota for the size of a document, in characters other than white space; none where
    /// the service that holds the policy sets it. (IAM user guide, "IAM and AWS STS quotas".) For inline
    /// policies it is the sum of all of a role's. A trust policy's can be raised to 8,192.
    pub fn size_quota(self) -> Option<usize> {
        match self {
            Self::ManagedIdentity | Self::Boundary => Some(6_144),
            Self::InlineIdentity => Some(10_240),
            Self::Trust | Self::Session => Some(2_048),
            Self::Resource | Self::ServiceControl | Self::ResourceControl => None,
        }
    }

    /// Whether a missing or old version is refused.
    pub(crate) fn needs_current_version(self) -> bool {
        matches!(self, Self::ManagedIdentity | Self::Boundary)
    }

    /// A resource as IAM reads it: an ARN with fewer than six fields means any value in the others.
    /// One whose `*` already runs over the rest is left alone.
    pub(crate) fn completed(self, resource: &str) -> Cow<'_, str> {
        let colons = resource.bytes().filter(|b| *b == b':').count();
        let completes = match self {
            Self::ManagedIdentity | Self::InlineIdentity | Self::Session | Self::Boundary => true,
            Self::Resource => resource.contains('*'),
            Self::Trust | Self::ServiceControl | Self::ResourceControl => false,
        };
        let runs_over = resource.ends_with('*') || resource.contains("*:");
        if !completes || colons >= 5 || runs_over || !resource.starts_with("arn:") {
            return Cow::Borrowed(resource);
        }
        Cow::Owned(format!("{resource}{}", ":*".repeat(5 - colons)))
    }
}
