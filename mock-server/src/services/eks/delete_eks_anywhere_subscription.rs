use serde::Deserialize;

use super::subscription::{self, Output, Status};
use super::{Cause, Eks, EksError, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a subscription of EKS Anywhere that has expired; others are refused, as AWS refuses them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteEksAnywhereSubscription {
    id: String,
}

impl Operation for DeleteEksAnywhereSubscription {
    const NAME: &'static str = "DeleteEksAnywhereSubscription";
    const ROUTE: Route = Route::delete("/eks-anywhere-subscriptions/{id}");
    const INPUT: &'static [Member] = &[subscription::ID];
    const ERRORS: &'static [&'static str] =
        &["InvalidRequestException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_subscription::<Self>(cx, &self.id)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let found = subscription::find(cx, &self.id)?;
        if Status::of(found, cx.now) != Status::Expired {
            return Err(subscription::about(Cause::SubscriptionActive, &self.id));
        }
        let output = Output::new(found, Status::Deleting);
        cx.eks_mut().subscriptions.remove(&self.id);
        Ok(output)
    }
}
