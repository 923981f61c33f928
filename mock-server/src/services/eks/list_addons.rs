use serde::{Deserialize, Serialize};

use super::{Eks, EksError, cluster, members, paging, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Addon;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the names of a cluster's add-ons.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListAddons {
    #[serde(rename = "name")]
    cluster_name: String,
    max_results: Option<usize>,
    next_token: Option<String>,
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
        let after = paging::after(self.next_token.as_deref())
            .map_err(|cause| cause.in_cluster(&self.cluster_name))?;
        let rows = cluster.addons.scan("", after.as_deref());
        let name = |addon: &Addon| addon.name.clone();
        let page = Page::of(rows, paging::limit(self.max_results), name);
        Ok(Output {
            addons: page.items,
            next_token: page.next,
        })
    }
}
