//! The contexts through which operations see the state.

use std::time::Duration;

use jiff::Timestamp;

use super::Settings;
use crate::account::{AccountId, Partition};
use crate::auth::caller::Caller;
use crate::auth::encoded_message::MessageKey;
use crate::auth::origin::Origin;
use crate::clock::{Clock, in_seconds};
use crate::delay::EksDelay;
use crate::id::Ids;
use crate::propagation::{Propagation, Propagations};
use crate::quota::Quota;
use crate::state::table::Moment;
use crate::state::{State, eks, iam};

/// Who asks, and where: what authentication found out about a request.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) caller: Caller,
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) request_id: String,
    pub(crate) origin: Origin,
}

/// What an operation may do to the state: [`Read`] or [`Write`].
pub(crate) trait Access {
    /// The context that `call` takes.
    type Of<'c>;

    fn lend<'c>(cx: &'c mut Context<'c>) -> Self::Of<'c>;
}

/// `call` takes `&Context` and cannot change anything.
pub(crate) struct Read;

/// `call` takes `&mut Context`.
pub(crate) struct Write;

impl Access for Read {
    type Of<'c> = &'c Context<'c>;

    fn lend<'c>(cx: &'c mut Context<'c>) -> Self::Of<'c> {
        cx
    }
}

impl Access for Write {
    type Of<'c> = &'c mut Context<'c>;

    fn lend<'c>(cx: &'c mut Context<'c>) -> Self::Of<'c> {
        cx
    }
}

/// The world of one call: the caller's part of the state, the time, and new ids.
#[derive(Debug)]
pub(crate) struct Context<'s> {
    pub(crate) scope: &'s Scope,
    pub(crate) now: Timestamp,
    pub(crate) propagation: Propagations,
    /// For what outlives the call.
    pub(crate) clock: &'s Clock,
    pub(crate) settings: &'s Settings,
    /// Seals and opens encoded authorization messages.
    pub(crate) message_key: &'s MessageKey,
    pub(crate) state: &'s mut State,
    pub(crate) ids: &'s mut Ids,
}

impl Context<'_> {
    pub(crate) fn account(&self) -> AccountId {
        self.scope.account
    }

    /// The name of the partition, as ARNs have it.
    pub(crate) fn partition(&self) -> &'static str {
        Partition::of_region(&self.scope.region).name
    }

    pub(crate) fn quota(&self, quota: Quota) -> usize {
        self.settings.quotas.limit(quota)
    }

    /// IAM in the caller's account.
    pub(crate) fn iam(&self) -> &iam::Account {
        self.state.iam(self.scope.account, self.partition())
    }

    /// The managed policy of an ARN, AWS's or an account's.
    pub(crate) fn managed_policy(&self, account: AccountId, arn: &str) -> Option<&iam::Policy> {
        self.managed_policy_at(account, arn, None)
    }

    /// The managed policy of an ARN, as it is known of a moment.
    pub(crate) fn managed_policy_at(
        &self,
        account: AccountId,
        arn: &str,
        moment: Option<Moment>,
    ) -> Option<&iam::Policy> {
        let iam = self.state.iam(account, self.partition());
        let own = iam.seen(moment).policy(arn);
        own.or_else(|| self.settings.aws_managed.policy(arn))
    }

    /// What is known at the end of a way by now.
    pub(crate) fn moment(&self, way: Propagation) -> Option<Moment> {
        self.propagation.moment(way, self.now)
    }

    /// IAM in the caller's account, as it is known at the end of a way.
    pub(crate) fn iam_seen(&self, way: Propagation) -> iam::Seen<'_> {
        self.iam().seen(self.moment(way))
    }

    /// IAM in the caller's account, to be changed.
    pub(crate) fn iam_mut(&mut self) -> &mut iam::Account {
        let partition = self.partition();
        self.state.iam_mut(self.scope.account, partition)
    }

    /// EKS in the caller's account and region.
    pub(crate) fn eks(&self) -> &eks::Region {
        self.state.eks(self.scope.account, &self.scope.region)
    }

    /// EKS in the caller's account and region, to be changed.
    pub(crate) fn eks_mut(&mut self) -> &mut eks::Region {
        self.state.eks_mut(self.scope.account, &self.scope.region)
    }

    /// When what EKS begins now is over; what takes no time is over even if the clock goes back.
    pub(crate) fn after(&self, delay: EksDelay) -> Timestamp {
        match self.settings.eks_delays.duration(delay) {
            Duration::ZERO => Timestamp::MIN,
            takes => self.now.saturating_add(takes).unwrap_or(Timestamp::MAX),
        }
    }

    /// Has something of EKS in the caller's account and region gone from a time on.
    pub(crate) fn doom(&mut self, at: Timestamp, doomed: eks::Doomed) {
        let place = (self.scope.account, self.scope.region.as_str());
        self.state.doom(at, place, doomed);
    }

    /// The ARN of an IAM entity of the caller's account, such as `role/` with path and name.
    pub(crate) fn iam_arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!(
            "arn:{}:iam::{}:{kind}{path}{name}",
            self.partition(),
            self.account()
        )
    }

    /// The time in whole seconds, as IAM keeps it.
    pub(crate) fn now_in_seconds(&self) -> Timestamp {
        in_seconds(self.now)
    }
}
