use serde::Deserialize;

use super::association::{self, Output};
use super::tag_resource::TagResource;
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission, role, tag};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Association, Extra, Extras, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Associates an IAM role with a Kubernetes service account of a cluster.
///
/// A request token is remembered as long as the association that it made: the same request with the
/// same token gets the same answer, another request with it is refused.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatePodIdentityAssociation {
    #[serde(rename = "name")]
    cluster_name: String,
    namespace: String,
    service_account: String,
    role_arn: String,
    target_role_arn: Option<String>,
    disable_session_tags: Option<bool>,
    policy: Option<String>,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
}

impl Operation for CreatePodIdentityAssociation {
    const NAME: &'static str = "CreatePodIdentityAssociation";
    const ROUTE: Route = Route::post("/clusters/{name}/pod-identity-associations");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::NAMESPACE.required(),
        members::SERVICE_ACCOUNT.required(),
        members::ROLE_ARN.required(),
        members::TARGET_ROLE_ARN,
        members::DISABLE_SESSION_TAGS,
        members::POLICY,
        members::TAGS,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceInUseException",
        "ResourceLimitExceededException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let create = permission::on_cluster::<Self>(cx, &self.cluster_name);
        let tag = || permission::on_association::<TagResource>(cx, &self.cluster_name, "*");
        let mut required = permission::with_tags(create, &self.tags, tag);
        required.push(permission::pass_to_pods(
            cx,
            &self.role_arn,
            &self.cluster_name,
        ));
        required
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        self.check()
            .map_err(|cause| cause.in_cluster(&self.cluster_name))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let token = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cluster.associations, token);
        if let Some(made) = made.map_err(|cause| cause.in_cluster(&self.cluster_name))? {
            return Ok(Output::new(cluster, made));
        }
        association::admit(
            cx,
            cluster,
            &self.namespace,
            &self.service_account,
            &self.role_arn,
        )
        .map_err(|cause| cause.in_cluster(&self.cluster_name))?;

        role::check_target(cx, self.target_role_arn.as_deref())
            .map_err(|cause| cause.in_cluster(&self.cluster_name))?;
        let association = Association {
            id: cx.ids.association(),
            namespace: self.namespace,
            service_account: self.service_account,
            role_arn: self.role_arn,
            extras: Extras::from(Extra {
                target_role_arn: self.target_role_arn.filter(|arn| !arn.is_empty()),
                disable_session_tags: self.disable_session_tags.unwrap_or_default(),
                policy: self.policy.filter(|policy| !policy.is_empty()),
                tags: self.tags,
                ..Extra::NONE
            }),
            created: cx.now,
            modified: cx.now,
            request: token,
        };
        let output = Output::new(cluster::find(cx, &self.cluster_name)?, &association);
        cluster::change_associations(cx, &self.cluster_name, |associations| {
            associations.put(association);
        })?;
        Ok(output)
    }
}

impl CreatePodIdentityAssociation {
    /// What can be said without the state.
    fn check(&self) -> Result<(), Cause> {
        association::check_names(&self.namespace, &self.service_account)?;
        let given = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
        if let Some(arn) = given(&self.target_role_arn) {
            role::parse("targetRoleArn", &arn)?;
        }
        if let Some(policy) = given(&self.policy) {
            association::check_policy(&policy)?;
            if self.disable_session_tags != Some(true) {
                return Err(Cause::PolicyWithSessionTags);
            }
        }
        Ok(tag::check(&self.tags)?)
    }
}
