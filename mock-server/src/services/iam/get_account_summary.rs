use serde::{Deserialize, Serialize};

use super::{Iam, IamError, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::protocol::Entries;
use crate::quota::Quota;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Counts the account's entities, beside their quotas.
#[derive(Debug, Deserialize)]
pub(crate) struct GetAccountSummary {}

/// The counts by AWS's names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    summary_map: Entries<usize>,
}

impl Operation for GetAccountSummary {
    const NAME: &'static str = "GetAccountSummary";
    const INPUT: &'static [Member] = &[];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>()]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let iam = cx.iam();
        let counts = [
            ("AccessKeysPerUserQuota", cx.quota(Quota::AccessKeysPerUser)),
            ("AccountAccessKeysPresent", 0),
            ("AccountMFAEnabled", 1),
            ("AccountPasswordPresent", 1),
            ("AccountSigningCertificatesPresent", 0),
            ("AssumeRolePolicySizeQuota", cx.quota(Quota::AclSizePerRole)),
            (
                "AttachedPoliciesPerGroupQuota",
                cx.quota(Quota::PoliciesPerGroup),
            ),
            (
                "AttachedPoliciesPerRoleQuota",
                cx.quota(Quota::PoliciesPerRole),
            ),
            (
                "AttachedPoliciesPerUserQuota",
                cx.quota(Quota::PoliciesPerUser),
            ),
            ("GlobalEndpointTokenVersion", 1),
            (
                "GroupPolicySizeQuota",
                cx.quota(Quota::GroupInlinePolicySize),
            ),
            ("Groups", iam.groups.len()),
            ("GroupsPerUserQuota", cx.quota(Quota::GroupsPerUser)),
            ("GroupsQuota", cx.quota(Quota::GroupsPerAccount)),
            ("InstanceProfiles", iam.instance_profiles.len()),
            (
                "InstanceProfilesQuota",
                cx.quota(Quota::InstanceProfilesPerAccount),
            ),
            ("MFADevices", 0),
            ("MFADevicesInUse", 0),
            ("Policies", iam.policies.len()),
            ("PoliciesQuota", cx.quota(Quota::PoliciesPerAccount)),
            ("PolicySizeQuota", cx.quota(Quota::PolicySize)),
            ("PolicyVersionsInUse", iam.policies.len()),
            ("PolicyVersionsInUseQuota", 10_000),
            ("Providers", iam.oidc_providers.len()),
            ("RolePolicySizeQuota", cx.quota(Quota::RoleInlinePolicySize)),
            ("Roles", iam.roles.len()),
            ("RolesQuota", cx.quota(Quota::RolesPerAccount)),
            ("ServerCertificates", 0),
            ("ServerCertificatesQuota", 20),
            ("SigningCertificatesPerUserQuota", 2),
            ("UserPolicySizeQuota", cx.quota(Quota::UserInlinePolicySize)),
            ("Users", iam.users.len()),
            ("UsersQuota", cx.quota(Quota::UsersPerAccount)),
            ("VersionsPerPolicyQuota", cx.quota(Quota::VersionsPerPolicy)),
        ];
        Ok(Output {
            summary_map: Entries::from_iter(counts),
        })
    }
}
