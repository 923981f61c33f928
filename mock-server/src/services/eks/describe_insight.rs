use serde::{Deserialize, Serialize};

use super::{Cause, Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::{ANY_TEXT, Member};

/// Describes an insight; there is none.
#[derive(Debug, Deserialize)]
pub(crate) struct DescribeInsight {
    name: String,
    id: String,
}

/// Never answered.
#[derive(Debug, Serialize)]
pub(crate) enum Output {}

impl Operation for DescribeInsight {
    const NAME: &'static str = "DescribeInsight";
    const ROUTE: Route = Route::get("/clusters/{name}/insights/{id}");
    const INPUT: &'static [Member] = &[members::CLUSTER, Member::new("id", ANY_TEXT).required()];
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
        Err(Cause::InsightNotFound(self.id).in_cluster(self.name))
    }
}
