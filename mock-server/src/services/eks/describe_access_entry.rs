use serde::Deserialize;

use super::access_entry::{self, Output};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes an access entry.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeAccessEntry {
    #[serde(rename = "name")]
    cluster_name: String,
    principal_arn: String,
}

impl Operation for DescribeAccessEntry {
    const NAME: &'static str = "DescribeAccessEntry";
    const ROUTE: Route = Route::get("/clusters/{name}/access-entries/{principalArn}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::PRINCIPAL_ARN];
    const ERRORS: &'static [&'static str] =
        &["InvalidRequestException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_access_entry::<Self>(
            cx,
            &self.cluster_name,
            &self.principal_arn,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (cluster, entry) = access_entry::find(cx, &self.cluster_name, &self.principal_arn)?;
        Ok(Output::new(cluster, entry))
    }
}
