use serde::Deserialize;
use serde_json::{Map, Value};

use super::fargate_profile::{self, Output};
use super::tag_resource::TagResource;
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission, tag};
use crate::auth::permission::Permission;
use crate::delay::EksDelay;
use crate::operation::{Operation, Route};
use crate::state::eks::{Attachment, Lifecycle, Phase, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, ANY_TEXT, Member, Shape};

/// Adds a Fargate profile to a cluster. It is active the next time it is described, or after
/// the delay that the server was started with.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateFargateProfile {
    #[serde(rename = "name")]
    cluster_name: String,
    fargate_profile_name: String,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
    /// The members that answers repeat as they are.
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl Operation for CreateFargateProfile {
    const NAME: &'static str = "CreateFargateProfile";
    const ROUTE: Route = Route::post("/clusters/{name}/fargate-profiles");
    const INPUT: &'static [Member] = &[
        members::FARGATE_PROFILE_NAME,
        members::CLUSTER,
        Member::new("podExecutionRoleArn", ANY_TEXT).required(),
        Member::new("subnets", members::TEXTS),
        Member::new(
            "selectors",
            Shape::List(
                0,
                usize::MAX,
                &Shape::Structure(&[
                    Member::new("namespace", ANY_TEXT),
                    Member::new("labels", members::ANY_MAP),
                ]),
            ),
        ),
        members::CLIENT_REQUEST_TOKEN,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "InvalidRequestException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let role_arn = self
            .settings
            .get("podExecutionRoleArn")
            .and_then(Value::as_str);
        let create = permission::on_cluster::<Self>(cx, &self.cluster_name);
        let tag = || {
            permission::on_fargate_profile::<TagResource>(
                cx,
                &self.cluster_name,
                &self.fargate_profile_name,
            )
        };
        let mut required = permission::with_tags(create, &self.tags, tag);
        required.push(Permission::pass_role(
            role_arn.unwrap_or_default(),
            "eks-fargate-pods.amazonaws.com",
        ));
        required
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        validation::keep_known(Self::INPUT, &mut self.settings);
        self.check().map_err(|cause| self.refuse(cause))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cluster.fargate_profiles, request);
        if let Some(made) = made.map_err(|cause| self.refuse(cause))? {
            return Ok(Output::new(cluster, made, Phase::Creating));
        }
        cluster::check_there(cx, cluster).map_err(|cause| cause.in_cluster(&self.cluster_name))?;
        if cluster
            .fargate_profiles
            .row(&self.fargate_profile_name)
            .is_some()
        {
            return Err(self.refuse(Cause::FargateProfileExists));
        }
        let profile = Attachment {
            name: self.fargate_profile_name,
            id: cx.ids.uuid(),
            settings: self.settings,
            tags: self.tags,
            life: Lifecycle::creating(cx.after(EksDelay::FargateProfile)),
            created: cx.now,
            modified: cx.now,
            request,
        };
        cluster::change(cx, &self.cluster_name, |cluster| {
            let output = Output::new(cluster, &profile, Phase::Creating);
            cluster.fargate_profiles.put(profile);
            output
        })
    }
}

impl CreateFargateProfile {
    fn refuse(&self, cause: Cause) -> EksError {
        fargate_profile::refuse(cause, &self.cluster_name, &self.fargate_profile_name)
    }

    /// What can be said without the state.
    fn check(&self) -> Result<(), Cause> {
        members::check_new_name("fargateProfileName", &self.fargate_profile_name)?;
        let selectors = self.settings.get("selectors").and_then(Value::as_array);
        let names_one = |selector: &Value| selector.get("namespace").is_some_and(Value::is_string);
        let is_selective = selectors
            .is_some_and(|selectors| !selectors.is_empty() && selectors.iter().all(names_one));
        if !is_selective {
            return Err(Cause::NoFargateSelector);
        }
        Ok(tag::check(&self.tags)?)
    }
}
