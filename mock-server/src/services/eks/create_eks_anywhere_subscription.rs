use jiff::{ToSpan, tz::TimeZone};
use serde::Deserialize;

use super::members::{self, ANY_INTEGER};
use super::subscription::{Output, Status, Term};
use super::tag_resource::TagResource;
use super::{Cause, Eks, EksError, idempotency, permission, tag};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Subscription, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Creates a subscription of EKS Anywhere, which is active the next time it is described and expires after
/// its term by the server's clock. It has no licenses.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateEksAnywhereSubscription {
    #[serde(rename = "name")]
    _name: String,
    term: Term,
    license_quantity: Option<i32>,
    license_type: Option<String>,
    #[serde(default)]
    auto_renew: bool,
    client_request_token: Option<String>,
    #[serde(default)]
    tags: Tags,
}

impl Operation for CreateEksAnywhereSubscription {
    const NAME: &'static str = "CreateEksAnywhereSubscription";
    const ROUTE: Route = Route::post("/eks-anywhere-subscriptions");
    const INPUT: &'static [Member] = &[
        members::NEW_CLUSTER_NAME,
        Member::new(
            "term",
            Shape::Structure(&[
                Member::new("duration", ANY_INTEGER),
                Member::new("unit", Shape::Enum(&["MONTHS"])),
            ]),
        )
        .required(),
        Member::new("licenseQuantity", ANY_INTEGER),
        Member::new("licenseType", Shape::Enum(&["Cluster"])),
        Member::new("autoRenew", Shape::Boolean),
        members::CLIENT_REQUEST_TOKEN,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] = &["InvalidParameterException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let create = permission::on_anything::<Self>(cx);
        permission::with_tags(create, &self.tags, || {
            permission::on_subscription::<TagResource>(cx, "*")
        })
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        // The terms that can be had (API reference of EksAnywhereSubscriptionTerm).
        if ![12, 36].contains(&self.term.duration) {
            return Err(Cause::InvalidTerm.into());
        }
        if self.license_quantity.is_some_and(|quantity| quantity < 1) {
            return Err(Cause::InvalidLicenseQuantity.into());
        }
        Ok(tag::check(&self.tags).map_err(Cause::from)?)
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        if let Some(made) = idempotency::made_before(&cx.eks().subscriptions, request)? {
            return Ok(Output::new(made, Status::Creating));
        }
        let created = cx.now.to_zoned(TimeZone::UTC);
        let expires = created.checked_add(self.term.duration.months());
        let id = cx.ids.uuid();
        let subscription = Subscription {
            arn: permission::arn(cx, "eks-anywhere-subscription", &id),
            id,
            term: self.term.duration,
            license_quantity: self.license_quantity.unwrap_or(1),
            license_type: self.license_type.unwrap_or_else(|| "Cluster".to_owned()),
            auto_renew: self.auto_renew,
            tags: self.tags,
            created: cx.now,
            expires: expires.map_or(jiff::Timestamp::MAX, |expires| expires.timestamp()),
            request,
            last_update: None,
        };
        let output = Output::new(&subscription, Status::Creating);
        cx.eks_mut().subscriptions.put(subscription);
        Ok(output)
    }
}
