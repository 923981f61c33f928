//! Tags: their rules, and the resources that carry them.

use http::StatusCode;
use podpass_policy::Arn;
use thiserror::Error;

use super::Cause;
use crate::protocol::Fault;
use crate::state::eks::{AccessEntry, Association, Attachment, Region, Tags};
use crate::state::table::Table;
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
    part: Part,
}

/// What of the cluster it is.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// By its id.
    Association(String),
    /// By its name and id.
    Addon(String, String),
    /// By its name and id.
    Nodegroup(String, String),
    /// By its name and id.
    FargateProfile(String, String),
    /// By its name and id.
    IdentityProvider(String, String),
    /// By its name and id.
    Capability(String, String),
    /// By its id.
    AccessEntry(String),
    /// An EKS Anywhere subscription, which is of no cluster: by its id.
    Subscription(String),
}

impl Tagged {
    /// The resource of an ARN in the caller's account and region.
    pub(super) fn parse(cx: &Context, text: &str) -> Result<Self, TagError> {
        let invalid = || TagError::InvalidArn(text.to_owned());
        let arn: Arn = text.parse().map_err(|_| invalid())?;
        let (kind, rest) = arn.resource().split_once('/').ok_or_else(invalid)?;
        if arn.service() != "eks" {
            return Err(invalid());
        }
        let not_found = || TagError::NotFound(text.to_owned());
        let is_local = arn.partition() == cx.partition()
            && arn.region() == cx.scope.region
            && arn.account() == cx.account().to_string();
        if !is_local {
            return Err(not_found());
        }
        let (cluster, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let part = match (kind, rest.split_once('/')) {
            ("cluster", None) if rest.is_empty() => Part::Whole,
            ("podidentityassociation", None) => Part::Association(rest.to_owned()),
            ("addon", Some((name, id))) => Part::Addon(name.to_owned(), id.to_owned()),
            ("nodegroup", Some((name, id))) => Part::Nodegroup(name.to_owned(), id.to_owned()),
            ("fargateprofile", Some((name, id))) => {
                Part::FargateProfile(name.to_owned(), id.to_owned())
            }
            ("identityproviderconfig", Some(("oidc", rest))) => {
                let (name, id) = rest.split_once('/').ok_or_else(not_found)?;
                Part::IdentityProvider(name.to_owned(), id.to_owned())
            }
            ("capability", Some((_, rest))) => {
                let (name, id) = rest.split_once('/').ok_or_else(not_found)?;
                Part::Capability(name.to_owned(), id.to_owned())
            }
            ("eks-anywhere-subscription", None) if rest.is_empty() => {
                Part::Subscription(cluster.to_owned())
            }
            ("access-entry", Some((_, rest))) => {
                let id = rest.rsplit_once('/').map_or(rest, |(_, id)| id);
                Part::AccessEntry(id.to_owned())
            }
            _ => return Err(not_found()),
        };
        Ok(Self {
            cluster: cluster.to_owned(),
            part,
        })
    }

    /// The tags of the resource, if it exists.
    pub(super) fn tags<'r>(&self, region: &'r Region) -> Option<&'r Tags> {
        if let Part::Subscription(id) = &self.part {
            return Some(&region.subscriptions.row(id)?.tags);
        }
        let Some(cluster) = region.cluster(&self.cluster) else {
            let connected = region.connected.row(&self.cluster);
            let connected = connected.filter(|_| self.part == Part::Whole);
            return connected.map(|cluster| &cluster.tags);
        };
        match &self.part {
            Part::Whole => Some(&cluster.tags),
            Part::Association(id) => {
                let found = cluster.associations.find(Association::BY_ID, id)?;
                Some(&found.extras.tags)
            }
            Part::Addon(name, id) => {
                let addon = cluster.addons.row(name).filter(|addon| addon.id == *id);
                addon.map(|addon| &addon.tags)
            }
            Part::Nodegroup(name, id) => {
                let nodegroup = cluster.nodegroups.row(name).filter(|group| group.id == *id);
                nodegroup.map(|nodegroup| &nodegroup.tags)
            }
            Part::FargateProfile(name, id) => attached(&cluster.fargate_profiles, name, id),
            Part::IdentityProvider(name, id) => attached(&cluster.identity_providers, name, id),
            Part::Capability(name, id) => attached(&cluster.capabilities, name, id),
            Part::Subscription(_) => None,
            Part::AccessEntry(id) => {
                Some(&cluster.access_entries.find(AccessEntry::BY_ID, id)?.tags)
            }
        }
    }

    /// Changes the tags of the resource, if it exists.
    pub(super) fn change<T>(
        &self,
        region: &mut Region,
        change: impl FnOnce(&mut Tags) -> T,
    ) -> Option<T> {
        self.tags(region)?;
        if let Part::Subscription(id) = &self.part {
            let changed = region.subscriptions.update(id, |row| change(&mut row.tags));
            return changed;
        }
        if region.cluster(&self.cluster).is_none() {
            let changed = region
                .connected
                .update(&self.cluster, |row| change(&mut row.tags));
            return changed;
        }
        let changed = region.change_cluster(&self.cluster, |cluster| match &self.part {
            Part::Whole => Some(change(&mut cluster.tags)),
            Part::Association(id) => {
                let found = cluster.associations.find(Association::BY_ID, id)?;
                let key = Association::key(&found.namespace, &found.service_account);
                cluster
                    .associations
                    .update(&key, |association| change(&mut association.extras.tags))
            }
            Part::Nodegroup(name, _) => cluster
                .nodegroups
                .update(name, |nodegroup| change(&mut nodegroup.tags)),
            Part::AccessEntry(id) => {
                let found = cluster.access_entries.find(AccessEntry::BY_ID, id)?;
                let key = found.principal_arn.clone();
                cluster
                    .access_entries
                    .update(&key, |entry| change(&mut entry.tags))
            }
            Part::FargateProfile(name, _) => cluster
                .fargate_profiles
                .update(name, |profile| change(&mut profile.tags)),
            Part::Capability(name, _) => cluster
                .capabilities
                .update(name, |capability| change(&mut capability.tags)),
            Part::Subscription(_) => None,
            Part::IdentityProvider(name, _) => cluster
                .identity_providers
                .update(name, |provider| change(&mut provider.tags)),
            Part::Addon(name, _) => cluster.addons.update(name, |addon| change(&mut addon.tags)),
        });
        changed.flatten()
    }
}

/// The tags of what a cluster keeps under a name and an id.
fn attached<'t>(rows: &'t Table<Attachment>, name: &str, id: &str) -> Option<&'t Tags> {
    let found = rows.row(name).filter(|found| found.id == *id);
    found.map(|found| &found.tags)
}
