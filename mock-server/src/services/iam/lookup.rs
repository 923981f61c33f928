//! Finding the entities that requests name.

use podpass_policy::Arn;

use super::IamError;
use crate::state::iam::{
    AccessKey, EntityKind, Group, InstanceProfile, OidcProvider, Policy, Role, Usage, User,
};
use crate::state::table::Row;
use crate::store::Context;

/// The role of a name.
pub(super) fn role<'c>(cx: &'c Context, name: &str) -> Result<&'c Role, IamError> {
    cx.iam().role(name).ok_or_else(|| missing_role(name))
}

fn missing_role(name: &str) -> IamError {
    IamError::NotFound(EntityKind::Role, name.to_owned())
}

/// The role of a name, which the operation is about to change in a way that service-linked roles refuse.
pub(super) fn own_role<'c>(cx: &'c Context, name: &str) -> Result<&'c Role, IamError> {
    let role = role(cx, name)?;
    match role.is_service_linked() {
        true => Err(IamError::ProtectedRole(role.name.clone())),
        false => Ok(role),
    }
}

/// The user of a name.
pub(super) fn user<'c>(cx: &'c Context, name: &str) -> Result<&'c User, IamError> {
    let missing = || IamError::NotFound(EntityKind::User, name.to_owned());
    cx.iam().user(name).ok_or_else(missing)
}

/// The user that a request names, or else its caller.
pub(super) fn user_or_caller<'c>(
    cx: &'c Context,
    name: Option<&str>,
) -> Result<&'c User, IamError> {
    let caller = &cx.scope.caller;
    let Some(name) = name else {
        let id = caller.iam_user().ok_or(IamError::CallerIsNoUser)?;
        let deleted = || {
            let name = caller.arn().rsplit('/').next().map(str::to_owned);
            IamError::NotFound(EntityKind::User, name.unwrap_or_default())
        };
        return cx.iam().users.find(User::BY_ID, id).ok_or_else(deleted);
    };
    user(cx, name)
}

/// An access key of a user, or else of the caller.
pub(super) fn access_key<'c>(
    cx: &'c Context,
    user_name: Option<&str>,
    id: &str,
) -> Result<&'c AccessKey, IamError> {
    let user = user_or_caller(cx, user_name)?;
    let key = cx.iam().access_keys.find(AccessKey::BY_ID, id);
    key.filter(|key| key.user_id == user.id)
        .ok_or_else(|| IamError::AccessKeyNotFound(id.to_owned()))
}

/// Changes a user; not its name and path.
pub(super) fn change_user<T>(
    cx: &mut Context,
    name: &str,
    change: impl FnOnce(&mut User) -> T,
) -> Result<T, IamError> {
    let key = user(cx, name)?.key();
    let changed = cx.iam_mut().users.update(&key, change);
    changed.ok_or_else(|| IamError::NotFound(EntityKind::User, name.to_owned()))
}

/// The group of a name.
pub(super) fn group<'c>(cx: &'c Context, name: &str) -> Result<&'c Group, IamError> {
    let missing = || IamError::NotFound(EntityKind::Group, name.to_owned());
    cx.iam().group(name).ok_or_else(missing)
}

/// The instance profile of a name.
pub(super) fn instance_profile<'c>(
    cx: &'c Context,
    name: &str,
) -> Result<&'c InstanceProfile, IamError> {
    let missing = || IamError::InstanceProfileNotFound(name.to_owned());
    cx.iam().instance_profile(name).ok_or_else(missing)
}

/// The OIDC provider of an ARN.
pub(super) fn oidc_provider<'c>(cx: &'c Context, arn: &str) -> Result<&'c OidcProvider, IamError> {
    let missing = || IamError::ProviderNotFound(arn.to_owned());
    cx.iam().oidc_providers.row(arn).ok_or_else(missing)
}

/// Changes an OIDC provider.
pub(super) fn change_oidc_provider<T>(
    cx: &mut Context,
    arn: &str,
    change: impl FnOnce(&mut OidcProvider) -> T,
) -> Result<T, IamError> {
    let changed = cx.iam_mut().oidc_providers.update(arn, change);
    changed.ok_or_else(|| IamError::ProviderNotFound(arn.to_owned()))
}

/// Changes a role.
pub(super) fn change_role<T>(
    cx: &mut Context,
    name: &str,
    change: impl FnOnce(&mut Role) -> T,
) -> Result<T, IamError> {
    let key = role(cx, name)?.key();
    let changed = cx.iam_mut().roles.update(&key, change);
    changed.ok_or_else(|| missing_role(name))
}

/// The managed policy of an ARN, the customer's or AWS's in the caller's partition.
pub(super) fn managed_policy<'c>(cx: &'c Context, arn: &str) -> Option<&'c Policy> {
    let partition = arn.split(':').nth(1)?;
    cx.managed_policy(cx.account(), arn)
        .filter(|_| partition == cx.partition())
}

/// A managed policy, the customer's or AWS's.
pub(super) fn policy<'c>(cx: &'c Context, arn: &str) -> Result<&'c Policy, IamError> {
    managed_policy(cx, arn).ok_or_else(|| match is_policy_arn(arn) {
        true => IamError::PolicyNotFound(arn.to_owned()),
        false => IamError::InvalidArn(arn.to_owned()),
    })
}

/// Refuses a permissions boundary that is no managed policy.
pub(super) fn check_boundary(cx: &Context, arn: &str) -> Result<(), IamError> {
    if !is_policy_arn(arn) {
        return Err(IamError::InvalidBoundary(arn.to_owned()));
    }
    let policy =
        managed_policy(cx, arn).ok_or_else(|| IamError::BoundaryNotAttachable(arn.to_owned()))?;
    attachable(policy)
}

/// Refuses policies that belong to service-linked roles.
pub(super) fn attachable(policy: &Policy) -> Result<(), IamError> {
    let reserved = policy.is_aws_managed() && policy.path.starts_with("/aws-service-role/");
    if reserved {
        Err(IamError::ServiceRolePolicy)
    } else {
        Ok(())
    }
}

/// A managed policy that the operation is about to change: AWS's own refuse.
pub(super) fn customer_policy<'c>(
    cx: &'c Context,
    arn: &str,
    operation: &'static str,
) -> Result<&'c Policy, IamError> {
    let policy = policy(cx, arn)?;
    match policy.is_aws_managed() {
        false => Ok(policy),
        true => Err(IamError::AwsManaged {
            caller: cx.scope.caller.arn(),
            operation,
            arn: arn.to_owned(),
        }),
    }
}

/// Who uses a policy.
pub(super) fn usage<'c>(cx: &'c Context, arn: &str) -> &'c Usage {
    static NONE: Usage = Usage::none(String::new());
    cx.iam().usages.row(arn).unwrap_or(&NONE)
}

/// The number of a policy's version, which `v3` names.
pub(super) fn version(policy: &Policy, version_id: &str) -> Result<u32, IamError> {
    let number = version_id
        .strip_prefix('v')
        .and_then(|number| number.parse().ok());
    let missing = || IamError::VersionNotFound {
        arn: policy.arn.clone(),
        version_id: version_id.to_owned(),
    };
    number
        .filter(|number| policy.versions.contains_key(number))
        .ok_or_else(missing)
}

/// Whether a text has the form of a managed policy's ARN.
pub(super) fn is_policy_arn(text: &str) -> bool {
    text.parse::<Arn>().is_ok_and(|arn| {
        arn.service() == "iam" && arn.region().is_empty() && arn.resource().starts_with("policy/")
    })
}
