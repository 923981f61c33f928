use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::clock::epoch_seconds;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells when EKS last looked at a cluster.
#[derive(Debug, Deserialize)]
pub(crate) struct DescribeInsightsRefresh {
    name: String,
}

/// That it is done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    message: &'static str,
    status: &'static str,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    started_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    ended_at: Timestamp,
}

impl Operation for DescribeInsightsRefresh {
    const NAME: &'static str = "DescribeInsightsRefresh";
    const ROUTE: Route = Route::get("/clusters/{name}/insights-refresh");
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
        let refreshed = cluster::find(cx, &self.name)?.insights_refreshed;
        Ok(Output {
            message: "Insights refresh is completed",
            status: "COMPLETED",
            started_at: refreshed,
            ended_at: refreshed,
        })
    }
}
