use serde::Deserialize;

use super::cluster::{self, Output};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a cluster.
#[derive(Debug, Deserialize)]
pub(crate) struct DescribeCluster {
    name: String,
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
        let cluster = cluster::find(cx, &self.name)?;
        Ok(Output::new(cluster, cluster.life.phase(cx.now)))
    }
}
