//! The resources that IAM's operations need permission for: their ARNs, tags and boundaries. In denials, IAM
//! names what a call names by its name, such as `role my-role`, and what is to be made by its ARN.

use super::tag::pairs;
use super::{lookup, service_linked};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{Role, SERVICE_LINKED_PATH, Tag, Tags};
use crate::store::Context;

/// The operation, which knows no resources.
pub(super) fn on_anything<O: Operation>() -> Permission {
    Permission::on_anything::<O>().named("*")
}

/// The operation on a role: with its path, if it exists.
pub(super) fn on_role<O: Operation>(cx: &Context, name: &str) -> Permission {
    let permission = match cx.iam().role(name) {
        Some(role) => existing_role::<O>(role),
        None => Permission::of::<O>(cx.iam_arn("role", "/", name)),
    };
    permission.named(format!("role {name}"))
}

/// The same for operations that know the role's permissions boundary as a key.
pub(super) fn on_bounded_role<O: Operation>(cx: &Context, name: &str) -> Permission {
    let boundary = cx
        .iam()
        .role(name)
        .and_then(|role| role.permissions.boundary.as_deref());
    on_role::<O>(cx, name).given(BOUNDARY, boundary)
}

/// The context key of permissions boundaries.
pub(super) const BOUNDARY: &str = "iam:PermissionsBoundary";

/// The operation on a user: with its path, if it exists.
pub(super) fn on_user<O: Operation>(cx: &Context, name: &str) -> Permission {
    let permission = match cx.iam().user(name) {
        Some(user) => {
            on_tagged::<O>(&user.arn, &user.tags).tagged("iam:ResourceTag", pairs(user.tags.iter()))
        }
        None => Permission::of::<O>(cx.iam_arn("user", "/", name)),
    };
    permission.named(format!("user {name}"))
}

/// The same for operations that know the user's permissions boundary as a key.
pub(super) fn on_bounded_user<O: Operation>(cx: &Context, name: &str) -> Permission {
    let user = cx.iam().user(name);
    let boundary = user.and_then(|user| user.permissions.boundary.as_deref());
    on_user::<O>(cx, name).given(BOUNDARY, boundary)
}

/// The operation on a user, or else on the caller.
pub(super) fn on_user_or_caller<O: Operation>(cx: &Context, name: Option<&str>) -> Permission {
    match (name, lookup::user_or_caller(cx, name)) {
        (_, Ok(user)) => on_user::<O>(cx, &user.name),
        (Some(name), Err(_)) => on_user::<O>(cx, name),
        (None, Err(_)) => Permission::of::<O>(cx.iam_arn("user", "/", "*")),
    }
}

/// The operation on a group: with its path, if it exists.
pub(super) fn on_group<O: Operation>(cx: &Context, name: &str) -> Permission {
    let permission = match cx.iam().group(name) {
        Some(group) => Permission::of::<O>(group.arn.as_str()),
        None => Permission::of::<O>(cx.iam_arn("group", "/", name)),
    };
    permission.named(format!("group {name}"))
}

fn existing_role<O: Operation>(role: &Role) -> Permission {
    on_tagged::<O>(&role.arn, &role.tags).tagged("iam:ResourceTag", pairs(role.tags.iter()))
}

fn on_tagged<O: Operation>(arn: &str, tags: &Tags) -> Permission {
    Permission::of::<O>(arn).tagged("aws:ResourceTag", pairs(tags.iter()))
}

/// The operation on a managed policy.
pub(super) fn on_policy<O: Operation>(cx: &Context, arn: &str) -> Permission {
    let permission = match lookup::managed_policy(cx, arn) {
        Some(policy) => on_tagged::<O>(arn, &policy.tags),
        None => Permission::of::<O>(arn),
    };
    permission.named(format!("policy {arn}"))
}

/// The operation on an instance profile: with its path, if it exists.
pub(super) fn on_instance_profile<O: Operation>(cx: &Context, name: &str) -> Permission {
    let permission = match cx.iam().instance_profile(name) {
        Some(profile) => on_tagged::<O>(&profile.arn, &profile.tags),
        None => Permission::of::<O>(cx.iam_arn("instance-profile", "/", name)),
    };
    permission.named(format!("instance profile {name}"))
}

/// The operation on an OIDC provider.
pub(super) fn on_oidc_provider<O: Operation>(cx: &Context, arn: &str) -> Permission {
    match cx.iam().oidc_providers.row(arn) {
        Some(provider) => on_tagged::<O>(arn, &provider.tags),
        None => Permission::of::<O>(arn),
    }
}

/// The operation on what is to be made at a path.
pub(super) fn on_new<O: Operation>(
    cx: &Context,
    kind: &str,
    path: Option<&str>,
    name: &str,
) -> Permission {
    Permission::of::<O>(cx.iam_arn(kind, path.unwrap_or("/"), name))
}

/// What gives something another ARN needs permission for that as well (IAM API reference, "UpdateUser").
pub(super) fn with_new_arn<O: Operation>(
    cx: &Context,
    from: Permission,
    (kind, path, name): (&str, &str, &str),
) -> Vec<Permission> {
    let to = on_new::<O>(cx, kind, Some(path), name);
    match to.resource == from.resource {
        true => vec![from],
        false => vec![from, to],
    }
}

/// The operation on all of a kind below a path, as IAM names what is listed.
pub(super) fn on_path<O: Operation>(cx: &Context, kind: &str, prefix: Option<&str>) -> Permission {
    on_new::<O>(cx, kind, prefix, "")
}

/// Making something with tags takes the action that tags it as well (IAM user guide, "Tags for IAM
/// resources").
pub(super) fn with_tags(
    create: Permission,
    tagging: &'static str,
    tags: &[Tag],
) -> Vec<Permission> {
    let tag = Permission::new(tagging, create.resource.as_str()).setting_tags(pairs(tags));
    let create = create.setting_tags(pairs(tags));
    match tags {
        [] => vec![create],
        _ => vec![create, tag],
    }
}

/// The operation on the service-linked role that it makes.
pub(super) fn on_linked_role<O: Operation>(
    cx: &Context,
    principal: &str,
    suffix: Option<&str>,
) -> Permission {
    let role = service_linked::service(principal).map_or("*", |service| service.role);
    let name = match suffix {
        Some(suffix) => format!("{role}_{suffix}"),
        None => role.to_owned(),
    };
    let path = format!("{SERVICE_LINKED_PATH}{principal}/");
    on_new::<O>(cx, "role", Some(&path), &name).with("iam:AWSServiceName", principal)
}
