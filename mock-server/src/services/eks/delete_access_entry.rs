use serde::{Deserialize, Serialize};

use super::{Eks, EksError, access_entry, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes an access entry with the policies associated with it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteAccessEntry {
    #[serde(rename = "name")]
    cluster_name: String,
    principal_arn: String,
}

/// Nothing.
#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for DeleteAccessEntry {
    const NAME: &'static str = "DeleteAccessEntry";
    const ROUTE: Route = Route::delete("/clusters/{name}/access-entries/{principalArn}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::PRINCIPAL_ARN];
    const ERRORS: &'static [&'static str] =
        &["InvalidRequestException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_access_entry::<Self>(
            cx,
            &self.cluster_name,
            &self.principal_arn,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        access_entry::find(cx, &self.cluster_name, &self.principal_arn)?;
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.access_entries.remove(&self.principal_arn);
        })?;
        Ok(Output {})
    }
}
