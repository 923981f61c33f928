use serde::Deserialize;
use serde_json::{Map, Value};

use super::capability::{self, Output};
use super::tag_resource::TagResource;
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission, tag};
use crate::auth::permission::Permission;
use crate::delay::EksDelay;
use crate::operation::{Operation, Route};
use crate::state::eks::{Attachment, Cluster, Lifecycle, Phase, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, Member, Shape};

/// Adds a capability to a cluster, one of each type. It is active the next time it is described, or after
/// the delay that the server was started with; nothing of it runs, and its role is taken as it is.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateCapability {
    #[serde(rename = "name")]
    cluster_name: String,
    capability_name: String,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
    /// The members that answers repeat as they are.
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl Operation for CreateCapability {
    const NAME: &'static str = "CreateCapability";
    const ROUTE: Route = Route::post("/clusters/{name}/capabilities");
    const INPUT: &'static [Member] = &[
        capability::NAME,
        members::CLUSTER,
        members::CLIENT_REQUEST_TOKEN,
        Member::new("type", Shape::Enum(&["ACK", "KRO", "ARGOCD"])).required(),
        members::ROLE_ARN.required(),
        capability::CONFIGURATION,
        members::TAGS,
        capability::DELETE_PROPAGATION_POLICY.required(),
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceInUseException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let role_arn = self.settings.get("roleArn").and_then(Value::as_str);
        let create = permission::on_cluster::<Self>(cx, &self.cluster_name);
        let tag = || {
            permission::on_capability::<TagResource>(cx, &self.cluster_name, &self.capability_name)
        };
        let mut required = permission::with_tags(create, &self.tags, tag);
        required.push(Permission::pass_role(
            role_arn.unwrap_or_default(),
            "capabilities.eks.amazonaws.com",
        ));
        required
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        validation::keep_known(Self::INPUT, &mut self.settings);
        let refuse = |cause: Cause| cause.in_cluster(&self.cluster_name);
        members::check_new_name(&self.capability_name, Cause::CapabilityName).map_err(refuse)?;
        tag::check(&self.tags).map_err(|rule| refuse(rule.into()))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let refuse = |cause: Cause| cause.in_cluster(&self.cluster_name);
        let made = idempotency::made_before(&cluster.capabilities, request).map_err(refuse)?;
        if let Some(made) = made {
            return Ok(Output::new(cluster, made, Phase::Creating));
        }
        self.admit(cx, cluster).map_err(refuse)?;
        let capability = Attachment {
            name: self.capability_name,
            id: cx.ids.uuid(),
            settings: self.settings,
            tags: self.tags,
            life: Lifecycle::creating(cx.after(EksDelay::Capability)),
            created: cx.now,
            modified: cx.now,
            request,
        };
        cluster::change(cx, &self.cluster_name, |cluster| {
            let output = Output::new(cluster, &capability, Phase::Creating);
            cluster.capabilities.put(capability);
            output
        })
    }
}

impl CreateCapability {
    /// Whether the cluster can take the capability.
    fn admit(&self, cx: &Context, cluster: &Cluster) -> Result<(), Cause> {
        cluster::check_there(cx, cluster)?;
        let kind = self.settings.get("type").and_then(Value::as_str);
        let kind = kind.unwrap_or_default();
        let mut present = cluster.capabilities.scan("", None);
        let is_taken = |(_, other): (&str, &Attachment)| {
            other.name == self.capability_name || capability::kind(other) == kind
        };
        match present.any(is_taken) {
            true => Err(Cause::CapabilityExists(kind.to_owned())),
            false => Ok(()),
        }
    }
}
