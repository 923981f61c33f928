//! The world in memory, as IAM.

use super::Memory;
use super::memory::{State, StoredPolicy, StoredRole, conflict, not_found};
use crate::port::{Iam, PortError, Service};
use crate::role::{ManagedPolicy, NewPolicy, NewRole, PolicyVersion, Role, RoleUpdate};
use crate::{PolicyArn, PolicyName, PolicyVersionId, RoleArn, RoleName, Tags};

const IAM: Service = Service::Iam;

impl Memory {
    fn change_role<T>(
        &self,
        operation: &'static str,
        name: &RoleName,
        change: impl FnOnce(&mut StoredRole) -> T,
    ) -> Result<T, PortError> {
        self.write(IAM, operation, |state| {
            let role = state.roles.get_mut(name);
            role.map(change).ok_or_else(|| not_found(IAM, operation))
        })
    }

    fn change_policy<T>(
        &self,
        operation: &'static str,
        arn: &PolicyArn,
        change: impl FnOnce(&mut StoredPolicy) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        self.write(IAM, operation, |state| {
            let policy = state.policies.get_mut(arn);
            policy
                .ok_or_else(|| not_found(IAM, operation))
                .and_then(change)
        })
    }
}

fn version(number: u64) -> PolicyVersionId {
    format!("v{number}").parse().unwrap()
}

/// AWS's own policies all exist, though without documents.
fn aws_managed(arn: &PolicyArn) -> ManagedPolicy {
    ManagedPolicy {
        arn: arn.clone(),
        default_version: version(1),
        description: None,
        attachment_count: 0,
        boundary_count: 0,
        tags: Tags::new(),
    }
}

fn attachments(state: &State, arn: &PolicyArn) -> u32 {
    let holders = state
        .roles
        .values()
        .filter(|role| role.attached.contains(arn));
    holders.count().try_into().unwrap()
}

fn boundaries(state: &State, arn: &PolicyArn) -> u32 {
    let bounded = state
        .roles
        .values()
        .filter(|role| role.role.permissions_boundary.as_ref() == Some(arn));
    bounded.count().try_into().unwrap()
}

impl Iam for Memory {
    async fn role(&self, name: &RoleName) -> Result<Role, PortError> {
        self.read(IAM, "GetRole", |state| {
            state.roles.get(name).map(|stored| stored.role.clone())
        })
    }

    async fn create_role(&self, new: &NewRole) -> Result<Role, PortError> {
        self.write(IAM, "CreateRole", |state| {
            if state.roles.contains_key(&new.name) {
                return Err(conflict(IAM, "CreateRole", "Role already exists."));
            }
            let account = super::caller().account;
            let role = Role {
                arn: RoleArn::new(
                    "aws".parse().unwrap(),
                    &account,
                    new.path.clone(),
                    new.name.clone(),
                ),
                description: new.description.clone(),
                max_session_duration: new.max_session_duration,
                permissions_boundary: new.permissions_boundary.clone(),
                trust_policy: new.trust_policy.clone(),
                tags: new.tags.clone(),
            };
            let stored = StoredRole {
                role: role.clone(),
                attached: Default::default(),
                inline: Default::default(),
            };
            state.roles.insert(new.name.clone(), stored);
            Ok(role)
        })
    }

    async fn update_role(&self, name: &RoleName, update: &RoleUpdate) -> Result<(), PortError> {
        self.change_role("UpdateRole", name, |stored| {
            if let Some(text) = &update.description {
                stored.role.description = Some(text.clone());
            }
            if let Some(seconds) = update.max_session_duration {
                stored.role.max_session_duration = seconds;
            }
        })
    }

    async fn set_permissions_boundary(
        &self,
        name: &RoleName,
        boundary: Option<&PolicyArn>,
    ) -> Result<(), PortError> {
        self.change_role("PutRolePermissionsBoundary", name, |stored| {
            stored.role.permissions_boundary = boundary.cloned();
        })
    }

    async fn update_trust_policy(&self, name: &RoleName, document: &str) -> Result<(), PortError> {
        self.change_role("UpdateAssumeRolePolicy", name, |stored| {
            stored.role.trust_policy = document.to_owned();
        })
    }

    async fn delete_role(&self, name: &RoleName) -> Result<(), PortError> {
        self.write(IAM, "DeleteRole", |state| {
            let Some(stored) = state.roles.get(name) else {
                return Err(not_found(IAM, "DeleteRole"));
            };
            if !stored.attached.is_empty() || !stored.inline.is_empty() {
                return Err(conflict(IAM, "DeleteRole", "Cannot delete entity."));
            }
            state.roles.remove(name);
            Ok(())
        })
    }

    async fn tag_role(&self, name: &RoleName, tags: &Tags) -> Result<(), PortError> {
        self.change_role("TagRole", name, |stored| {
            stored.role.tags.extend(tags.clone())
        })
    }

    async fn untag_role(&self, name: &RoleName, keys: &[String]) -> Result<(), PortError> {
        self.change_role("UntagRole", name, |stored| {
            stored.role.tags.retain(|key, _| !keys.contains(key));
        })
    }

    async fn attached_policies(&self, role: &RoleName) -> Result<Vec<PolicyArn>, PortError> {
        self.read(IAM, "ListAttachedRolePolicies", |state| {
            let stored = state.roles.get(role)?;
            Some(stored.attached.iter().cloned().collect())
        })
    }

