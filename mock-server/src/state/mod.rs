//! What the mock remembers: tables of rows, partitioned by account, and by region where AWS does.

pub(crate) mod eks;
pub(crate) mod iam;
pub(crate) mod kubernetes;
pub(crate) mod page;
pub(crate) mod request_token;
pub(crate) mod sts;
pub(crate) mod table;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use crate::account::AccountId;

/// Everything, behind the store's lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    iam: HashMap<AccountId, iam::Account>,
    eks: HashMap<(AccountId, String), eks::Region>,
    pub(crate) sessions: sts::Sessions,
    /// What of EKS is being deleted, by the time from which on it is gone.
    doomed: BTreeSet<(Timestamp, AccountId, String, eks::Doomed)>,
    /// What accounts and regions look like that were never written to.
    untouched: (iam::Account, eks::Region),
}

impl State {
    /// IAM in an account.
    pub(crate) fn iam(&self, account: AccountId) -> &iam::Account {
        self.iam.get(&account).unwrap_or(&self.untouched.0)
    }

    /// IAM in every account that was ever written to.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &iam::Account> {
        self.iam.values()
    }

    /// IAM in an account, to be changed.
    pub(crate) fn iam_mut(&mut self, account: AccountId) -> &mut iam::Account {
        self.iam.entry(account).or_default()
    }

    /// Has something of EKS gone from a time on.
    pub(crate) fn doom(&mut self, at: Timestamp, place: (AccountId, &str), doomed: eks::Doomed) {
        let (account, region) = place;
        self.doomed.insert((at, account, region.to_owned(), doomed));
    }

    /// Removes what is gone by now.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while self.doomed.first().is_some_and(|(at, ..)| *at <= now) {
            if let Some((at, account, region, doomed)) = self.doomed.pop_first() {
                self.eks_mut(account, &region).end(&doomed, at);
            }
        }
    }

    /// EKS in a region of an account.
    pub(crate) fn eks(&self, account: AccountId, region: &str) -> &eks::Region {
        self.eks
            .get(&(account, region.to_owned()))
            .unwrap_or(&self.untouched.1)
    }

    /// EKS in a region of an account, to be changed.
    pub(crate) fn eks_mut(&mut self, account: AccountId, region: &str) -> &mut eks::Region {
        self.eks.entry((account, region.to_owned())).or_default()
    }
}
