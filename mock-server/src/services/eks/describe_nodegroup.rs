use serde::Deserialize;

use super::nodegroup::{self, Output};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a node group.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeNodegroup {
    #[serde(rename = "name")]
    cluster_name: String,
    nodegroup_name: String,
}

impl Operation for DescribeNodegroup {
    const NAME: &'static str = "DescribeNodegroup";
    const ROUTE: Route = Route::get("/clusters/{name}/node-groups/{nodegroupName}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::NODEGROUP_NAME];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_nodegroup::<Self>(
            cx,
            &self.cluster_name,
            &self.nodegroup_name,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (cluster, nodegroup) = nodegroup::find(cx, &self.cluster_name, &self.nodegroup_name)?;
        Ok(Output::new(
            cluster,
            nodegroup,
            nodegroup.life.phase(cx.now),
        ))
    }
}
