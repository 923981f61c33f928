use serde::Deserialize;
use serde_json::Value;

use super::update::{self, Output, Status};
use super::{
    Cause, Eks, EksError, cluster, members, node_rule, node_settings, nodegroup, permission,
    version,
};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Nodegroup, Updated};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{ANY_TEXT, Member, Shape};

/// Updates the nodes of a node group to the cluster's version, or to another that is not newer.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateNodegroupVersion {
    #[serde(rename = "name")]
    cluster_name: String,
    nodegroup_name: String,
    version: Option<String>,
    release_version: Option<String>,
    launch_template: Option<Value>,
    client_request_token: Option<String>,
}

impl Operation for UpdateNodegroupVersion {
    const NAME: &'static str = "UpdateNodegroupVersion";
    const ROUTE: Route = Route::post("/clusters/{name}/node-groups/{nodegroupName}/update-version");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::NODEGROUP_NAME,
        Member::new("version", ANY_TEXT),
        Member::new("releaseVersion", ANY_TEXT),
        node_settings::LAUNCH_TEMPLATE,
        Member::new("force", Shape::Boolean),
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_nodegroup::<Self>(
            cx,
            &self.cluster_name,
            &self.nodegroup_name,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, old) = nodegroup::find(cx, &self.cluster_name, &self.nodegroup_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let updated = Updated::Nodegroup(self.nodegroup_name.clone());
        let repeated = update::repeated(cx, cluster, &updated, "VersionUpdate", request);
        if let Some(output) = repeated.map_err(|cause| self.refuse(cause))? {
            return Ok(output);
        }
        let changed = self.changed(&cluster.version, old);
        let mut new = changed.map_err(|cause| self.refuse(cause))?;
        new.modified = cx.now;

        let params = vec![
            ("Version", new.version.clone()),
            ("ReleaseVersion", new.release_version.clone()),
        ];
        let update = update::new(cx, updated, "VersionUpdate", params, request);
        let output = Output::new(&update, Status::InProgress);
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.nodegroups.put(new);
            cluster.record(update);
        })?;
        Ok(output)
    }
}

impl UpdateNodegroupVersion {
    fn refuse(&self, cause: Cause) -> EksError {
        nodegroup::refuse(cause, &self.cluster_name, &self.nodegroup_name)
    }

    fn changed(&self, cluster_version: &str, old: &Nodegroup) -> Result<Nodegroup, Cause> {
        let wanted = self.version.as_deref().unwrap_or(cluster_version);
        let range = version::minor(&old.version)..=version::minor(cluster_version);
        if version::minor(wanted).is_none() || !range.contains(&version::minor(wanted)) {
            return Err(Cause::UnsupportedUpdate(
                old.version.clone(),
                wanted.to_owned(),
            ));
        }
        let mut new = old.clone();
        wanted.clone_into(&mut new.version);
        if let Some(release) = &self.release_version {
            node_rule::check_release(release, wanted, nodegroup::image(&old.settings))?;
        }
        let release = self.release_version.clone();
        new.release_version = release.unwrap_or_else(|| nodegroup::release_version(wanted));
        if let Some(asked) = &self.launch_template {
            let template = node_rule::changed_template(asked, &old.settings)?;
            new.settings.insert("launchTemplate".to_owned(), template);
        }
        Ok(new)
    }
}
