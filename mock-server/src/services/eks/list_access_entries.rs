use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{Eks, EksError, access_entry, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::AccessEntry;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::{ANY_TEXT, Member};

/// Lists the principals that have an access entry: all, or those with a policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListAccessEntries {
    #[serde(rename = "name")]
    cluster_name: String,
    associated_policy_arn: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of ARNs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    access_entries: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListAccessEntries {
    const NAME: &'static str = "ListAccessEntries";
    const ROUTE: Route = Route::get("/clusters/{name}/access-entries");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        Member::new("associatedPolicyArn", ANY_TEXT),
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.cluster_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let cluster = access_entry::cluster(cx, &self.cluster_name)?;
        let after = self
            .paging
            .after()
            .map_err(|cause| cause.in_cluster(&self.cluster_name))?;
        let policy = self.associated_policy_arn.as_ref();
        let has_policy =
            |entry: &AccessEntry| policy.is_none_or(|policy| entry.policies.contains_key(policy));
        let rows = cluster.access_entries.scan("", after.as_deref());
        let rows = rows.filter(|(_, entry)| has_policy(entry));
        let principal = |entry: &AccessEntry| entry.principal_arn.clone();
        let page = Page::of(rows, self.paging.limit(), principal);
        Ok(Output {
            access_entries: page.items,
            next_token: page.next,
        })
    }
}
