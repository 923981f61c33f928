use serde::{Deserialize, Serialize};

use super::association::Summary;
use super::paging::Paging;
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Association;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists a cluster's associations: all, those of a namespace, those of service accounts of a name, or both.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListPodIdentityAssociations {
    #[serde(rename = "name")]
    cluster_name: String,
    namespace: Option<String>,
    service_account: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of associations.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    associations: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListPodIdentityAssociations {
    const NAME: &'static str = "ListPodIdentityAssociations";
    const ROUTE: Route = Route::get("/clusters/{name}/pod-identity-associations");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::NAMESPACE,
        members::SERVICE_ACCOUNT,
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.cluster_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let after = self
            .paging
            .after()
            .map_err(|cause| cause.in_cluster(&self.cluster_name))?;
        let (rows, after) = (&cluster.associations, after.as_deref());
        let limit = self.paging.limit();
        let item = |association: &Association| Summary::new(cluster, association);
        let page = match (&self.namespace, &self.service_account) {
            (None, None) => Page::of(rows.scan("", after), limit, item),
            (Some(namespace), None) => {
                let prefix = Association::key(namespace, "");
                Page::of(rows.scan(&prefix, after), limit, item)
            }
            (None, Some(service_account)) => {
                let prefix = Association::key(service_account, "");
                let found = rows.scan_index(Association::BY_SERVICE_ACCOUNT, &prefix, after);
                Page::of(found, limit, item)
            }
            (Some(namespace), Some(service_account)) => {
                let found = rows.row(&Association::key(namespace, service_account));
                Page::of(found.map(|row| ("", row)).into_iter(), limit, item)
            }
        };
        Ok(Output {
            associations: page.items,
            next_token: page.next,
        })
    }
}
