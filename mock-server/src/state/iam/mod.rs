//! IAM in one account: users, groups, roles and managed policies, and who uses which policy.

mod access_key;
pub(crate) mod aws_managed;
mod deletion_task;
mod document;
mod group;
mod instance_profile;
mod oidc_provider;
mod permissions;
mod policy;
mod role;
mod seen;
mod tags;
mod user;

pub(crate) use access_key::{AccessKey, LastUse};
pub(crate) use deletion_task::DeletionTask;
pub(crate) use document::Document;
pub(crate) use group::Group;
pub(crate) use instance_profile::InstanceProfile;
pub(crate) use oidc_provider::OidcProvider;
pub(crate) use permissions::{EntityKind, Permissions};
pub(crate) use policy::{Policy, PolicyVersion, Usage, UsedBy};
pub(crate) use role::{BoundPrincipal, Role, SERVICE_LINKED_PATH, TrustPolicy};
pub(crate) use seen::Seen;
pub(crate) use tags::{Tag, Tags};
pub(crate) use user::{ADMINISTRATOR, User, administrator_arn, administrator_id};

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::table::{Row, Table};
use crate::account::AccountId;
use crate::persist::{Digest, Visit};

/// The IAM entities of an account.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) users: Table<User>,
    pub(crate) groups: Table<Group>,
    pub(crate) access_keys: Table<AccessKey>,
    pub(crate) roles: Table<Role>,
    /// The customer managed policies.
    pub(crate) policies: Table<Policy>,
    /// Who uses a managed policy, AWS's own among them. A policy that nobody uses has no row.
    pub(crate) usages: Table<Usage>,
    pub(crate) instance_profiles: Table<InstanceProfile>,
    pub(crate) oidc_providers: Table<OidcProvider>,
    /// The deletions of service-linked roles.
    pub(crate) deletion_tasks: Table<DeletionTask>,
    /// The account's alias, of which there can be one.
    pub(crate) alias: Option<String>,
    about: Digest,
}

/// The row of an account itself. It tells as well that the account has begun.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct About {
    alias: Option<String>,
}

impl Account {
    /// An account as it begins: with an administrator and nothing else.
    pub(super) fn begun(account: AccountId, partition: &str, now: Timestamp) -> Self {
        let mut begun = Self::default();
        let mut administrator = User::administrator(account, partition, now);
        let name = "AdministratorAccess".to_owned();
        let arn = format!("arn:{partition}:iam::aws:policy/{name}");
        begun.change_usage(&arn, |usage| {
            _ = usage
                .attached
                .insert((EntityKind::User, administrator.name.clone()))
        });
        administrator.permissions.attached.insert((name, arn));
        begun.users.put(administrator);
        begun
    }

    /// Remembers what is changed from now on, for so long, for those who learn of it late.
    pub(super) fn remember(&mut self, now: Timestamp, horizon: Duration) {
        self.users.remember(now, horizon);
        self.groups.remember(now, horizon);
        self.access_keys.remember(now, horizon);
        self.roles.remember(now, horizon);
        self.policies.remember(now, horizon);
        self.oidc_providers.remember(now, horizon);
    }

    /// Goes through the rows of the account. Who uses which policy follows from the others.
    pub(super) fn visit(&mut self, visit: &mut impl Visit) {
        let Self {
            users,
            groups,
            access_keys,
            roles,
            policies,
            usages: _,
            instance_profiles,
            oidc_providers,
            deletion_tasks,
            alias,
            about: last,
        } = self;
        let mut about = About {
            alias: alias.take(),
        };
        visit.row("account", &mut about, last);
        *alias = about.alias;
        visit.table("users", users);
        visit.table("groups", groups);
        visit.table("access-keys", access_keys);
        visit.table("roles", roles);
        visit.table("policies", policies);
        visit.table("instance-profiles", instance_profiles);
        visit.table("oidc-providers", oidc_providers);
        visit.table("deletion-tasks", deletion_tasks);
    }

