//! What the mock remembers: tables of rows, partitioned by account, and by region where AWS does.

pub(crate) mod eks;
pub(crate) mod iam;
mod issuers;
pub(crate) mod kubernetes;
pub(crate) mod page;
pub(crate) mod request_token;
mod rows;
pub(crate) mod sts;
pub(crate) mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

pub(crate) use self::rows::Loading;
use self::table::Moment;
use crate::account::{AccountId, Partition};
use crate::persist::Shelf;

/// Everything, behind the store's lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// By account and the name of its partition: partitions share nothing.
    iam: HashMap<(AccountId, &'static str), iam::Account>,
    eks: HashMap<AccountId, BTreeMap<String, eks::Region>>,
    pub(crate) sessions: sts::Sessions,
    pub(crate) issuers: issuers::Issuers,
    /// What of EKS is being deleted, by the time from which on it is gone.
    doomed: BTreeSet<(Timestamp, AccountId, String, eks::Doomed)>,
    /// The aliases of all accounts, by partition.
    aliases: HashSet<(&'static str, String)>,
    /// What accounts and regions look like that were never written to.
    untouched: (iam::Account, eks::Region),
    /// What was lent for writing since the state was last kept.
    lent: rows::Lent,
    /// Where the clusters were kept of the state that this one replaced.
    replaced: Vec<Shelf>,
    /// When whoever writes now does so, and for how long IAM is to remember what was before.
    writing: (Timestamp, Duration),
}

/// More accounts than this are not begun: whoever signs with a new account's id begins one.
pub(crate) const MAX_ACCOUNTS: usize = 10_000;

impl State {
    /// Begins an account, if it has not begun. Whether there is room for it.
    pub(crate) fn begin(
        &mut self,
        account: AccountId,
        partition: &'static str,
        now: impl FnOnce() -> Timestamp,
    ) -> bool {
        if !self.iam.contains_key(&(account, partition)) {
            if self.iam.len() >= MAX_ACCOUNTS {
                return false;
            }
            let begun = iam::Account::begun(account, partition, now());
            self.iam.insert((account, partition), begun);
            self.lent.iam(account, partition);
        }
        true
    }

    /// IAM in an account, if it has begun.
    pub(crate) fn begun(&self, account: AccountId, partition: &str) -> Option<&iam::Account> {
        let mut partitions = Partition::ALL.iter();
        let partition = partitions.find(|known| known.name == partition)?;
        self.iam.get(&(account, partition.name))
    }

    /// IAM in an account; there is nothing in one that has not begun.
    pub(crate) fn iam(&self, account: AccountId, partition: &str) -> &iam::Account {
        self.begun(account, partition).unwrap_or(&self.untouched.0)
    }

    /// IAM in an account, to be changed.
    pub(crate) fn iam_mut(
        &mut self,
        account: AccountId,
        partition: &'static str,
    ) -> &mut iam::Account {
        self.lent.iam(account, partition);
        let account = self.iam.entry((account, partition)).or_default();
        let (now, horizon) = self.writing;
        account.remember(now, horizon);
        account
    }

    /// Says when the next writes happen, and for how long IAM is to remember what was before them.
    pub(crate) fn write_at(&mut self, now: Timestamp, horizon: Duration) {
        self.writing = (now, horizon);
    }

    /// Whether an account of a partition has an alias: no two accounts share one.
    pub(crate) fn has_alias(&self, partition: &'static str, alias: &str) -> bool {
        self.aliases.contains(&(partition, alias.to_owned()))
    }

    /// Gives an account an alias in place of the one it has, or none.
    pub(crate) fn set_alias(
        &mut self,
        account: AccountId,
        partition: &'static str,
        alias: Option<String>,
    ) {
        let iam = self.iam_mut(account, partition);
        let former = std::mem::replace(&mut iam.alias, alias.clone());
        if let Some(former) = former {
            self.aliases.remove(&(partition, former));
        }
        self.aliases.extend(alias.map(|alias| (partition, alias)));
    }

    /// A long-lived access key as it is known of a moment, the user that it was issued to, and its account, which the key's
    /// id tells.
    pub(crate) fn issued_key(
        &self,
        id: &str,
        partition: &str,
        moment: Option<Moment>,
    ) -> Option<(AccountId, &iam::User, &iam::AccessKey)> {
        let account = AccountId::of_unique_id(id)?;
        let iam = self.iam(account, partition);
        let key = iam.access_keys.find_at(iam::AccessKey::BY_ID, id, moment)?;
        let user = iam.seen(moment).user_by_id(&key.user_id)?;
        Some((account, user, key))
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
        let regions = self.eks.get(&account);
        regions
            .and_then(|regions| regions.get(region))
            .unwrap_or(&self.untouched.1)
    }

    /// EKS in a region of an account, to be changed.
    pub(crate) fn eks_mut(&mut self, account: AccountId, region: &str) -> &mut eks::Region {
        self.lent.eks(account, region);
        let regions = self.eks.entry(account).or_default();
        regions.entry(region.to_owned()).or_default()
    }
}
