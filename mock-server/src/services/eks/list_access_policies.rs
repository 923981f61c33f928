use serde::{Deserialize, Serialize};

use super::access_entry::{POLICIES, policy_arn};
use super::paging::Paging;
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the access policies that AWS has for clusters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListAccessPolicies {
    #[serde(flatten)]
    paging: Paging,
}

/// A page of policies.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    access_policies: Vec<AccessPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct AccessPolicy {
    name: &'static str,
    arn: String,
}

impl Operation for ListAccessPolicies {
    const NAME: &'static str = "ListAccessPolicies";
    const ROUTE: Route = Route::get("/access-policies");
    const INPUT: &'static [Member] = &[members::MAX_RESULTS, members::NEXT_TOKEN];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>(cx)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let after = self.paging.after()?;
        let names = POLICIES.into_iter();
        let rest = names.filter(|name| after.as_deref().is_none_or(|after| *name > after));
        let policy = |name| AccessPolicy {
            name,
            arn: policy_arn(cx, name),
        };
        let page = Page::of(rest.map(|name| (name, name)), self.paging.limit(), policy);
        Ok(Output {
            access_policies: page.items,
            next_token: page.next,
        })
    }
}
