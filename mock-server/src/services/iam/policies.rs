//! What the operations on the permissions of roles, users and groups share: attached policies, inline
//! policies and boundaries.

use podpass_policy::{DocumentKind, size_without_whitespace};
use serde::Serialize;

use super::document::{self, Submitted};
use super::entity::Entity;
use super::paging::{More, Paging};
use super::view::AttachedPolicy;
use super::{IamError, lookup};
use crate::state::iam::{Permissions, Usage, UsedBy};
use crate::store::Context;

/// Attaches a managed policy; once is enough.
pub(super) fn attach(cx: &mut Context, entity: Entity, arn: String) -> Result<(), IamError> {
    if !lookup::is_policy_arn(&arn) {
        return Err(IamError::UnparsableArn);
    }
    let found = entity.find_own(cx)?;
    let policy =
        lookup::managed_policy(cx, &arn).ok_or_else(|| IamError::NotAttachable(arn.clone()))?;
    lookup::attachable(policy)?;
    let attachment = (policy.name.clone(), arn);
    let (quota, attached) = (entity.attachments_quota(), &found.permissions.attached);
    let limit = cx.quota(quota);
    if attached.len() >= limit && !attached.contains(&attachment) {
        return Err(IamError::QuotaExceeded(quota, limit));
    }
    let user = (entity.kind(), found.name.to_owned());
    cx.iam_mut()
        .change_usage(&attachment.1, |usage| _ = usage.attached.insert(user));
    entity.change(cx, |permissions| {
        _ = permissions.attached.insert(attachment)
    })
}

/// Detaches a managed policy.
pub(super) fn detach(cx: &mut Context, entity: Entity, arn: &str) -> Result<(), IamError> {
    let found = entity.find_own(cx)?;
    let mut attached = found.permissions.attached.iter();
    let attachment = attached.find(|(_, attached)| attached == arn).cloned();
    let attachment = attachment.ok_or_else(|| IamError::PolicyNotFound(arn.to_owned()))?;
    let user = (entity.kind(), found.name.to_owned());
    cx.iam_mut()
        .change_usage(arn, |usage| _ = usage.attached.remove(&user));
    entity.change(cx, |permissions| {
        _ = permissions.attached.remove(&attachment)
    })
}

/// A page of attached policies.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttachedPage {
    attached_policies: Vec<AttachedPolicy>,
    #[serde(flatten)]
    more: More,
}

/// A page of the attached policies whose paths begin with a prefix, by name.
pub(super) fn attached_page(
    cx: &Context,
    entity: Entity,
    path_prefix: Option<&str>,
    paging: &Paging,
) -> Result<AttachedPage, IamError> {
    let attached = entity.find(cx)?.permissions.attached.iter();
    let prefix = format!(":policy{}", path_prefix.unwrap_or_default());
    let rows = attached
        .filter(|(_, arn)| arn.contains(&prefix))
        .map(|attached| (format!("{} {}", attached.0, attached.1), attached));
    let (attached_policies, more) = paging.of(rows, AttachedPolicy::new)?;
    Ok(AttachedPage {
        attached_policies,
        more,
    })
}

/// Writes an inline policy, over the one of the same name if there is one.
pub(super) fn put_inline(
    cx: &mut Context,
    entity: Entity,
    name: String,
    submitted: Submitted,
) -> Result<(), IamError> {
    let found = entity.find_own(cx)?;
    let inline = found.permissions.inline.iter();
    let size: usize = inline
        .filter(|(other, _)| **other != name)
        .map(|(_, document)| size_without_whitespace(&document.text))
        .sum();
    let limit = cx.quota(entity.inline_quota());
    if size + submitted.size() > limit {
        let (kind, name) = (entity.kind(), found.name.to_owned());
        return Err(IamError::InlinePoliciesTooLarge { limit, kind, name });
    }
    let document = submitted.into_document(DocumentKind::InlineIdentity, &name)?;
    entity.change(cx, |permissions| {
        _ = permissions.inline.insert(name, document)
    })
}

/// An inline policy that was found.
#[derive(Debug)]
pub(super) struct Inline {
    /// The name of the entity.
    pub(super) entity: String,
    pub(super) name: String,
    /// As answers carry it.
    pub(super) document: String,
}

