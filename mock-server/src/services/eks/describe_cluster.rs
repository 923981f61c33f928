use serde::{Deserialize, Serialize};

use super::{Eks, EksError, cluster, connected, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a cluster.
#[derive(Debug, Deserialize)]
pub(crate) struct DescribeCluster {
    name: String,
}

/// A cluster of EKS's own, or one of elsewhere.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Output {
    Own(Box<cluster::Output>),
    Connected(connected::Output),
}

impl Operation for DescribeCluster {
    const NAME: &'static str = "DescribeCluster";
    const ROUTE: Route = Route::get("/clusters/{name}");
    const INPUT: &'static [Member] = &[members::CLUSTER];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        if let Some(found) = cx.eks().connected.row(&self.name) {
            let output = connected::Output::new(found, connected::Status::Pending, false);
            return Ok(Output::Connected(output));
        }
        let cluster = cluster::find(cx, &self.name)?;
        let output = cluster::Output::new(cluster, cluster.life.phase(cx.now));
        Ok(Output::Own(Box::new(output)))
    }
}
