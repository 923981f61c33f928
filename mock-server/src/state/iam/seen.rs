//! IAM as those see it who learn of its changes late.

use super::{Account, Group, OidcProvider, Policy, Role, User};
use crate::state::table::Moment;

/// IAM in an account, at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    account: &'a Account,
    /// The present, if there is none.
    moment: Option<Moment>,
}

impl Account {
    /// The account as it was at a moment, or as it is if none is given.
    pub(crate) fn seen(&self, moment: Option<Moment>) -> Seen<'_> {
        Seen {
            account: self,
            moment,
        }
    }
}

impl<'a> Seen<'a> {
    /// The role of an ARN, which names it exactly.
    pub(crate) fn role_by_arn(self, arn: &str) -> Option<&'a Role> {
        let (_, name) = arn.rsplit_once('/')?;
        let roles = &self.account.roles;
        let role = roles.find_at(Role::BY_NAME, &name.to_lowercase(), self.moment);
        role.filter(|role| role.arn == arn)
    }

    /// The role with a unique id.
    pub(crate) fn role_by_id(self, id: &str) -> Option<&'a Role> {
        self.account.roles.find_at(Role::BY_ID, id, self.moment)
    }

    /// The user with a unique id.
    pub(crate) fn user_by_id(self, id: &str) -> Option<&'a User> {
        self.account.users.find_at(User::BY_ID, id, self.moment)
    }

    /// The groups that a user is in, by name.
    pub(crate) fn groups_of(self, user: &User) -> Vec<&'a Group> {
        let groups = user.groups.iter();
        let find = |id: &String| self.account.groups.find_at(Group::BY_ID, id, self.moment);
        let mut groups: Vec<&Group> = groups.filter_map(find).collect();
        groups.sort_by_key(|group| group.name.to_lowercase());
        groups
    }

    /// The customer managed policy of an ARN.
    pub(crate) fn policy(self, arn: &str) -> Option<&'a Policy> {
        let policies = &self.account.policies;
        policies.find_at(Policy::BY_ARN, arn, self.moment)
    }

    /// The OIDC provider of an ARN.
    pub(crate) fn oidc_provider(self, arn: &str) -> Option<&'a OidcProvider> {
        self.account.oidc_providers.row_at(arn, self.moment)
    }
}