    async fn attach_policy(&self, role: &RoleName, policy: &PolicyArn) -> Result<(), PortError> {
        self.write(IAM, "AttachRolePolicy", |state| {
            let missing = policy.account().is_some() && !state.policies.contains_key(policy);
            let Some(stored) = state.roles.get_mut(role) else {
                return Err(not_found(IAM, "AttachRolePolicy"));
            };
            if missing {
                return Err(PortError::answered(
                    IAM,
                    "AttachRolePolicy",
                    404,
                    "NoSuchEntity",
                    "Policy ARN does not exist or is not attachable.",
                ));
            }
            stored.attached.insert(policy.clone());
            Ok(())
        })
    }

    async fn detach_policy(&self, role: &RoleName, policy: &PolicyArn) -> Result<(), PortError> {
        self.change_role("DetachRolePolicy", role, |stored| {
            stored.attached.remove(policy);
        })
    }

    async fn inline_policies(&self, role: &RoleName) -> Result<Vec<PolicyName>, PortError> {
        self.read(IAM, "ListRolePolicies", |state| {
            let stored = state.roles.get(role)?;
            Some(stored.inline.keys().cloned().collect())
        })
    }

    async fn inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
    ) -> Result<String, PortError> {
        self.read(IAM, "GetRolePolicy", |state| {
            state.roles.get(role)?.inline.get(policy).cloned()
        })
    }

    async fn put_inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
        document: &str,
    ) -> Result<(), PortError> {
        self.change_role("PutRolePolicy", role, |stored| {
            stored.inline.insert(policy.clone(), document.to_owned());
        })
    }

    async fn delete_inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
    ) -> Result<(), PortError> {
        self.change_role("DeleteRolePolicy", role, |stored| {
            stored.inline.remove(policy);
        })
    }

    async fn policy(&self, arn: &PolicyArn) -> Result<ManagedPolicy, PortError> {
        self.read(IAM, "GetPolicy", |state| {
            let Some(stored) = state.policies.get(arn) else {
                return arn.account().is_none().then(|| aws_managed(arn));
            };
            Some(ManagedPolicy {
                attachment_count: attachments(state, arn),
                boundary_count: boundaries(state, arn),
                ..stored.policy.clone()
            })
        })
    }

    async fn create_policy(&self, new: &NewPolicy) -> Result<ManagedPolicy, PortError> {
        self.write(IAM, "CreatePolicy", |state| {
            let arn = PolicyArn::new(
                "aws".parse().unwrap(),
                &super::caller().account,
                new.path.clone(),
                new.name.clone(),
            );
            if state
                .policies
                .keys()
                .any(|other| other.name() == arn.name())
            {
                return Err(conflict(
                    IAM,
                    "CreatePolicy",
                    "A policy of that name exists.",
                ));
            }
            let policy = ManagedPolicy {
                arn: arn.clone(),
                default_version: version(1),
                description: new.description.clone(),
                attachment_count: 0,
                boundary_count: 0,
                tags: new.tags.clone(),
            };
            let stored = StoredPolicy {
                policy: policy.clone(),
                versions: [(1, new.document.clone())].into(),
                next: 2,
            };
            state.policies.insert(arn, stored);
            Ok(policy)
        })
    }

    async fn delete_policy(&self, arn: &PolicyArn) -> Result<(), PortError> {
        self.write(IAM, "DeletePolicy", |state| {
            let Some(stored) = state.policies.get(arn) else {
                return Err(not_found(IAM, "DeletePolicy"));
            };
            if attachments(state, arn) > 0
                || boundaries(state, arn) > 0
                || stored.versions.len() > 1
            {
                return Err(conflict(IAM, "DeletePolicy", "Cannot delete."));
            }
            state.policies.remove(arn);
            Ok(())
        })
    }

    async fn tag_policy(&self, arn: &PolicyArn, tags: &Tags) -> Result<(), PortError> {
        self.change_policy("TagPolicy", arn, |stored| {
            stored.policy.tags.extend(tags.clone());
            Ok(())
        })
    }

    async fn untag_policy(&self, arn: &PolicyArn, keys: &[String]) -> Result<(), PortError> {
        self.change_policy("UntagPolicy", arn, |stored| {
            stored.policy.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
    }

    async fn policy_versions(&self, arn: &PolicyArn) -> Result<Vec<PolicyVersion>, PortError> {
        self.read(IAM, "ListPolicyVersions", |state| {
            let stored = state.policies.get(arn)?;
            let default = stored.policy.default_version.number();
            let versions = stored.versions.keys().map(|number| PolicyVersion {
                id: version(*number),
                is_default: *number == default,
            });
            Some(versions.collect())
        })
    }

    async fn policy_document(
        &self,
        arn: &PolicyArn,
        version: &PolicyVersionId,
    ) -> Result<String, PortError> {
        self.read(IAM, "GetPolicyVersion", |state| {
            state
                .policies
                .get(arn)?
                .versions
                .get(&version.number())
                .cloned()
        })
    }

    async fn create_policy_version(
        &self,
        arn: &PolicyArn,
        document: &str,
    ) -> Result<PolicyVersionId, PortError> {
        self.change_policy("CreatePolicyVersion", arn, |stored| {
            if stored.versions.len() >= 5 {
                let message = "A managed policy can have up to 5 versions.";
                return Err(PortError::answered(
                    IAM,
                    "CreatePolicyVersion",
                    409,
                    "LimitExceeded",
                    message,
                ));
            }
            let id = version(stored.next);
            stored.versions.insert(stored.next, document.to_owned());
            stored.policy.default_version = id.clone();
            stored.next += 1;
            Ok(id)
        })
    }

    async fn delete_policy_version(
        &self,
        arn: &PolicyArn,
        version: &PolicyVersionId,
    ) -> Result<(), PortError> {
        self.change_policy("DeletePolicyVersion", arn, |stored| {
            stored.versions.remove(&version.number());
            Ok(())
        })
    }
}
