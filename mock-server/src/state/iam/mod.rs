//! IAM in one account: roles and managed policies, and who uses which policy.

pub(crate) mod aws_managed;
mod deletion_task;
mod instance_profile;
mod oidc_provider;
mod policy;
mod role;
mod tags;

pub(crate) use deletion_task::DeletionTasks;
pub(crate) use instance_profile::InstanceProfile;
pub(crate) use oidc_provider::OidcProvider;
pub(crate) use policy::{Document, Policy, PolicyVersion, Usage};
pub(crate) use role::{BoundPrincipal, Role, SERVICE_LINKED_PATH, TrustPolicy};
pub(crate) use tags::{Tag, Tags};

use super::table::Table;

/// The IAM entities of an account.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) roles: Table<Role>,
    /// The customer managed policies.
    pub(crate) policies: Table<Policy>,
    /// Who uses a managed policy, AWS's own among them. A policy that nobody uses has no row.
    pub(crate) usages: Table<Usage>,
    pub(crate) instance_profiles: Table<InstanceProfile>,
    pub(crate) oidc_providers: Table<OidcProvider>,
    /// The deletions of service-linked roles.
    pub(crate) deletion_tasks: DeletionTasks,
    /// The account's alias, of which there can be one.
    pub(crate) alias: Option<String>,
}

impl Account {
    /// The role of a name; IAM compares names without regard to case.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.find(Role::BY_NAME, &name.to_lowercase())
    }

    /// The role of an ARN, which names it exactly.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        let (_, name) = arn.rsplit_once('/')?;
        self.role(name).filter(|role| role.arn == arn)
    }

    /// The customer managed policy of an ARN.
    pub(crate) fn policy(&self, arn: &str) -> Option<&Policy> {
        self.policies.find(Policy::BY_ARN, arn)
    }

    /// The instance profile of a name.
    pub(crate) fn instance_profile(&self, name: &str) -> Option<&InstanceProfile> {
        self.instance_profiles
            .find(InstanceProfile::BY_NAME, &name.to_lowercase())
    }

    /// The managed policy of an ARN, the customer's or AWS's.
    pub(crate) fn managed_policy(&self, arn: &str) -> Option<&Policy> {
        self.policy(arn).or_else(|| aws_managed::policy(arn))
    }

    /// Changes who uses a policy.
    pub(crate) fn change_usage(&mut self, policy_arn: &str, change: impl FnOnce(&mut Usage)) {
        let mut usage = self
            .usages
            .remove(policy_arn)
            .unwrap_or_else(|| Usage::none(policy_arn.to_owned()));
        change(&mut usage);
        if !usage.roles.is_empty() || !usage.bounded_roles.is_empty() {
            self.usages.put(usage);
        }
    }
}
