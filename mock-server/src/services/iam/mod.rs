//! AWS Identity and Access Management.

mod document;
mod entity;
mod error;
mod known;
mod lookup;
mod members;
mod oidc;
mod paging;
mod permission;
mod policies;
mod policy_exclusion;
mod policy_source;
mod recent;
mod scenario;
mod service_linked;
mod simulation;
mod simulation_view;
mod tag;
mod trust;
mod user_view;
mod view;

use http::StatusCode;

pub(crate) use error::IamError;
pub(crate) use trust::current_text as current_trust_policy;

use crate::operation::{Registered, Service, operations};
use crate::protocol::Fault;
use crate::protocol::aws_query::AwsQuery;
use crate::validation::{Constraint, Violations};

operations![
    create_policy::CreatePolicy,
    get_policy::GetPolicy,
    list_policies::ListPolicies,
    delete_policy::DeletePolicy,
    create_policy_version::CreatePolicyVersion,
    get_policy_version::GetPolicyVersion,
    list_policy_versions::ListPolicyVersions,
    set_default_policy_version::SetDefaultPolicyVersion,
    delete_policy_version::DeletePolicyVersion,
    create_role::CreateRole,
    get_role::GetRole,
    list_roles::ListRoles,
    update_assume_role_policy::UpdateAssumeRolePolicy,
    delete_role::DeleteRole,
    tag_role::TagRole,
    untag_role::UntagRole,
    list_role_tags::ListRoleTags,
    attach_role_policy::AttachRolePolicy,
    detach_role_policy::DetachRolePolicy,
    list_attached_role_policies::ListAttachedRolePolicies,
    put_role_policy::PutRolePolicy,
    get_role_policy::GetRolePolicy,
    list_role_policies::ListRolePolicies,
    delete_role_policy::DeleteRolePolicy,
    update_role::UpdateRole,
    update_role_description::UpdateRoleDescription,
    put_role_permissions_boundary::PutRolePermissionsBoundary,
    delete_role_permissions_boundary::DeleteRolePermissionsBoundary,
    create_user::CreateUser,
    get_user::GetUser,
    list_users::ListUsers,
    update_user::UpdateUser,
    delete_user::DeleteUser,
    tag_user::TagUser,
    untag_user::UntagUser,
    list_user_tags::ListUserTags,
    create_access_key::CreateAccessKey,
    list_access_keys::ListAccessKeys,
    update_access_key::UpdateAccessKey,
    delete_access_key::DeleteAccessKey,
    get_access_key_last_used::GetAccessKeyLastUsed,
    attach_user_policy::AttachUserPolicy,
    detach_user_policy::DetachUserPolicy,
    list_attached_user_policies::ListAttachedUserPolicies,
    put_user_policy::PutUserPolicy,
    get_user_policy::GetUserPolicy,
    list_user_policies::ListUserPolicies,
    delete_user_policy::DeleteUserPolicy,
    put_user_permissions_boundary::PutUserPermissionsBoundary,
    delete_user_permissions_boundary::DeleteUserPermissionsBoundary,
    create_group::CreateGroup,
    get_group::GetGroup,
    list_groups::ListGroups,
    update_group::UpdateGroup,
    delete_group::DeleteGroup,
    add_user_to_group::AddUserToGroup,
    remove_user_from_group::RemoveUserFromGroup,
    list_groups_for_user::ListGroupsForUser,
    attach_group_policy::AttachGroupPolicy,
    detach_group_policy::DetachGroupPolicy,
    list_attached_group_policies::ListAttachedGroupPolicies,
    put_group_policy::PutGroupPolicy,
    get_group_policy::GetGroupPolicy,
    list_group_policies::ListGroupPolicies,
    delete_group_policy::DeleteGroupPolicy,
    list_entities_for_policy::ListEntitiesForPolicy,
    tag_policy::TagPolicy,
    untag_policy::UntagPolicy,
    list_policy_tags::ListPolicyTags,
    create_instance_profile::CreateInstanceProfile,
    get_instance_profile::GetInstanceProfile,
    list_instance_profiles::ListInstanceProfiles,
    list_instance_profiles_for_role::ListInstanceProfilesForRole,
    delete_instance_profile::DeleteInstanceProfile,
    add_role_to_instance_profile::AddRoleToInstanceProfile,
    remove_role_from_instance_profile::RemoveRoleFromInstanceProfile,
    tag_instance_profile::TagInstanceProfile,
    untag_instance_profile::UntagInstanceProfile,
    list_instance_profile_tags::ListInstanceProfileTags,
    create_open_id_connect_provider::CreateOpenIDConnectProvider,
    get_open_id_connect_provider::GetOpenIDConnectProvider,
    list_open_id_connect_providers::ListOpenIDConnectProviders,
    delete_open_id_connect_provider::DeleteOpenIDConnectProvider,
    update_open_id_connect_provider_thumbprint::UpdateOpenIDConnectProviderThumbprint,
    add_client_id_to_open_id_connect_provider::AddClientIDToOpenIDConnectProvider,
    remove_client_id_from_open_id_connect_provider::RemoveClientIDFromOpenIDConnectProvider,
    tag_open_id_connect_provider::TagOpenIDConnectProvider,
    untag_open_id_connect_provider::UntagOpenIDConnectProvider,
    list_open_id_connect_provider_tags::ListOpenIDConnectProviderTags,
    get_account_authorization_details::GetAccountAuthorizationDetails,
    get_account_summary::GetAccountSummary,
    create_account_alias::CreateAccountAlias,
    delete_account_alias::DeleteAccountAlias,
    list_account_aliases::ListAccountAliases,
    create_service_linked_role::CreateServiceLinkedRole,
    delete_service_linked_role::DeleteServiceLinkedRole,
    get_service_linked_role_deletion_status::GetServiceLinkedRoleDeletionStatus,
    simulate_custom_policy::SimulateCustomPolicy,
    simulate_principal_policy::SimulatePrincipalPolicy,
    get_context_keys_for_custom_policy::GetContextKeysForCustomPolicy,
    get_context_keys_for_principal_policy::GetContextKeysForPrincipalPolicy,
];

