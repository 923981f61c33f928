use serde::Deserialize;

use super::connected::{Output, Status};
use super::{Cause, Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes a cluster of elsewhere away from EKS. It is gone with the answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeregisterCluster {
    name: String,
}

impl Operation for DeregisterCluster {
    const NAME: &'static str = "DeregisterCluster";
    const ROUTE: Route = Route::delete("/cluster-registrations/{name}");
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
        let removed = cx.eks_mut().connected.remove(&self.name);
        match removed {
            Some(cluster) => Ok(Output::new(&cluster, Status::Deleting, false)),
            None => Err(Cause::ClusterNotFound(self.name.clone()).in_cluster(self.name)),
        }
    }
}
