use serde::{Deserialize, Serialize};

use super::access_grant::View;
use super::paging::Paging;
use super::{Eks, EksError, access_entry, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the access policies of an access entry.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListAssociatedAccessPolicies {
    #[serde(rename = "name")]
    cluster_name: String,
    principal_arn: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of policies.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    cluster_name: String,
    principal_arn: String,
    associated_access_policies: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListAssociatedAccessPolicies {
    const NAME: &'static str = "ListAssociatedAccessPolicies";
    const ROUTE: Route =
        Route::get("/clusters/{name}/access-entries/{principalArn}/access-policies");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::PRINCIPAL_ARN,
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidRequestException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_access_entry::<Self>(
            cx,
            &self.cluster_name,
            &self.principal_arn,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (_, entry) = access_entry::find(cx, &self.cluster_name, &self.principal_arn)?;
        // The model gives this operation no error for a token that is none.
        let after = self.paging.after().unwrap_or_default();
        let rest = entry.policies.iter();
        let rest = rest.filter(|(arn, _)| after.as_ref().is_none_or(|after| *arn > after));
        let rows = rest.map(|(arn, grant)| (arn, (arn, grant)));
        let page = Page::of(rows, self.paging.limit(), |(arn, grant)| {
            View::new(arn, grant)
        });
        Ok(Output {
            cluster_name: self.cluster_name,
            principal_arn: self.principal_arn,
            associated_access_policies: page.items,
            next_token: page.next,
        })
    }
}