pub(crate) static SERVICE: Registered = Registered::of::<Iam>(OPERATIONS, known::KNOWN);

/// The service.
///
/// What is changed is seen at once: there is no eventual consistency, and nobody else interferes.
/// `ConcurrentModification`, `EntityTemporarilyUnmodifiable` and `ServiceFailure` are answered only where a fault is asked
/// for.
///
/// Every account begins with a user `admin`, who has `AdministratorAccess`. Access keys that this server did not
/// issue are its keys. Without its policies, or deleted, `admin` stays the caller and has no permissions, until a
/// reset. A server keeps 10,000 accounts.
///
/// The markers of pages can be longer than AWS's, which have 320 characters at most.
///
/// The AWS managed policies are those that EKS users attach, with their real documents; their unique ids
/// are made up.
pub(crate) struct Iam;

impl Service for Iam {
    const NAME: &'static str = "iam";
    const VERSION: &'static str = "2010-05-08";
    const XMLNS: &'static str = "https://iam.amazonaws.com/doc/2010-05-08/";
    type Protocol = AwsQuery;

    /// IAM hides values, and has texts of its own for names and paths when nothing else is wrong.
    fn refuse(violations: Violations) -> Fault {
        let own_texts = violations
            .0
            .iter()
            .map(|violation| match violation.constraint {
                Constraint::Pattern(pattern) => pattern.instead.map(|hint| {
                    format!(
                        "The specified value for {} is invalid. {hint}",
                        violation.member
                    )
                }),
                _ => None,
            });
        let own_texts: Option<Vec<String>> = own_texts.collect();
        let message = own_texts
            .and_then(|texts| texts.into_iter().next())
            .unwrap_or_else(|| violations.message(false));
        Fault::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }
}
