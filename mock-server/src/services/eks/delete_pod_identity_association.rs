use serde::Deserialize;

use super::association::{self, Output};
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Association;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes an association and answers what it was. Credentials that were given out stay valid.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletePodIdentityAssociation {
    #[serde(rename = "name")]
    cluster_name: String,
    association_id: String,
}

impl Operation for DeletePodIdentityAssociation {
    const NAME: &'static str = "DeletePodIdentityAssociation";
    const ROUTE: Route =
        Route::delete("/clusters/{name}/pod-identity-associations/{associationId}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::ASSOCIATION_ID];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
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

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, association) =
            association::find(cx, &self.cluster_name, &self.association_id)?;
        let output = Output::new(cluster, association);
        let key = Association::key(&association.namespace, &association.service_account);
        cluster::change_associations(cx, &self.cluster_name, |associations| {
            associations.remove(&key)
        })?;
        Ok(output)
    }
}
