use serde::Deserialize;

use super::association::{self, Output};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes an association with all its members.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribePodIdentityAssociation {
    #[serde(rename = "name")]
    cluster_name: String,
    association_id: String,
}

impl Operation for DescribePodIdentityAssociation {
    const NAME: &'static str = "DescribePodIdentityAssociation";
    const ROUTE: Route = Route::get("/clusters/{name}/pod-identity-associations/{associationId}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::ASSOCIATION_ID];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_association::<Self>(
            cx,
            &self.cluster_name,
            &self.association_id,
        )]
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        association::check_id(&self.association_id)
            .map_err(|cause| cause.in_cluster(&self.cluster_name))
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (cluster, association) =
            association::find(cx, &self.cluster_name, &self.association_id)?;
        Ok(Output::new(cluster, association))
    }
}