    /// Finds out again who uses which policy.
    pub(super) fn find_usages(&mut self) {
        let users = self.users.scan("", None);
        let users = users.map(|(_, row)| (EntityKind::User, &row.name, &row.permissions));
        let groups = self.groups.scan("", None);
        let groups = groups.map(|(_, row)| (EntityKind::Group, &row.name, &row.permissions));
        let roles = self.roles.scan("", None);
        let roles = roles.map(|(_, row)| (EntityKind::Role, &row.name, &row.permissions));
        let mut found = Vec::new();
        for (kind, name, permissions) in users.chain(groups).chain(roles) {
            let attached = permissions.attached.iter();
            let attached = attached.map(|(_, arn)| (arn.clone(), true));
            let boundary = permissions.boundary.iter();
            let boundary = boundary.map(|arn| (arn.clone(), false));
            let used = attached.chain(boundary);
            found.extend(used.map(|(arn, is_attached)| (arn, is_attached, (kind, name.clone()))));
        }
        for (arn, is_attached, by) in found {
            self.change_usage(&arn, |usage| {
                _ = match is_attached {
                    true => usage.attached.insert(by),
                    false => usage.bounded.insert(by),
                }
            });
        }
    }

    /// The user of a name; IAM compares names without regard to case.
    pub(crate) fn user(&self, name: &str) -> Option<&User> {
        self.users.find(User::BY_NAME, &name.to_lowercase())
    }

    /// The user of an ARN, which names it exactly.
    pub(crate) fn user_by_arn(&self, arn: &str) -> Option<&User> {
        let (_, name) = arn.rsplit_once('/')?;
        self.user(name).filter(|user| user.arn == arn)
    }

    /// The group of a name.
    pub(crate) fn group(&self, name: &str) -> Option<&Group> {
        self.groups.find(Group::BY_NAME, &name.to_lowercase())
    }

    /// Changes the group with a unique id; not its name and path.
    pub(crate) fn change_group(&mut self, id: &str, change: impl FnOnce(&mut Group)) {
        if let Some(key) = self.groups.find(Group::BY_ID, id).map(Row::key) {
            self.groups.update(&key, change);
        }
    }

    /// Remembers that an access key signed a request.
    pub(crate) fn used_key(&mut self, id: &str, last_use: LastUse) {
        if let Some(key) = self.access_keys.find(AccessKey::BY_ID, id).map(Row::key) {
            self.access_keys
                .update(&key, |key| key.last_used = Some(last_use));
        }
    }

    /// The access keys of a user, by id.
    pub(crate) fn keys_of(&self, user: &User) -> Vec<&AccessKey> {
        let prefix = AccessKey::prefix(&user.id);
        let keys = self.access_keys.scan(&prefix, None);
        keys.map(|(_, key)| key).collect()
    }

    /// The groups that a user is in, by name.
    pub(crate) fn groups_of<'a>(&'a self, user: &'a User) -> Vec<&'a Group> {
        let groups = user.groups.iter();
        let mut groups: Vec<&Group> = groups
            .filter_map(|id| self.groups.find(Group::BY_ID, id))
            .collect();
        groups.sort_by_key(|group| group.name.to_lowercase());
        groups
    }

    /// The role of a name; IAM compares names without regard to case.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.find(Role::BY_NAME, &name.to_lowercase())
    }

    /// The role of an ARN, which names it exactly.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        let (_, name) = arn.rsplit_once('/')?;
        self.role(name).filter(|role| role.arn == arn)
    }

    /// The instance profile of a name.
    pub(crate) fn instance_profile(&self, name: &str) -> Option<&InstanceProfile> {
        self.instance_profiles
            .find(InstanceProfile::BY_NAME, &name.to_lowercase())
    }

    /// Changes who uses a policy.
    pub(crate) fn change_usage(&mut self, policy_arn: &str, change: impl FnOnce(&mut Usage)) {
        let mut usage = self
            .usages
            .remove(policy_arn)
            .unwrap_or_else(|| Usage::none(policy_arn.to_owned()));
        change(&mut usage);
        if !usage.attached.is_empty() || !usage.bounded.is_empty() {
            self.usages.put(usage);
        }
    }
}
