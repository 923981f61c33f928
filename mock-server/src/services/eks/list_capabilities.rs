use serde::{Deserialize, Serialize};

use super::capability::{self, Summary};
use super::paging::Paging;
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the capabilities of a cluster. The service model gives it no error for a cluster that does not
/// exist; it answers `ResourceNotFoundException` as the other lists do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListCapabilities {
    #[serde(rename = "name")]
    cluster_name: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of capabilities.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    capabilities: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct Item {
    #[serde(flatten)]
    summary: Summary,
    #[serde(rename = "type")]
    kind: String,
}

impl Operation for ListCapabilities {
    const NAME: &'static str = "ListCapabilities";
    const ROUTE: Route = Route::get("/clusters/{name}/capabilities");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::NEXT_TOKEN, members::MAX_RESULTS];
    const ERRORS: &'static [&'static str] = &["InvalidParameterException"];
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
            .of(cluster, &cluster.capabilities, |found| Item {
                summary: Summary::new(cluster, found, found.life.phase(cx.now)),
                kind: capability::kind(found).to_owned(),
            })?;
        Ok(Output {
            capabilities: page.items,
            next_token: page.next,
        })
    }
}
