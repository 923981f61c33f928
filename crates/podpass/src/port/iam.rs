//! IAM: roles and their policies.

use std::future::Future;

use super::PortError;
use crate::arn::PolicyArn;
use crate::association::Tags;
use crate::id::{PolicyName, PolicyVersionId, RoleName};
use crate::role::{ManagedPolicy, NewPolicy, NewRole, PolicyVersion, Role, RoleUpdate};

/// IAM of one account, as far as the engine asks it. Documents go in and come out as JSON text:
/// percent-encoding is the adapter's matter. Listings are whole: the adapter walks their pages.
///
/// # Errors
/// Every method answers AWS's failure as a [`PortError`]; an unknown role, policy or version is
/// [`is_not_found`](PortError::is_not_found), a taken name [`is_conflict`](PortError::is_conflict).
pub trait Iam: Clone + Send + Sync + 'static {
    /// `GetRole`.
    fn role(&self, name: &RoleName) -> impl Future<Output = Result<Role, PortError>> + Send;

    /// `CreateRole`.
    fn create_role(&self, role: &NewRole) -> impl Future<Output = Result<Role, PortError>> + Send;

    /// `UpdateRole`: description and longest session.
    fn update_role(
        &self,
        name: &RoleName,
        update: &RoleUpdate,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `PutRolePermissionsBoundary`, or `DeleteRolePermissionsBoundary` for `None`.
    fn set_permissions_boundary(
        &self,
        name: &RoleName,
        boundary: Option<&PolicyArn>,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `UpdateAssumeRolePolicy`.
    fn update_trust_policy(
        &self,
        name: &RoleName,
        document: &str,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `DeleteRole`: only once nothing is attached to it.
    fn delete_role(&self, name: &RoleName) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `TagRole`: adds and overwrites, keeps the rest.
    fn tag_role(
        &self,
        name: &RoleName,
        tags: &Tags,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `UntagRole`.
    fn untag_role(
        &self,
        name: &RoleName,
        keys: &[String],
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `ListAttachedRolePolicies`.
    fn attached_policies(
        &self,
        role: &RoleName,
    ) -> impl Future<Output = Result<Vec<PolicyArn>, PortError>> + Send;

    /// `AttachRolePolicy`: no error when it is attached already.
    fn attach_policy(
        &self,
        role: &RoleName,
        policy: &PolicyArn,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `DetachRolePolicy`.
    fn detach_policy(
        &self,
        role: &RoleName,
        policy: &PolicyArn,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `ListRolePolicies`.
    fn inline_policies(
        &self,
        role: &RoleName,
    ) -> impl Future<Output = Result<Vec<PolicyName>, PortError>> + Send;

    /// `GetRolePolicy`: the document.
    fn inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
    ) -> impl Future<Output = Result<String, PortError>> + Send;

    /// `PutRolePolicy`: creates or overwrites.
    fn put_inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
        document: &str,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `DeleteRolePolicy`.
    fn delete_inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `GetPolicy`.
    fn policy(
        &self,
        arn: &PolicyArn,
    ) -> impl Future<Output = Result<ManagedPolicy, PortError>> + Send;

    /// `CreatePolicy`: its first version is `v1` and in force.
    fn create_policy(
        &self,
        policy: &NewPolicy,
    ) -> impl Future<Output = Result<ManagedPolicy, PortError>> + Send;

    /// `DeletePolicy`: only once it is attached nowhere and has one version.
    fn delete_policy(&self, arn: &PolicyArn) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `TagPolicy`: adds and overwrites, keeps the rest.
    fn tag_policy(
        &self,
        arn: &PolicyArn,
        tags: &Tags,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `UntagPolicy`.
    fn untag_policy(
        &self,
        arn: &PolicyArn,
        keys: &[String],
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// `ListPolicyVersions`, in any order.
    fn policy_versions(
        &self,
        arn: &PolicyArn,
    ) -> impl Future<Output = Result<Vec<PolicyVersion>, PortError>> + Send;

    /// `GetPolicyVersion`: the document.
    fn policy_document(
        &self,
        arn: &PolicyArn,
        version: &PolicyVersionId,
    ) -> impl Future<Output = Result<String, PortError>> + Send;

    /// `CreatePolicyVersion`, put in force at once: the new version's id. Five versions exist at most.
    fn create_policy_version(
        &self,
        arn: &PolicyArn,
        document: &str,
    ) -> impl Future<Output = Result<PolicyVersionId, PortError>> + Send;

    /// `DeletePolicyVersion`: any but the one in force.
    fn delete_policy_version(
        &self,
        arn: &PolicyArn,
        version: &PolicyVersionId,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}
