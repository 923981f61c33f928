use serde::Deserialize;

use super::association::{self, Output};
use super::{Cause, Eks, EksError, cluster, members, permission, role};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Association;
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Changes an association's role, target role, session tags or session policy.
///
/// Members that are left out stay as they are; `""` clears the target role and the policy. A request
/// whose token is that of the last change gets the answer again, without changing anything.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdatePodIdentityAssociation {
    #[serde(rename = "name")]
    cluster_name: String,
    association_id: String,
    role_arn: Option<String>,
    target_role_arn: Option<String>,
    disable_session_tags: Option<bool>,
    policy: Option<String>,
    client_request_token: Option<String>,
}

impl Operation for UpdatePodIdentityAssociation {
    const NAME: &'static str = "UpdatePodIdentityAssociation";
    const ROUTE: Route = Route::post("/clusters/{name}/pod-identity-associations/{associationId}");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::ASSOCIATION_ID,
        members::ROLE_ARN,
        members::TARGET_ROLE_ARN,
        members::DISABLE_SESSION_TAGS,
        members::POLICY,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let update =
            permission::on_association::<Self>(cx, &self.cluster_name, &self.association_id);
        let passed = self
            .role_arn
            .iter()
            .map(|arn| permission::pass_to_pods(cx, arn, &self.cluster_name));
        std::iter::once(update).chain(passed).collect()
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        self.check()
            .map_err(|cause| cause.in_cluster(&self.cluster_name))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, old) = association::find(cx, &self.cluster_name, &self.association_id)?;
        let token = RequestToken::of(self.client_request_token.as_deref(), &self);
        if token.is_some() && old.extras.last_update == token {
            return Ok(Output::new(cluster, old));
        }
        let key = Association::key(&old.namespace, &old.service_account);
        let new = self
            .changed(cx, old, token)
            .map_err(|cause| cause.in_cluster(&self.cluster_name))?;
        let output = Output::new(cluster, &new);
        cluster::change_associations(cx, &self.cluster_name, |associations| {
            associations.update(&key, |association| *association = new)
        })?;
        Ok(output)
    }
}

impl UpdatePodIdentityAssociation {
    /// What can be said without the state.
    fn check(&self) -> Result<(), Cause> {
        association::check_id(&self.association_id)?;
        if let Some(arn) = self
            .target_role_arn
            .as_deref()
            .filter(|arn| !arn.is_empty())
        {
            role::parse("targetRoleArn", arn)?;
        }
        if let Some(policy) = self.policy.as_deref().filter(|policy| !policy.is_empty()) {
            association::check_policy(policy)?;
        }
        let texts = [&self.role_arn, &self.target_role_arn, &self.policy];
        match texts.into_iter().all(Option::is_none) && self.disable_session_tags.is_none() {
            true => Err(Cause::NothingToUpdate),
            false => Ok(()),
        }
    }

    /// The association as it will be.
    fn changed(
        &self,
        cx: &Context,
        old: &Association,
        token: Option<RequestToken>,
    ) -> Result<Association, Cause> {
        if let (Some(token), Some(last)) = (token, old.extras.last_update)
            && token.conflicts_with(last)
        {
            return Err(Cause::ReusedToken);
        }
        let mut new = old.clone();
        if let Some(arn) = &self.role_arn {
            role::check(cx, arn)?;
            new.role_arn.clone_from(arn);
        }
        if let Some(arn) = &self.target_role_arn {
            role::check_target(cx, Some(arn))?;
            new.extras.target_role_arn = Some(arn.clone()).filter(|arn| !arn.is_empty());
        }
        if let Some(policy) = &self.policy {
            new.extras.policy = Some(policy.clone()).filter(|policy| !policy.is_empty());
        }
        new.extras.disable_session_tags = self
            .disable_session_tags
            .unwrap_or(old.extras.disable_session_tags);
        if new.extras.policy.is_some() && !new.extras.disable_session_tags {
            return Err(Cause::PolicyWithSessionTags);
        }
        new.modified = cx.now;
        new.extras.last_update = token;
        Ok(new)
    }
}
