use serde::{Deserialize, Serialize};

use super::members::{self, TEXTS};
use super::{Eks, EksError, cluster, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::{Member, Shape};

/// Lists what EKS found out about a cluster: nothing.
#[derive(Debug, Deserialize)]
pub(crate) struct ListInsights {
    name: String,
}

/// No insights.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    insights: [(); 0],
}

const CATEGORY: Shape = Shape::Enum(&[
    "UPGRADE_READINESS",
    "MISCONFIGURATION",
    "ROLLBACK_READINESS",
]);
const STATUS: Shape = Shape::Enum(&["PASSING", "WARNING", "ERROR", "UNKNOWN"]);

impl Operation for ListInsights {
    const NAME: &'static str = "ListInsights";
    const ROUTE: Route = Route::post("/clusters/{name}/insights");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        Member::new(
            "filter",
            Shape::Structure(&[
                Member::new("categories", Shape::List(0, usize::MAX, &CATEGORY)),
                Member::new("kubernetesVersions", TEXTS),
                Member::new("statuses", Shape::List(0, usize::MAX, &STATUS)),
            ]),
        ),
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        cluster::find(cx, &self.name)?;
        Ok(Output { insights: [] })
    }
}
