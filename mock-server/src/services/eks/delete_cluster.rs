use serde::Deserialize;
use serde_json::Value;

use super::cluster::{self, Output};
use super::{Cause, Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{DoomedPart, Phase};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a cluster with its associations and all that lives in it. It is gone after the answer, or
/// after the delay that the server was started with.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteCluster {
    name: String,
}

impl Operation for DeleteCluster {
    const NAME: &'static str = "DeleteCluster";
    const ROUTE: Route = Route::delete("/clusters/{name}");
    const INPUT: &'static [Member] = &[members::CLUSTER];
    const ERRORS: &'static [&'static str] = &[
        "InvalidRequestException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.name)?;
        if cluster.settings.get("deletionProtection") == Some(&Value::Bool(true)) {
            return Err(Cause::ClusterProtected.in_cluster(self.name));
        }
        if cluster.life.phase(cx.now) == Phase::Updating {
            return Err(Cause::ClusterUpdating(self.name.clone()).in_cluster(self.name));
        }
        if cluster.nodegroups.len() > 0 {
            return Err(Cause::ClusterHasNodegroups.in_cluster(self.name));
        }
        if cluster.fargate_profiles.len() > 0 {
            return Err(Cause::ClusterHasFargateProfiles.in_cluster(self.name));
        }
        let output = Output::new(cluster, Phase::Deleting);
        cluster::delete(cx, &self.name, DoomedPart::Whole)?;
        Ok(output)
    }
}
