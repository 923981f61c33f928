//! IAM: roles and their policies. The port's methods stand here, the shapes of answers in `shape`.

mod shape;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use podpass::port::{self, PortError, Service};
use podpass::{
    ManagedPolicy, NewPolicy, NewRole, PolicyArn, PolicyName, PolicyVersion, PolicyVersionId, Role,
    RoleName, RoleUpdate, Tags,
};

use crate::error::Call;
use crate::network::NoteAddress;
use crate::retry::OnlyWhatTheNetworkLost;

/// [`port::Iam`] over the AWS SDK.
#[derive(Clone, Debug)]
pub struct Iam {
    client: Client,
}

impl Iam {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        let config = aws_sdk_iam::config::Builder::from(config)
            .retry_classifier(OnlyWhatTheNetworkLost)
            .interceptor(NoteAddress)
            .build();
        Self {
            client: Client::from_conf(config),
        }
    }
}

fn call(operation: &'static str) -> Call {
    Call {
        service: Service::Iam,
        operation,
    }
}

impl port::Iam for Iam {
    async fn role(&self, name: &RoleName) -> Result<Role, PortError> {
        let call = call("GetRole");
        let request = self.client.get_role().role_name(name.as_str());
        let role = call.answer(request.send()).await?.role;
        shape::role(call, call.member("Role", role)?)
    }

    async fn create_role(&self, role: &NewRole) -> Result<Role, PortError> {
        let call = call("CreateRole");
        let boundary = role.permissions_boundary.as_ref();
        let request = self
            .client
            .create_role()
            .role_name(role.name.as_str())
            .path(role.path.as_str())
            .set_description(role.description.clone())
            .max_session_duration(shape::seconds(call, role.max_session_duration)?)
            .set_permissions_boundary(boundary.map(PolicyArn::to_string))
            .assume_role_policy_document(role.trust_policy.as_str())
            .set_tags(shape::some_tags(call, &role.tags)?);
        let created = call.answer(request.send()).await?.role;
        Ok(Role {
            // CreateRole does not say it, unlike GetRole.
            max_session_duration: role.max_session_duration,
            ..shape::role(call, call.member("Role", created)?)?
        })
    }

    async fn update_role(&self, name: &RoleName, update: &RoleUpdate) -> Result<(), PortError> {
        let call = call("UpdateRole");
        let seconds = update.max_session_duration;
        let request = self
            .client
            .update_role()
            .role_name(name.as_str())
            .set_description(update.description.clone())
            .set_max_session_duration(seconds.map(|n| shape::seconds(call, n)).transpose()?);
        call.done(request.send()).await
    }

    async fn set_permissions_boundary(
        &self,
        name: &RoleName,
        boundary: Option<&PolicyArn>,
    ) -> Result<(), PortError> {
        let client = &self.client;
        match boundary {
            Some(arn) => {
                call("PutRolePermissionsBoundary")
                    .done(
                        client
                            .put_role_permissions_boundary()
                            .role_name(name.as_str())
                            .permissions_boundary(arn.to_string())
                            .send(),
                    )
                    .await
            }
            None => {
                call("DeleteRolePermissionsBoundary")
                    .done(
                        client
                            .delete_role_permissions_boundary()
                            .role_name(name.as_str())
                            .send(),
                    )
                    .await
            }
        }
    }

    async fn update_trust_policy(&self, name: &RoleName, document: &str) -> Result<(), PortError> {
        let request = self.client.update_assume_role_policy();
        call("UpdateAssumeRolePolicy")
            .done(
                request
                    .role_name(name.as_str())
                    .policy_document(document)
                    .send(),
            )
            .await
    }

    async fn delete_role(&self, name: &RoleName) -> Result<(), PortError> {
        call("DeleteRole")
            .done(self.client.delete_role().role_name(name.as_str()).send())
            .await
    }

    async fn tag_role(&self, name: &RoleName, tags: &Tags) -> Result<(), PortError> {
        let tags = Some(shape::tags(call("TagRole"), tags)?);
        let request = self.client.tag_role().role_name(name.as_str());
        call("TagRole").done(request.set_tags(tags).send()).await
    }

    async fn untag_role(&self, name: &RoleName, keys: &[String]) -> Result<(), PortError> {
        let request = self.client.untag_role().role_name(name.as_str());
        call("UntagRole")
            .done(request.set_tag_keys(Some(keys.to_vec())).send())
            .await
    }

    async fn attached_policies(&self, role: &RoleName) -> Result<Vec<PolicyArn>, PortError> {
        let call = call("ListAttachedRolePolicies");
        let request = self.client.list_attached_role_policies();
        let pages = request.role_name(role.as_str()).into_paginator().items();
        let attached = call.answer(pages.send().try_collect()).await?;
        attached
            .into_iter()
            .map(|policy| call.read(&call.member("PolicyArn", policy.policy_arn)?))
            .collect()
    }

    async fn attach_policy(&self, role: &RoleName, policy: &PolicyArn) -> Result<(), PortError> {
        let request = self.client.attach_role_policy().role_name(role.as_str());
        call("AttachRolePolicy")
            .done(request.policy_arn(policy.to_string()).send())
            .await
    }

