use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::connected::{Output, Status};
use super::tag_resource::TagResource;
use super::{Cause, Eks, EksError, idempotency, members, permission, role, tag};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{ConnectedCluster, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Registers a cluster of elsewhere. It stays PENDING, as no connector ever shows its activation code, and
/// of all operations on clusters it answers DescribeCluster, ListClusters and those on tags.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegisterCluster {
    name: String,
    connector_config: Connector,
    client_request_token: Option<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connector {
    role_arn: String,
    provider: String,
}

/// How long an activation code holds, in hours (API reference of RegisterCluster).
const ACTIVATION: i64 = 3 * 24;

impl Operation for RegisterCluster {
    const NAME: &'static str = "RegisterCluster";
    const ROUTE: Route = Route::post("/cluster-registrations");
    const INPUT: &'static [Member] = &[
        members::NEW_CLUSTER_NAME,
        Member::new(
            "connectorConfig",
            Shape::Structure(&[
                members::ROLE_ARN.required(),
                Member::new(
                    "provider",
                    Shape::Enum(&[
                        "EKS_ANYWHERE",
                        "ANTHOS",
                        "GKE",
                        "AKS",
                        "OPENSHIFT",
                        "TANZU",
                        "RANCHER",
                        "EC2",
                        "OTHER",
                    ]),
                )
                .required(),
            ]),
        )
        .required(),
        members::CLIENT_REQUEST_TOKEN,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceInUseException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let register = permission::on_cluster::<Self>(cx, "*");
        let tag = || permission::on_cluster::<TagResource>(cx, &self.name);
        let mut required = permission::with_tags(register, &self.tags, tag);
        let role_arn = &self.connector_config.role_arn;
        required.push(Permission::pass_role(role_arn, "ssm.amazonaws.com"));
        required
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        self.check().map_err(|cause| cause.in_cluster(&self.name))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cx.eks().connected, request);
        if let Some(made) = made.map_err(|cause| cause.in_cluster(&self.name))? {
            return Ok(Output::new(made, Status::Pending, true));
        }
        let region = cx.eks();
        if region.cluster(&self.name).is_some() || region.connected.row(&self.name).is_some() {
            return Err(Cause::ClusterExists(self.name.clone()).in_cluster(self.name));
        }
        let expiry = cx
            .now
            .saturating_add(SignedDuration::from_hours(ACTIVATION));
        let cluster = ConnectedCluster {
            arn: permission::arn(cx, "cluster", &self.name),
            name: self.name,
            role_arn: self.connector_config.role_arn,
            provider: self.connector_config.provider,
            activation_id: cx.ids.uuid(),
            activation_code: cx.ids.secret(),
            activation_expiry: expiry.unwrap_or(Timestamp::MAX),
            tags: self.tags,
            created: cx.now,
            request,
        };
        let output = Output::new(&cluster, Status::Pending, true);
        cx.eks_mut().connected.put(cluster);
        Ok(output)
    }
}

impl RegisterCluster {
    /// What can be said without the state.
    fn check(&self) -> Result<(), Cause> {
        role::parse("roleArn", &self.connector_config.role_arn)?;
        Ok(tag::check(&self.tags)?)
    }
}
