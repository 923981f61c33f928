use serde::{Deserialize, Serialize};

use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Asks EKS to look at a cluster again, which is done at once.
#[derive(Debug, Deserialize)]
pub(crate) struct StartInsightsRefresh {
    name: String,
}

/// That it began.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    message: &'static str,
    status: &'static str,
}

impl Operation for StartInsightsRefresh {
    const NAME: &'static str = "StartInsightsRefresh";
    const ROUTE: Route = Route::post("/clusters/{name}/insights-refresh");
    const INPUT: &'static [Member] = &[members::CLUSTER];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let now = cx.now;
        cluster::change(cx, &self.name, |cluster| cluster.insights_refreshed = now)?;
        Ok(Output {
            message: "Insights refresh is in progress",
            status: "IN_PROGRESS",
        })
    }
}
