//! Tags of IAM resources: the rules, and what the tag operations of all resources share.

use serde::Serialize;

use super::paging::{More, Paging};
use super::{IamError, lookup};
use crate::state::iam::{Tag, Tags};
use crate::state::table::Row;
use crate::store::Context;

/// The most tags that a resource can carry; AWS does not raise it.
const MAX_TAGS: usize = 50;

/// A resource that carries tags, by what requests call it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tagged<'r> {
    Role(&'r str),
    User(&'r str),
    Policy(&'r str),
    InstanceProfile(&'r str),
    OidcProvider(&'r str),
}

/// Tags as keys and values.
pub(super) fn pairs<'t>(
    tags: impl IntoIterator<Item = &'t Tag>,
) -> impl Iterator<Item = (&'t String, &'t String)> {
    tags.into_iter().map(|tag| (&tag.key, &tag.value))
}

/// Adds tags to a resource; those whose keys it has already are replaced.
pub(super) fn add(cx: &mut Context, resource: Tagged, tags: Vec<Tag>) -> Result<(), IamError> {
    let tags = merged(of(cx, resource)?, tags)?;
    change(cx, resource, "TagPolicy", |present| *present = tags)
}

/// Takes tags from a resource; keys that it does not have are no error.
pub(super) fn take(cx: &mut Context, resource: Tagged, keys: &[String]) -> Result<(), IamError> {
    change(cx, resource, "UntagPolicy", |tags| {
        keys.iter().for_each(|key| tags.remove(key))
    })
}

/// A page of tags.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagsPage {
    tags: Vec<Tag>,
    #[serde(flatten)]
    more: More,
}

/// A page of a resource's tags, by key.
pub(super) fn page(cx: &Context, resource: Tagged, paging: &Paging) -> Result<TagsPage, IamError> {
    let (tags, more) = paging.of(of(cx, resource)?.scan(), Clone::clone)?;
    Ok(TagsPage { tags, more })
}

fn of<'c>(cx: &'c Context, resource: Tagged) -> Result<&'c Tags, IamError> {
    Ok(match resource {
        Tagged::Role(name) => &lookup::role(cx, name)?.tags,
        Tagged::User(name) => &lookup::user(cx, name)?.tags,
        Tagged::Policy(arn) => &lookup::policy(cx, arn)?.tags,
        Tagged::InstanceProfile(name) => &lookup::instance_profile(cx, name)?.tags,
        Tagged::OidcProvider(arn) => &lookup::oidc_provider(cx, arn)?.tags,
    })
}

fn change(
    cx: &mut Context,
    resource: Tagged,
    policy_operation: &'static str,
    change: impl FnOnce(&mut Tags),
) -> Result<(), IamError> {
    match resource {
        Tagged::Role(name) => lookup::change_role(cx, name, |role| change(&mut role.tags)),
        Tagged::User(name) => lookup::change_user(cx, name, |user| change(&mut user.tags)),
        Tagged::Policy(arn) => {
            let key = lookup::customer_policy(cx, arn, policy_operation)?.key();
            cx.iam_mut()
                .policies
                .update(&key, |policy| change(&mut policy.tags));
            Ok(())
        }
        Tagged::InstanceProfile(name) => {
            let key = lookup::instance_profile(cx, name)?.key();
            cx.iam_mut()
                .instance_profiles
                .update(&key, |profile| change(&mut profile.tags));
            Ok(())
        }
        Tagged::OidcProvider(arn) => {
            lookup::change_oidc_provider(cx, arn, |provider| change(&mut provider.tags))
        }
    }
}

/// The tags of a new resource.
pub(super) fn new(tags: Vec<Tag>) -> Result<Tags, IamError> {
    merged(&Tags::default(), tags)
}

/// What a resource's tags become when these are added.
fn merged(present: &Tags, tags: Vec<Tag>) -> Result<Tags, IamError> {
    let given = tags.len();
    let mut added = Tags::default();
    let mut merged = present.clone();
    for tag in tags {
        check_key(&tag.key)?;
        added.put(tag.clone());
        merged.put(tag);
    }
    if added.len() < given {
        return Err(IamError::DuplicateTagKeys);
    }
    if merged.len() > MAX_TAGS {
        return Err(IamError::TooManyTags);
    }
    Ok(merged)
}

/// Refuses keys that belong to AWS.
fn check_key(key: &str) -> Result<(), IamError> {
    let reserved = key
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    if reserved {
        Err(IamError::ReservedTagKey)
    } else {
        Ok(())
    }
}
