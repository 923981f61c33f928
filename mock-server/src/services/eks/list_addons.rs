use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the names of a cluster's add-ons.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListAddons {
    #[serde(rename = "name")]
    cluster_name: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    addons: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListAddons {
    const NAME: &'static str = "ListAddons";
    const ROUTE: Route = Route::get("/clusters/{name}/addons");
    const INPUT: &'static [Member] = &[
        members::CLUSTER_NAME,
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
        let page = self
            .paging
            .of(cluster, &cluster.addons, |addon| addon.name.clone())?;
        Ok(Output {
            addons: page.items,
            next_token: page.next,
        })
    }
}
