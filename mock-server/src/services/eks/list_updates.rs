use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{Eks, EksError, cluster, members, permission, update};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Update;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::{ANY_TEXT, Member};

/// Lists the ids of the updates of a cluster or of something of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListUpdates {
    name: String,
    #[serde(flatten)]
    of: update::Of,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of ids.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    update_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListUpdates {
    const NAME: &'static str = "ListUpdates";
    const ROUTE: Route = Route::get("/clusters/{name}/updates");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        Member::new("nodegroupName", ANY_TEXT),
        Member::new("addonName", ANY_TEXT),
        Member::new("capabilityName", ANY_TEXT),
        members::NEXT_TOKEN,
        members::MAX_RESULTS,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_updated::<Self>(cx, &self.name, &self.of)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.name)?;
        let after = self
            .paging
            .after()
            .map_err(|cause| cause.in_cluster(&self.name))?;
        let prefix = self.of.into_updated().key("");
        let rows = cluster.updates.scan(&prefix, after.as_deref());
        let id = |update: &Update| update.id.clone();
        let page = Page::of(rows, self.paging.limit(), id);
        Ok(Output {
            update_ids: page.items,
            next_token: page.next,
        })
    }
}
