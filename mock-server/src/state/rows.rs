//! The state as rows: what was written is taken down, and what was taken down is read again.

use std::collections::{BTreeMap, BTreeSet};

use super::{State, eks, iam};
use crate::account::{self, AccountId, Partition};
use crate::clock::Clock;
use crate::id::Ids;
use crate::persist::{ImportError, Load, Out, Rows};
use crate::store::Settings;

/// The accounts and regions that were lent for writing. None are remembered before somebody first asks: all of the
/// state is new until then.
#[derive(Debug, Default)]
pub(super) struct Lent(Option<Places>);

#[derive(Debug, Default)]
struct Places {
    iam: BTreeSet<(AccountId, &'static str)>,
    eks: BTreeSet<(AccountId, String)>,
}

impl Lent {
    pub(super) fn iam(&mut self, account: AccountId, partition: &'static str) {
        if let Some(places) = &mut self.0 {
            places.iam.insert((account, partition));
        }
    }

    pub(super) fn eks(&mut self, account: AccountId, region: &str) {
        if let Some(places) = &mut self.0 {
            places.eks.insert((account, region.to_owned()));
        }
    }
}

/// What the rows of a state are read with.
pub(crate) struct Loading<'l> {
    pub(crate) settings: &'l Settings,
    pub(crate) clock: &'l Clock,
    pub(crate) ids: &'l mut Ids,
}

impl State {
    /// Whether nothing of it was taken down to be kept.
    pub(crate) fn is_new(&self) -> bool {
        self.lent.0.is_none()
    }

    /// Has the controllers of clusters that were read take up their work.
    pub(crate) fn resume(&self) {
        let regions = self.eks.values().flat_map(BTreeMap::values);
        let clusters = regions.flat_map(|region| region.clusters.scan("", None));
        clusters.for_each(|(_, cluster)| cluster.kubernetes.look_again());
    }

    /// Takes the place of a state that was kept.
    pub(crate) fn replace(&mut self, former: Self) {
        let regions = former.eks.into_values().flat_map(BTreeMap::into_values);
        let shelves = regions.flat_map(eks::Region::into_shelves);
        self.replaced = shelves.chain(former.replaced).collect();
    }

    /// Takes down what was written since the last time, or all rows, as asked.
    pub(crate) fn write_out(&mut self, out: &mut Out<'_>) {
        if out.is_of_all() {
            return self.write_all_out(out);
        }
        match self.lent.0.replace(Places::default()) {
            None => {
                out.clear(std::mem::take(&mut self.replaced));
                self.write_all_out(out);
            }
            Some(Places { iam, eks }) => {
                for place in &iam {
                    if let Some(account) = self.iam.get_mut(place) {
                        write_account(place, account, out);
                    }
                }
                for place in &eks {
                    let regions = self.eks.get_mut(&place.0);
                    if let Some(region) = regions.and_then(|regions| regions.get_mut(&place.1)) {
                        write_region(place.0, &place.1, region, out);
                    }
                }
                out.within("sts".to_owned(), |out| self.sessions.visit(out));
            }
        }
    }

    fn write_all_out(&mut self, out: &mut Out<'_>) {
        for (place, account) in &mut self.iam {
            write_account(place, account, out);
        }
        for (account, regions) in &mut self.eks {
            for (name, region) in regions {
                write_region(*account, name, region, out);
            }
        }
        out.within("sts".to_owned(), |out| self.sessions.visit(out));
    }

    /// The state of rows. With `orphans`, rows of clusters that are not there are no error: a crash can leave them,
    /// and they are answered, by their places.
    ///
    /// # Errors
    /// When a row cannot be read, contradicts another, or lies nowhere.
    pub(crate) fn load(
        rows: Rows,
        loading: &mut Loading<'_>,
        orphans: Option<&mut BTreeSet<String>>,
    ) -> Result<Self, ImportError> {
        let mut state = Self::default();
        let mut load = Load::new(rows);
        for (account, partition) in places(&load, "iam") {
            let known = Partition::ALL.iter().find(|known| known.name == partition);
            if let Some(Partition { name, .. }) = known {
                let rows = state.iam_mut(account, name);
                load.within(format!("iam/{account}/{name}"), |load| rows.visit(load));
                rows.find_usages();
                let alias = rows.alias.clone();
                state.aliases.extend(alias.map(|alias| (*name, alias)));
            }
        }
        for (account, region) in places(&load, "eks") {
            if account::is_region(&region) {
                let mut rows = eks::Region::default();
                load.within(format!("eks/{account}/{region}"), |load| {
                    rows.load(load, (account, &region), loading);
                });
                for (_, cluster) in rows.clusters.scan("", None) {
                    state.issuers.put(&cluster.issuer);
                }
                let doomed = rows.doomed();
                let doomed = doomed.map(|(at, doomed)| (at, account, region.clone(), doomed));
                state.doomed.extend(doomed);
                let regions = state.eks.entry(account).or_default();
                regions.insert(region, rows);
            }
        }
        load.within("sts".to_owned(), |load| state.sessions.visit(load));
        state.sessions.find_again();
        if let Some(orphans) = orphans {
            for place in load.places("clusters") {
                let place = place[..place.len().min(2)].join("/");
                load.drop_under(&place);
                orphans.insert(place);
            }
        }
        load.end()?;
        Ok(state)
    }
}

/// The accounts that have rows in one of the parts of the state, and the partitions or regions there.
fn places(load: &Load, part: &str) -> BTreeSet<(AccountId, String)> {
    let places = load.places(part).into_iter();
    let places = places.filter_map(|place| match place.as_slice() {
        [_, account, within, _] => Some((account.parse().ok()?, within.clone())),
        _ => None,
    });
    places.collect()
}

fn write_account(
    (account, partition): &(AccountId, &str),
    rows: &mut iam::Account,
    out: &mut Out<'_>,
) {
    out.within(format!("iam/{account}/{partition}"), |out| rows.visit(out));
}

fn write_region(account: AccountId, region: &str, rows: &mut eks::Region, out: &mut Out<'_>) {
    out.within(format!("eks/{account}/{region}"), |out| rows.write_out(out));
}
