use serde::Deserialize;

use super::update::{self, Output, Status};
use super::{Cause, Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::{ANY_TEXT, Member};

/// Describes an update of a cluster or of something of it. It is over when one looks, or after the
/// delay that the server was started with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeUpdate {
    name: String,
    update_id: String,
    #[serde(flatten)]
    of: update::Of,
}

impl Operation for DescribeUpdate {
    const NAME: &'static str = "DescribeUpdate";
    const ROUTE: Route = Route::get("/clusters/{name}/updates/{updateId}");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::UPDATE_ID,
        Member::new("nodegroupName", ANY_TEXT),
        Member::new("addonName", ANY_TEXT),
        Member::new("capabilityName", ANY_TEXT),
    ];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_updated::<Self>(cx, &self.name, &self.of)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.name)?;
        let updated = self.of.into_updated();
        match cluster.updates.row(&updated.key(&self.update_id)) {
            Some(update) => Ok(Output::new(update, Status::of(update, cx.now))),
            None => Err(Cause::UpdateNotFound(self.update_id).in_cluster(self.name)),
        }
    }
}
