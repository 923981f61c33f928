use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::view::ClusterView;
use super::{Eks, EksError, members};
use crate::operation::{Operation, Route};
use crate::state::eks::{Cluster, NewCluster};
use crate::store::{Context, Write};
use crate::validation::{ANY_TEXT, Member, Shape};

/// Creates a cluster, which is active at once.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateCluster {
    name: String,
    version: Option<String>,
    role_arn: String,
    resources_vpc_config: VpcConfig,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VpcConfig {
    #[serde(default)]
    subnet_ids: Vec<String>,
    #[serde(default)]
    security_group_ids: Vec<String>,
}

/// The new cluster.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    cluster: ClusterView,
}

const IDS: Shape = Shape::List(0, 100, &ANY_TEXT);

impl Operation for CreateCluster {
    const NAME: &'static str = "CreateCluster";
    const ROUTE: Route = Route::post("/clusters");
    const INPUT: &'static [Member] = &[
        members::NEW_CLUSTER_NAME,
        Member::new("version", ANY_TEXT),
        members::ROLE_ARN,
        Member::new(
            "resourcesVpcConfig",
            Shape::Structure(&[
                Member::new("subnetIds", IDS),
                Member::new("securityGroupIds", IDS),
            ]),
        )
        .required(),
        members::TAGS,
        members::CLIENT_REQUEST_TOKEN,
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        if cx.eks().cluster(&self.name).is_some() {
            return Err(EksError::ClusterExists(self.name));
        }
        let new = NewCluster {
            name: self.name,
            version: self.version,
            role_arn: self.role_arn,
            subnet_ids: self.resources_vpc_config.subnet_ids,
            security_group_ids: self.resources_vpc_config.security_group_ids,
            tags: self.tags,
        };
        let cluster = Cluster::new(cx, new);
        let view = ClusterView::from(&cluster);
        cx.eks_mut().clusters.put(cluster);
        Ok(Output { cluster: view })
    }
}
