//! Tags: their rules, and the resources that carry them.

use http::StatusCode;
use podpass_policy::Arn;
use thiserror::Error;

use super::Cause;
use crate::protocol::Fault;
use crate::state::eks::{Association, Region, Tags};
use crate::store::Context;
use crate::validation::Violations;

/// The greatest number of tags on a resource.
const MAX_TAGS: usize = 50;

/// A rule for tags, beyond the lengths of the service model (EKS API reference, `Tag`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TagRule {
    #[error("aws: prefixed tag key names are not allowed for external use.")]
    Reserved,
    #[error("The tag `{0}` contains invalid characters.")]
    Characters(String),
    #[error("A resource can have at most {MAX_TAGS} tags.")]
    TooMany,
}

impl From<TagRule> for Cause {
    fn from(rule: TagRule) -> Self {
        Self::InvalidTag(rule)
    }
}

/// Checks the keys and values of new tags.
pub(super) fn check(tags: &Tags) -> Result<(), TagRule> {
    let is_reserved = |text: &str| {
        text.get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    };
    let is_allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c);
    for (key, value) in tags {
        if is_reserved(key) || is_reserved(value) {
            return Err(TagRule::Reserved);
        }
        if !key.chars().chain(value.chars()).all(is_allowed) {
            return Err(TagRule::Characters(key.clone()));
        }
    }
    Ok(())
}

/// Puts tags over those that a resource has; nothing changes when they would be too many.
pub(super) fn put(tags: &mut Tags, new: Tags) -> Result<(), TagRule> {
    let added = new.keys().filter(|key| !tags.contains_key(*key)).count();
    if tags.len() + added > MAX_TAGS {
        return Err(TagRule::TooMany);
    }
    tags.extend(new);
    Ok(())
}

/// What can go wrong in the operations on tags, which have errors of their own.
#[derive(Debug, Error)]
pub(crate) enum TagError {
    #[error("No resource found for ARN: {0}")]
    NotFound(String),
    #[error("Invalid resource ARN: {0}")]
    InvalidArn(String),
    #[error(transparent)]
    Rule(#[from] TagRule),
}

impl From<TagError> for Fault {
    fn from(error: TagError) -> Self {
        match error {
            TagError::NotFound(_) => Fault::new(
                StatusCode::NOT_FOUND,
                "NotFoundException",
                error.to_string(),
            ),
            TagError::InvalidArn(_) | TagError::Rule(_) => bad_request(error.to_string()),
        }
    }
}

/// How the operations on tags refuse input that breaks the service model's constraints.
pub(super) fn refuse(violations: Violations) -> Fault {
    bad_request(violations.message(true))
}

fn bad_request(message: String) -> Fault {
    Fault::new(StatusCode::BAD_REQUEST, "BadRequestException", message)
}

/// A resource that can carry tags.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tagged {
    cluster: String,
    /// The id of an association of the cluster; `None` means the cluster itself.
    association: Option<String>,
}

impl Tagged {
    /// The resource of an ARN in the caller's account and region.
    pub(super) fn parse(cx: &Context, text: &str) -> Result<Self, TagError> {
        let invalid = || TagError::InvalidArn(text.to_owned());
        let arn: Arn = text.parse().map_err(|_| invalid())?;
        if arn.service() != "eks" {
            return Err(invalid());
        }
        let is_local = arn.partition() == cx.partition()
            && arn.region() == cx.scope.region
            && arn.account() == cx.account().to_string();
        let parts: Vec<_> = arn.resource().split('/').collect();
        match parts[..] {
            ["cluster", cluster] if is_local => Ok(Self {
                cluster: cluster.to_owned(),
                association: None,
            }),
            ["podidentityassociation", cluster, id] if is_local => Ok(Self {
                cluster: cluster.to_owned(),
                association: Some(id.to_owned()),
            }),
            [_, _, ..] => Err(TagError::NotFound(text.to_owned())),
            _ => Err(invalid()),
        }
    }

    /// The tags of the resource, if it exists.
    pub(super) fn tags<'r>(&self, region: &'r Region) -> Option<&'r Tags> {
        let cluster = region.cluster(&self.cluster)?;
        match &self.association {
            Some(id) => Some(&cluster.associations.find(Association::BY_ID, id)?.tags),
            None => Some(&cluster.tags),
        }
    }

    /// Changes the tags of the resource, if it exists.
    pub(super) fn change<T>(
        &self,
        region: &mut Region,
        change: impl FnOnce(&mut Tags) -> T,
    ) -> Option<T> {
        let changed = region
            .clusters
            .update(&self.cluster, |cluster| match &self.association {
                Some(id) => {
                    let found = cluster.associations.find(Association::BY_ID, id)?;
                    let key = Association::key(&found.namespace, &found.service_account);
                    cluster
                        .associations
                        .update(&key, |association| change(&mut association.tags))
                }
                None => Some(change(&mut cluster.tags)),
            });
        changed.flatten()
    }
}
