use serde::Deserialize;

use super::subscription::{self, Output, Status};
use super::{Cause, Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Changes whether a subscription of EKS Anywhere renews itself. Renewing is not done here.
///
/// A request whose token is that of the last change gets the answer again, without changing anything.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateEksAnywhereSubscription {
    id: String,
    auto_renew: bool,
    client_request_token: Option<String>,
}

impl Operation for UpdateEksAnywhereSubscription {
    const NAME: &'static str = "UpdateEksAnywhereSubscription";
    const ROUTE: Route = Route::post("/eks-anywhere-subscriptions/{id}");
    const INPUT: &'static [Member] = &[
        subscription::ID,
        Member::new("autoRenew", Shape::Boolean).required(),
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_subscription::<Self>(cx, &self.id)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let token = RequestToken::of(self.client_request_token.as_deref(), &self);
        let found = subscription::find(cx, &self.id)?;
        if let (Some(token), Some(last)) = (token, found.last_update)
            && token.conflicts_with(last)
        {
            return Err(subscription::about(Cause::ReusedToken, &self.id));
        }
        let now = cx.now;
        let changed = cx.eks_mut().subscriptions.update(&self.id, |found| {
            found.auto_renew = self.auto_renew;
            found.last_update = token;
            Output::new(found, Status::of(found, now))
        });
        let gone = || subscription::about(Cause::SubscriptionNotFound(self.id.clone()), &self.id);
        changed.ok_or_else(gone)
    }
}
