use serde::{Deserialize, Serialize};

use super::{Cause, Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Updated;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Cancels an update of a cluster.
///
/// EKS cancels rollbacks of versions only, which cannot be asked for here: every update is refused.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CancelUpdate {
    name: String,
    update_id: String,
}

/// Never answered.
#[derive(Debug, Serialize)]
pub(crate) enum Output {}

impl Operation for CancelUpdate {
    const NAME: &'static str = "CancelUpdate";
    const ROUTE: Route = Route::post("/clusters/{name}/updates/{updateId}/cancel-update");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::UPDATE_ID,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidRequestException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.name)?;
        let cause = match cluster.updates.row(&Updated::Cluster.key(&self.update_id)) {
            Some(update) => Cause::UpdateNotCancellable(update.kind.clone()),
            None => Cause::UpdateNotFound(self.update_id),
        };
        Err(cause.in_cluster(self.name))
    }
}
