use serde::{Deserialize, Serialize};

use super::{Eks, EksError, members, paging, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Cluster;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the names of the region's clusters. None is ever connected from outside, so `include` adds none.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListClusters {
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// A page of names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    clusters: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListClusters {
    const NAME: &'static str = "ListClusters";
    const ROUTE: Route = Route::get("/clusters");
    const INPUT: &'static [Member] = &[
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
        Member::new("include", members::TEXTS),
    ];
    const ERRORS: &'static [&'static str] = &["InvalidParameterException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, "*")]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let after = paging::after(self.next_token.as_deref())?;
        let rows = cx.eks().clusters.scan("", after.as_deref());
        let name = |cluster: &Cluster| cluster.name.clone();
        let page = Page::of(rows, paging::limit(self.max_results), name);
        Ok(Output {
            clusters: page.items,
            next_token: page.next,
        })
    }
}
