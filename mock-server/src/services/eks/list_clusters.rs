use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::page::{self, Page};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the names of the region's clusters; with `include`, also of those of elsewhere.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListClusters {
    #[serde(flatten)]
    paging: Paging,
    #[serde(default)]
    include: Vec<String>,
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
        let after = self.paging.after()?;
        let (own, connected) = (&cx.eks().clusters, &cx.eks().connected);
        let own = page::part('1', own, "", after.as_deref());
        let own = own.map(|(key, cluster)| (key, &cluster.name));
        let connected = page::part('2', connected, "", after.as_deref());
        let connected = connected.map(|(key, cluster)| (key, &cluster.name));
        let connected = connected.filter(|_| self.include.iter().any(|word| word == "all"));
        let limit = self.paging.limit();
        let page = Page::of(own.chain(connected), limit, String::clone);
        Ok(Output {
            clusters: page.items,
            next_token: page.next,
        })
    }
}
