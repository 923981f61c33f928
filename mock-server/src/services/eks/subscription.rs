//! Subscriptions of EKS Anywhere: how they are found, and how they look in answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Cause, EksError};
use crate::clock::epoch_seconds;
use crate::state::eks::{Subscription, Tags};
use crate::store::Context;
use crate::validation::{ANY_TEXT, Member};

pub(super) const ID: Member = Member::new("id", ANY_TEXT).required();

/// How long a subscription holds.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
pub(super) struct Term {
    pub(super) duration: i32,
    pub(super) unit: Unit,
}

#[derive(Debug, Clone, Copy, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Unit {
    #[default]
    Months,
}

/// A subscription of the caller's.
pub(super) fn find<'c>(cx: &'c Context, id: &str) -> Result<&'c Subscription, EksError> {
    let found = cx.eks().subscriptions.row(id);
    found.ok_or_else(|| about(Cause::SubscriptionNotFound(id.to_owned()), id))
}

/// The error of a cause that is about a subscription.
pub(super) fn about(cause: Cause, id: &str) -> EksError {
    EksError::from(cause).about("subscriptionId", id)
}

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    Creating,
    Active,
    Updating,
    Expiring,
    Expired,
    Deleting,
}

impl Status {
    pub(super) fn of(subscription: &Subscription, now: Timestamp) -> Self {
        match now < subscription.expires {
            true => Self::Active,
            false => Self::Expired,
        }
    }
}

/// The answer that holds one subscription.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    subscription: View,
}

/// A subscription. Its licenses are AWS License Manager's, which is not here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    id: String,
    arn: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    effective_date: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    expiration_date: Timestamp,
    license_quantity: i32,
    license_type: String,
    term: Term,
    status: Status,
    auto_renew: bool,
    license_arns: [(); 0],
    licenses: [(); 0],
    tags: Tags,
}

impl View {
    pub(super) fn new(subscription: &Subscription, status: Status) -> Self {
        Self {
            id: subscription.id.clone(),
            arn: subscription.arn.clone(),
            created_at: subscription.created,
            effective_date: subscription.created,
            expiration_date: subscription.expires,
            license_quantity: subscription.license_quantity,
            license_type: subscription.license_type.clone(),
            term: Term {
                duration: subscription.term,
                unit: Unit::Months,
            },
            status,
            auto_renew: subscription.auto_renew,
            license_arns: [],
            licenses: [],
            tags: subscription.tags.clone(),
        }
    }
}

impl Output {
    pub(super) fn new(subscription: &Subscription, status: Status) -> Self {
        Self {
            subscription: View::new(subscription, status),
        }
    }
}
