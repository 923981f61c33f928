use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::subscription::{Status, View};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::Subscription;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::{Member, Shape};

/// Lists the subscriptions of EKS Anywhere, or those with some status.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListEksAnywhereSubscriptions {
    #[serde(flatten)]
    paging: Paging,
    #[serde(default)]
    include_status: Vec<Status>,
}

/// A page of subscriptions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    subscriptions: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

const STATUS: Shape = Shape::Enum(&[
    "CREATING", "ACTIVE", "UPDATING", "EXPIRING", "EXPIRED", "DELETING",
]);

impl Operation for ListEksAnywhereSubscriptions {
    const NAME: &'static str = "ListEksAnywhereSubscriptions";
    const ROUTE: Route = Route::get("/eks-anywhere-subscriptions");
    const INPUT: &'static [Member] = &[
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
        Member::new("includeStatus", Shape::List(0, usize::MAX, &STATUS)),
    ];
    const ERRORS: &'static [&'static str] = &["InvalidParameterException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>(cx)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let after = self.paging.after()?;
        let asked = &self.include_status;
        let rows = cx.eks().subscriptions.scan("", after.as_deref());
        let rows = rows
            .filter(|(_, found)| asked.is_empty() || asked.contains(&Status::of(found, cx.now)));
        let view = |found: &Subscription| View::new(found, Status::of(found, cx.now));
        let page = Page::of(rows, self.paging.limit(), view);
        Ok(Output {
            subscriptions: page.items,
            next_token: page.next,
        })
    }
}
