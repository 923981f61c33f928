use serde::Deserialize;
use serde_json::{Map, Value};

use super::nodegroup::{self, Output};
use super::tag_resource::TagResource;
use super::{
    Cause, Eks, EksError, cluster, idempotency, members, node_rule, node_settings, permission, tag,
};
use crate::auth::permission::Permission;
use crate::delay::EksDelay;
use crate::operation::{Operation, Route};
use crate::state::eks::{Cluster, Lifecycle, Nodegroup, Phase, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, ANY_TEXT, Member};

/// Adds a managed node group to a cluster. It is active the next time it is described, or after
/// the delay that the server was started with; its role, subnets and launch template are taken as they are.
///
/// Its version is the cluster's or one of the three before, as AWS has it, though AWS's reference admits the
/// cluster's alone.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateNodegroup {
    #[serde(rename = "name")]
    cluster_name: String,
    nodegroup_name: String,
    version: Option<String>,
    release_version: Option<String>,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
    /// The members that answers repeat as they are.
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl Operation for CreateNodegroup {
    const NAME: &'static str = "CreateNodegroup";
    const ROUTE: Route = Route::post("/clusters/{name}/node-groups");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::NODEGROUP_NAME,
        node_settings::SCALING_CONFIG,
        Member::new("diskSize", members::ANY_INTEGER),
        Member::new("subnets", members::TEXTS).required(),
        Member::new("instanceTypes", members::TEXTS),
        node_settings::AMI_TYPE,
        node_settings::REMOTE_ACCESS,
        Member::new("nodeRole", ANY_TEXT).required(),
        Member::new("labels", node_settings::LABELS),
        Member::new("taints", node_settings::TAINTS),
        members::TAGS,
        members::CLIENT_REQUEST_TOKEN,
        node_settings::LAUNCH_TEMPLATE,
        node_settings::UPDATE_CONFIG,
        node_settings::NODE_REPAIR_CONFIG,
        node_settings::CAPACITY_TYPE,
        Member::new("version", ANY_TEXT),
        Member::new("releaseVersion", ANY_TEXT),
        node_settings::WARM_POOL_CONFIG,
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
        let role_arn = self.settings.get("nodeRole").and_then(Value::as_str);
        let create = permission::on_cluster::<Self>(cx, &self.cluster_name);
        let tag = || {
            permission::on_nodegroup::<TagResource>(cx, &self.cluster_name, &self.nodegroup_name)
        };
        let mut required = permission::with_tags(create, &self.tags, tag);
        required.push(Permission::pass_role(
            role_arn.unwrap_or_default(),
            "ec2.amazonaws.com",
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
        let made = idempotency::made_before(&cluster.nodegroups, request);
        if let Some(made) = made.map_err(|cause| self.refuse(cause))? {
            return Ok(Output::new(cluster, made, Phase::Creating));
        }
        self.admit(cx, cluster)
            .map_err(|cause| self.refuse(cause))?;
        let version = self.version.unwrap_or_else(|| cluster.version.clone());
        let release = || nodegroup::release_version(&version);
        let nodegroup = Nodegroup {
            name: self.nodegroup_name,
            id: cx.ids.uuid(),
            release_version: self.release_version.unwrap_or_else(release),
            version,
            settings: nodegroup::with_defaults(self.settings),
            tags: self.tags,
            life: Lifecycle::creating(cx.after(EksDelay::Nodegroup)),
            created: cx.now,
            modified: cx.now,
            request,
        };
        cluster::change(cx, &self.cluster_name, |cluster| {
            let output = Output::new(cluster, &nodegroup, Phase::Creating);
            cluster.nodegroups.put(nodegroup);
            output
        })
    }
}

impl CreateNodegroup {
    fn refuse(&self, cause: Cause) -> EksError {
        nodegroup::refuse(cause, &self.cluster_name, &self.nodegroup_name)
    }

    /// What can be said without the state.
    fn check(&self) -> Result<(), Cause> {
        members::check_new_name(&self.nodegroup_name, Cause::NodegroupName)?;
        Ok(tag::check(&self.tags)?)
    }

    /// Whether the cluster can take the node group.
    fn admit(&self, cx: &Context, cluster: &Cluster) -> Result<(), Cause> {
        cluster::check_there(cx, cluster)?;
        node_rule::check_new(&self.nodegroup_name, &self.settings)?;
        let version = self.version.as_deref().unwrap_or(&cluster.version);
        node_rule::check_version(version, &cluster.version)?;
        if let Some(release) = &self.release_version {
            let image = nodegroup::image(&self.settings);
            node_rule::check_release(release, version, image)?;
        }
        if cluster.nodegroups.row(&self.nodegroup_name).is_none() {
            return Ok(());
        }
        let name = self.nodegroup_name.clone();
        Err(Cause::NodegroupExists(name, cluster.name.clone()))
    }
}
