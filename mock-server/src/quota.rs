//! Service quotas: AWS's defaults, and what a user sets instead.

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

/// A quota that a user can change, by the name that AWS's messages give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Quota {
    RolesPerAccount,
    PoliciesPerAccount,
    PoliciesPerRole,
    PolicySize,
    AclSizePerRole,
    RoleInlinePolicySize,
    VersionsPerPolicy,
    UsersPerAccount,
    GroupsPerAccount,
    GroupsPerUser,
    AccessKeysPerUser,
    PoliciesPerUser,
    PoliciesPerGroup,
    UserInlinePolicySize,
    GroupInlinePolicySize,
    InstanceProfilesPerAccount,
    OpenIdConnectProvidersPerAccount,
    ClientIdsPerOpenIdConnectProvider,
    ClustersPerRegion,
    AssociationsPerCluster,
}

/// Name and default of each quota: the IAM User Guide's "IAM and STS quotas", the EKS User Guide's "Service quotas".
const QUOTAS: [(Quota, &str, usize); 20] = [
    (Quota::RolesPerAccount, "RolesPerAccount", 1_000),
    (Quota::PoliciesPerAccount, "PoliciesPerAccount", 1_500),
    (Quota::PoliciesPerRole, "PoliciesPerRole", 10),
    (Quota::PolicySize, "PolicySize", 6_144),
    (Quota::AclSizePerRole, "ACLSizePerRole", 2_048),
    (Quota::RoleInlinePolicySize, "RoleInlinePolicySize", 10_240),
    (Quota::VersionsPerPolicy, "VersionsPerPolicy", 5),
    (Quota::UsersPerAccount, "UsersPerAccount", 5_000),
    (Quota::GroupsPerAccount, "GroupsPerAccount", 300),
    (Quota::GroupsPerUser, "GroupsPerUser", 10),
    (Quota::AccessKeysPerUser, "AccessKeysPerUser", 2),
    (Quota::PoliciesPerUser, "PoliciesPerUser", 10),
    (Quota::PoliciesPerGroup, "PoliciesPerGroup", 10),
    (Quota::UserInlinePolicySize, "UserInlinePolicySize", 2_048),
    (Quota::GroupInlinePolicySize, "GroupInlinePolicySize", 5_120),
    (
        Quota::InstanceProfilesPerAccount,
        "InstanceProfilesPerAccount",
        1_000,
    ),
    (
        Quota::OpenIdConnectProvidersPerAccount,
        "OpenIDConnectProvidersPerAccount",
        100,
    ),
    (
        Quota::ClientIdsPerOpenIdConnectProvider,
        "ClientIdsPerOpenIdConnectProvider",
        100,
    ),
    (Quota::ClustersPerRegion, "ClustersPerRegion", 100),
    (
        Quota::AssociationsPerCluster,
        "AssociationsPerCluster",
        5_000,
    ),
];

impl Quota {
    fn entry(self) -> (&'static str, usize) {
        let found = QUOTAS.iter().find(|(quota, ..)| *quota == self);
        found.map_or(("", usize::MAX), |(_, name, default)| (name, *default))
    }

    /// The name, as on the command line and in AWS's messages.
    pub fn name(self) -> &'static str {
        self.entry().0
    }
}

/// There is no quota of that name.
#[derive(Debug, Error)]
#[error("unknown quota `{0}`; the quotas are: {names}", names = QUOTAS.map(|(_, name, _)| name).join(", "))]
pub struct UnknownQuota(String);

impl FromStr for Quota {
    type Err = UnknownQuota;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = QUOTAS
            .iter()
            .find(|(_, known, _)| known.eq_ignore_ascii_case(name));
        found
            .map(|(quota, ..)| *quota)
            .ok_or_else(|| UnknownQuota(name.to_owned()))
    }
}

/// The quotas of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quotas(BTreeMap<Quota, usize>);

impl Quotas {
    pub(crate) fn set(&mut self, quota: Quota, limit: usize) {
        self.0.insert(quota, limit);
    }

    pub(crate) fn limit(&self, quota: Quota) -> usize {
        self.0.get(&quota).copied().unwrap_or(quota.entry().1)
    }
}
