use serde::Deserialize;

use super::update::{self, Output, Status};
use super::{Cause, Eks, EksError, cluster, members, permission, version};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Cluster, Updated};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{ANY_TEXT, Member, Shape};

/// Updates a cluster to the next version of Kubernetes, unless its node groups are three behind already.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateClusterVersion {
    name: String,
    version: String,
    client_request_token: Option<String>,
}

impl Operation for UpdateClusterVersion {
    const NAME: &'static str = "UpdateClusterVersion";
    const ROUTE: Route = Route::post("/clusters/{name}/updates");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        Member::new("version", ANY_TEXT).required(),
        members::CLIENT_REQUEST_TOKEN,
        Member::new("force", Shape::Boolean),
        Member::new(
            "rollbackConfig",
            Shape::Structure(&[Member::new("timeoutMinutes", members::ANY_INTEGER)]),
        ),
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_cluster::<Self>(cx, &self.name)
                .with("eks:kubernetesVersion", self.version.as_str()),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let updated = Updated::Cluster;
        let repeated = update::repeated(cx, cluster, &updated, "VersionUpdate", request);
        if let Some(output) = repeated.map_err(|cause| cause.in_cluster(&self.name))? {
            return Ok(output);
        }
        let next = version::minor(&cluster.version).map(|minor| minor + 1);
        if next.is_none() || version::minor(&self.version) != next {
            let cause = Cause::UnsupportedUpdate(cluster.version.clone(), self.version);
            return Err(cause.in_cluster(self.name));
        }
        check_nodes(cluster).map_err(|cause| cause.in_cluster(&self.name))?;
        let params = vec![
            ("Version", self.version.clone()),
            ("PlatformVersion", cluster::PLATFORM_VERSION.to_owned()),
        ];
        let update = update::new(cx, updated, "VersionUpdate", params, request);
        let output = Output::new(&update, Status::InProgress);
        cluster::change(cx, &self.name, |cluster| {
            cluster.version = self.version;
            cluster.record(update);
        })?;
        Ok(output)
    }
}

/// Whether the nodes of the cluster go with its next version.
fn check_nodes(cluster: &Cluster) -> Result<(), Cause> {
    let oldest = version::minor(&cluster.version)
        .map(|minor| (minor + 1).saturating_sub(version::NODES_BEHIND));
    let nodegroups = cluster.nodegroups.scan("", None);
    let outdated = nodegroups.filter(|(_, nodes)| version::minor(&nodes.version) < oldest);
    let names: Vec<_> = outdated.map(|(name, _)| name).collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(Cause::OutdatedNodegroups(
            names.join(", "),
            cluster.version.clone(),
        )),
    }
}
