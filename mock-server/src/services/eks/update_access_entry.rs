use serde::Deserialize;

use super::access_entry::{self, Output, STANDARD};
use super::access_rule::{self, AccessRule};
use super::{Cause, Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Changes groups and username of an access entry. The groups are all that the entry has afterwards.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateAccessEntry {
    #[serde(rename = "name")]
    cluster_name: String,
    principal_arn: String,
    kubernetes_groups: Option<Vec<String>>,
    username: Option<String>,
}

impl Operation for UpdateAccessEntry {
    const NAME: &'static str = "UpdateAccessEntry";
    const ROUTE: Route = Route::post("/clusters/{name}/access-entries/{principalArn}");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::PRINCIPAL_ARN,
        members::KUBERNETES_GROUPS,
        members::CLIENT_REQUEST_TOKEN,
        members::USERNAME,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceNotFoundException",
    ];
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

    fn prepare(&mut self) -> Result<(), EksError> {
        let groups = self.kubernetes_groups.as_deref().unwrap_or_default();
        access_rule::check_names(self.username.as_deref(), groups)
            .map_err(|rule| Cause::from(rule).in_cluster(&self.cluster_name))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, old) = access_entry::find(cx, &self.cluster_name, &self.principal_arn)?;
        if old.kind != STANDARD {
            return Err(Cause::from(AccessRule::NotStandard).in_cluster(self.cluster_name));
        }
        let mut new = old.clone();
        new.groups = self.kubernetes_groups.unwrap_or(new.groups);
        new.username = self.username.unwrap_or(new.username);
        new.modified = cx.now;
        let output = Output::new(cluster, &new);
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.access_entries.put(new)
        })?;
        Ok(output)
    }
}