    async fn detach_policy(&self, role: &RoleName, policy: &PolicyArn) -> Result<(), PortError> {
        let request = self.client.detach_role_policy().role_name(role.as_str());
        call("DetachRolePolicy")
            .done(request.policy_arn(policy.to_string()).send())
            .await
    }

    async fn inline_policies(&self, role: &RoleName) -> Result<Vec<PolicyName>, PortError> {
        let call = call("ListRolePolicies");
        let request = self.client.list_role_policies().role_name(role.as_str());
        let pages = request.into_paginator().items();
        let names = call.answer(pages.send().try_collect()).await?;
        names.iter().map(|name| call.read(name)).collect()
    }

    async fn inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
    ) -> Result<String, PortError> {
        let call = call("GetRolePolicy");
        let request = self.client.get_role_policy().role_name(role.as_str());
        let request = request.policy_name(policy.as_str());
        shape::document(call, &call.answer(request.send()).await?.policy_document)
    }

    async fn put_inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
        document: &str,
    ) -> Result<(), PortError> {
        let request = self.client.put_role_policy().role_name(role.as_str());
        let request = request.policy_name(policy.as_str());
        call("PutRolePolicy")
            .done(request.policy_document(document).send())
            .await
    }

    async fn delete_inline_policy(
        &self,
        role: &RoleName,
        policy: &PolicyName,
    ) -> Result<(), PortError> {
        let request = self.client.delete_role_policy().role_name(role.as_str());
        call("DeleteRolePolicy")
            .done(request.policy_name(policy.as_str()).send())
            .await
    }

    async fn policy(&self, arn: &PolicyArn) -> Result<ManagedPolicy, PortError> {
        let call = call("GetPolicy");
        let request = self.client.get_policy().policy_arn(arn.to_string());
        shape::managed_policy(call, call.answer(request.send()).await?.policy)
    }

    async fn create_policy(&self, policy: &NewPolicy) -> Result<ManagedPolicy, PortError> {
        let call = call("CreatePolicy");
        let request = self
            .client
            .create_policy()
            .policy_name(policy.name.as_str())
            .path(policy.path.as_str())
            .set_description(policy.description.clone())
            .policy_document(policy.document.as_str())
            .set_tags(shape::some_tags(call, &policy.tags)?);
        let created = shape::managed_policy(call, call.answer(request.send()).await?.policy)?;
        Ok(ManagedPolicy {
            // CreatePolicy does not say it, unlike GetPolicy.
            description: policy.description.clone().filter(|text| !text.is_empty()),
            ..created
        })
    }

    async fn delete_policy(&self, arn: &PolicyArn) -> Result<(), PortError> {
        let request = self.client.delete_policy();
        call("DeletePolicy")
            .done(request.policy_arn(arn.to_string()).send())
            .await
    }

    async fn tag_policy(&self, arn: &PolicyArn, tags: &Tags) -> Result<(), PortError> {
        let tags = Some(shape::tags(call("TagPolicy"), tags)?);
        let request = self.client.tag_policy().policy_arn(arn.to_string());
        call("TagPolicy").done(request.set_tags(tags).send()).await
    }

    async fn untag_policy(&self, arn: &PolicyArn, keys: &[String]) -> Result<(), PortError> {
        let request = self.client.untag_policy().policy_arn(arn.to_string());
        call("UntagPolicy")
            .done(request.set_tag_keys(Some(keys.to_vec())).send())
            .await
    }

    async fn policy_versions(&self, arn: &PolicyArn) -> Result<Vec<PolicyVersion>, PortError> {
        let call = call("ListPolicyVersions");
        let request = self.client.list_policy_versions();
        let mut pages = request.policy_arn(arn.to_string()).into_paginator().send();
        let mut versions = Vec::new();
        while let Some(page) = call.answer(pages.try_next()).await? {
            for version in page.versions.unwrap_or_default() {
                versions.push(PolicyVersion {
                    id: call.read(&call.member("VersionId", version.version_id)?)?,
                    is_default: version.is_default_version,
                });
            }
        }
        Ok(versions)
    }

    async fn policy_document(
        &self,
        arn: &PolicyArn,
        version: &PolicyVersionId,
    ) -> Result<String, PortError> {
        let call = call("GetPolicyVersion");
        let request = self.client.get_policy_version().policy_arn(arn.to_string());
        let request = request.version_id(version.as_str());
        let answered = call.answer(request.send()).await?.policy_version;
        let version = call.member("PolicyVersion", answered)?;
        shape::document(call, &call.member("Document", version.document)?)
    }

    async fn create_policy_version(
        &self,
        arn: &PolicyArn,
        document: &str,
    ) -> Result<PolicyVersionId, PortError> {
        let call = call("CreatePolicyVersion");
        let request = self
            .client
            .create_policy_version()
            .policy_arn(arn.to_string())
            .policy_document(document)
            .set_as_default(true);
        let answered = call.answer(request.send()).await?.policy_version;
        let version = call.member("PolicyVersion", answered)?;
        call.read(&call.member("VersionId", version.version_id)?)
    }

    async fn delete_policy_version(
        &self,
        arn: &PolicyArn,
        version: &PolicyVersionId,
    ) -> Result<(), PortError> {
        let request = self.client.delete_policy_version();
        let request = request.policy_arn(arn.to_string());
        call("DeletePolicyVersion")
            .done(request.version_id(version.as_str()).send())
            .await
    }
}