/// Finds an inline policy.
pub(super) fn inline(cx: &Context, entity: Entity, name: String) -> Result<Inline, IamError> {
    let found = entity.find(cx)?;
    match found.permissions.inline.get(&name) {
        Some(stored) => Ok(Inline {
            entity: found.name.to_owned(),
            document: document::encoded(&stored.text),
            name,
        }),
        None => Err(IamError::InlineNotFound(entity.kind(), name)),
    }
}

/// A page of names of inline policies.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InlinePage {
    policy_names: Vec<String>,
    #[serde(flatten)]
    more: More,
}

/// A page of the names of the inline policies.
pub(super) fn inline_page(
    cx: &Context,
    entity: Entity,
    paging: &Paging,
) -> Result<InlinePage, IamError> {
    let names = entity.find(cx)?.permissions.inline.keys();
    let (policy_names, more) = paging.of(names.map(|name| (name, name)), Clone::clone)?;
    Ok(InlinePage { policy_names, more })
}

/// Deletes an inline policy.
pub(super) fn delete_inline(
    cx: &mut Context,
    entity: Entity,
    name: String,
) -> Result<(), IamError> {
    entity.find_own(cx)?;
    match entity.change(cx, |permissions| permissions.inline.remove(&name))? {
        Some(_) => Ok(()),
        None => Err(IamError::InlineNotFound(entity.kind(), name)),
    }
}

/// Sets the managed policy that bounds what the entity may do.
pub(super) fn put_boundary(cx: &mut Context, entity: Entity, arn: String) -> Result<(), IamError> {
    entity.find_own(cx)?;
    lookup::check_boundary(cx, &arn)?;
    change_boundary(cx, entity, Some(arn)).map(drop)
}

/// Takes the boundary away.
pub(super) fn delete_boundary(cx: &mut Context, entity: Entity) -> Result<(), IamError> {
    let name = entity.find_own(cx)?.name.to_owned();
    match change_boundary(cx, entity, None)? {
        Some(_) => Ok(()),
        None => Err(IamError::NoBoundary(entity.kind(), name)),
    }
}

/// Changes the boundary, and answers the former one.
fn change_boundary(
    cx: &mut Context,
    entity: Entity,
    boundary: Option<String>,
) -> Result<Option<String>, IamError> {
    let user: UsedBy = (entity.kind(), entity.find(cx)?.name.to_owned());
    let former = entity.change(cx, |permissions| {
        std::mem::replace(&mut permissions.boundary, boundary.clone())
    })?;
    let iam = cx.iam_mut();
    if let Some(former) = &former {
        iam.change_usage(former, |usage| _ = usage.bounded.remove(&user));
    }
    if let Some(boundary) = &boundary {
        iam.change_usage(boundary, |usage| _ = usage.bounded.insert(user));
    }
    Ok(former)
}

/// Refuses to delete an entity that has policies.
pub(super) fn check_none(permissions: &Permissions) -> Result<(), IamError> {
    if !permissions.attached.is_empty() {
        return Err(IamError::HasAttachedPolicies);
    }
    match permissions.inline.is_empty() {
        true => Ok(()),
        false => Err(IamError::HasInlinePolicies),
    }
}

/// Tells the policies that an entity uses that it uses them no longer.
pub(super) fn forget(cx: &mut Context, user: &UsedBy, permissions: &Permissions) {
    each_usage(cx, permissions, |usage| {
        usage.attached.remove(user);
        usage.bounded.remove(user);
    });
}

/// Tells the policies that an entity uses its new name.
pub(super) fn rename(cx: &mut Context, from: &UsedBy, to: &str, permissions: &Permissions) {
    each_usage(cx, permissions, |usage| {
        for users in [&mut usage.attached, &mut usage.bounded] {
            if users.remove(from) {
                users.insert((from.0, to.to_owned()));
            }
        }
    });
}

fn each_usage(cx: &mut Context, permissions: &Permissions, change: impl Fn(&mut Usage)) {
    let attached = permissions.attached.iter().map(|(_, arn)| arn);
    for arn in attached.chain(&permissions.boundary) {
        cx.iam_mut().change_usage(arn, &change);
    }
}
