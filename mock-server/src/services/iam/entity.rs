//! Roles, users and groups as requests name them: what all three have is found and changed here.

use super::IamError;
use crate::quota::Quota;
use crate::state::iam::{EntityKind, Permissions};
use crate::state::table::Row;
use crate::store::Context;

/// An entity with permissions, by its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entity<'r> {
    kind: EntityKind,
    name: &'r str,
}

/// What was found under the name, which may be spelt in another case.
#[derive(Debug)]
pub(super) struct Found<'c> {
    pub(super) name: &'c str,
    pub(super) permissions: &'c Permissions,
    /// Whether it belongs to AWS.
    is_service_linked: bool,
}

impl<'r> Entity<'r> {
    pub(super) const fn role(name: &'r str) -> Self {
        Self {
            kind: EntityKind::Role,
            name,
        }
    }

    pub(super) const fn user(name: &'r str) -> Self {
        Self {
            kind: EntityKind::User,
            name,
        }
    }

    pub(super) const fn group(name: &'r str) -> Self {
        Self {
            kind: EntityKind::Group,
            name,
        }
    }

    pub(super) const fn kind(self) -> EntityKind {
        self.kind
    }

    fn missing(self) -> IamError {
        IamError::NotFound(self.kind, self.name.to_owned())
    }

    /// Finds the entity.
    pub(super) fn find<'c>(self, cx: &'c Context) -> Result<Found<'c>, IamError> {
        let (iam, name) = (cx.iam(), self.name);
        let found = match self.kind {
            EntityKind::Role => iam.role(name).map(|role| Found {
                name: &role.name,
                permissions: &role.permissions,
                is_service_linked: role.is_service_linked(),
            }),
            EntityKind::User => iam.user(name).map(|user| Found {
                name: &user.name,
                permissions: &user.permissions,
                is_service_linked: false,
            }),
            EntityKind::Group => iam.group(name).map(|group| Found {
                name: &group.name,
                permissions: &group.permissions,
                is_service_linked: false,
            }),
        };
        found.ok_or_else(|| self.missing())
    }

    /// Finds the entity, whose permissions are about to be changed: service-linked roles refuse that.
    pub(super) fn find_own<'c>(self, cx: &'c Context) -> Result<Found<'c>, IamError> {
        let found = self.find(cx)?;
        match found.is_service_linked {
            true => Err(IamError::ProtectedRole(found.name.to_owned())),
            false => Ok(found),
        }
    }

    /// Changes the permissions of the entity.
    pub(super) fn change<T>(
        self,
        cx: &mut Context,
        change: impl FnOnce(&mut Permissions) -> T,
    ) -> Result<T, IamError> {
        let (iam, name) = (cx.iam_mut(), self.name);
        let changed = match self.kind {
            EntityKind::Role => {
                let key = iam.role(name).map(Row::key);
                key.and_then(|key| iam.roles.update(&key, |role| change(&mut role.permissions)))
            }
            EntityKind::User => {
                let key = iam.user(name).map(Row::key);
                key.and_then(|key| iam.users.update(&key, |user| change(&mut user.permissions)))
            }
            EntityKind::Group => {
                let key = iam.group(name).map(Row::key);
                key.and_then(|key| {
                    iam.groups
                        .update(&key, |group| change(&mut group.permissions))
                })
            }
        };
        changed.ok_or_else(|| self.missing())
    }

    /// How many managed policies can be attached.
    pub(super) const fn attachments_quota(self) -> Quota {
        match self.kind {
            EntityKind::Role => Quota::PoliciesPerRole,
            EntityKind::User => Quota::PoliciesPerUser,
            EntityKind::Group => Quota::PoliciesPerGroup,
        }
    }

    /// How large all inline policies together can be.
    pub(super) const fn inline_quota(self) -> Quota {
        match self.kind {
            EntityKind::Role => Quota::RoleInlinePolicySize,
            EntityKind::User => Quota::UserInlinePolicySize,
            EntityKind::Group => Quota::GroupInlinePolicySize,
        }
    }
}
