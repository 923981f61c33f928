use serde::Deserialize;

use super::subscription::{self, Output, Status};
use super::{Eks, EksError, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a subscription of EKS Anywhere.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeEksAnywhereSubscription {
    id: String,
}

impl Operation for DescribeEksAnywhereSubscription {
    const NAME: &'static str = "DescribeEksAnywhereSubscription";
    const ROUTE: Route = Route::get("/eks-anywhere-subscriptions/{id}");
    const INPUT: &'static [Member] = &[subscription::ID];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_subscription::<Self>(cx, &self.id)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let found = subscription::find(cx, &self.id)?;
        Ok(Output::new(found, Status::of(found, cx.now)))
    }
}
