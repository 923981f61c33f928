use serde::Deserialize;
use serde_json::{Map, Value};

use super::fargate_profile::{self, Output};
use super::tag_resource::TagResource;
use super::{Cause, Eks, EksError, association, cluster, idempotency, members, permission, tag};
use crate::auth::permission::Permission;
use crate::delay::EksDelay;
use crate::operation::{Operation, Route};
use crate::state::eks::{Attachment, Cluster, Lifecycle, Phase, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, ANY_TEXT, Member, Shape};

/// The greatest number of selectors of a profile.
const MAX_SELECTORS: usize = 5;

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
        self.admit(cluster).map_err(|cause| self.refuse(cause))?;
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
        members::check_new_name(&self.fargate_profile_name, Cause::FargateProfileName)?;
        let namespaces = self.selectors().map(|selector| {
            let namespace = selector.get("namespace").and_then(Value::as_str);
            namespace.filter(|namespace| !namespace.is_empty())
        });
        let namespaces: Option<Vec<_>> = namespaces.collect();
        let namespaces = namespaces.filter(|namespaces| !namespaces.is_empty());
        let namespaces = namespaces.ok_or(Cause::NoFargateSelector)?;
        // `*` stands for any characters, and `?` for any single one.
        let is_pattern = |text: &str| association::is_namespace(&text.replace(['*', '?'], "x"));
        if !namespaces.into_iter().all(is_pattern) {
            return Err(Cause::InvalidFargateNamespace);
        }
        Ok(tag::check(&self.tags)?)
    }

    /// Whether the cluster can take the profile.
    fn admit(&self, cluster: &Cluster) -> Result<(), Cause> {
        if self.selectors().count() > MAX_SELECTORS {
            return Err(Cause::TooManyFargateSelectors(MAX_SELECTORS));
        }
        match cluster.fargate_profiles.row(&self.fargate_profile_name) {
            Some(_) => Err(Cause::FargateProfileExists),
            None => Ok(()),
        }
    }

    fn selectors(&self) -> impl Iterator<Item = &Value> {
        let selectors = self.settings.get("selectors").and_then(Value::as_array);
        selectors.into_iter().flatten()
    }
}
