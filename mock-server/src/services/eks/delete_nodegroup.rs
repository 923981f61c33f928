use serde::Deserialize;

use super::nodegroup::{self, Output};
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{DoomedPart, Phase};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a node group. It is gone after the answer, or after the delay that the server was started with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteNodegroup {
    #[serde(rename = "name")]
    cluster_name: String,
    nodegroup_name: String,
}

impl Operation for DeleteNodegroup {
    const NAME: &'static str = "DeleteNodegroup";
    const ROUTE: Route = Route::delete("/clusters/{name}/node-groups/{nodegroupName}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::NODEGROUP_NAME];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
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
        let (cluster, nodegroup) = nodegroup::find(cx, &self.cluster_name, &self.nodegroup_name)?;
        let output = Output::new(cluster, nodegroup, Phase::Deleting);
        let part = DoomedPart::Nodegroup(self.nodegroup_name);
        cluster::delete(cx, &self.cluster_name, part)?;
        Ok(output)
    }
}
