//! What the rows of a table were like a while ago, for who learns of changes late.
//!
//! A table remembers nothing unless it is [told to](Table::remember), and then only what was changed of late.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{Row, Table};

/// How many changes a table remembers: while the clock is held none grows old. Of those before, everybody knows.
const MAX_CHANGES: usize = 50_000;

/// A time in the past, and the present that it is seen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What was changed later is not known yet.
    pub(crate) at: Timestamp,
    /// What was changed after this is of a time that the clock has left again: it is known as if it were old.
    pub(crate) now: Timestamp,
}

/// The changes of late.
pub(super) struct Past<R> {
    copy: fn(&R) -> R,
    /// When whoever writes now does so.
    now: Timestamp,
    horizon: Duration,
    /// What rows were before they were changed, by key, oldest first.
    changes: BTreeMap<Arc<str>, VecDeque<Change<R>>>,
    /// The times and keys of the changes, oldest first.
    order: VecDeque<(Timestamp, Arc<str>)>,
    /// The keys that former rows had, by the texts of each index.
    former: Vec<BTreeMap<Box<str>, Vec<Arc<str>>>>,
}

struct Change<R> {
    at: Timestamp,
    /// Nothing if there was no such row.
    before: Option<Box<R>>,
    /// Whether the indices lost the row with this change.
    left_indices: bool,
}

impl<R: Row> Past<R> {
    /// Remembers that a row is changed in place.
    pub(super) fn changes(&mut self, key: &str, before: &R) {
        let before = (self.copy)(before);
        self.add(Arc::from(key), Some(before), false);
    }

    /// Remembers that a row is replaced, removed, or put where there was none.
    pub(super) fn replaces(&mut self, key: &Arc<str>, before: Option<&R>) {
        let before = before.map(self.copy);
        for (index, text) in before.iter().flat_map(texts) {
            if self.former.len() <= index {
                self.former.resize_with(index + 1, BTreeMap::new);
            }
            let keys = self.former[index].entry(text.into()).or_default();
            keys.push(Arc::clone(key));
        }
        self.add(Arc::clone(key), before, true);
    }

    fn add(&mut self, key: Arc<str>, before: Option<R>, left_indices: bool) {
        let change = Change {
            at: self.now,
            before: before.map(Box::new),
            left_indices,
        };
        self.order.push_back((self.now, Arc::clone(&key)));
        self.changes.entry(key).or_default().push_back(change);
        if self.order.len() > MAX_CHANGES {
            self.forget_oldest();
        }
    }

    /// Forgets what is older than anybody looks back.
    fn forget(&mut self) {
        let (horizon, now) = (self.horizon, self.now);
        let is_old = |at: Timestamp| {
            let known = at.saturating_add(horizon);
            known.is_ok_and(|known| known <= now)
        };
        while let Some((at, _)) = self.order.front()
            && is_old(*at)
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((_, key)) = self.order.pop_front() else {
            return;
        };
        let Some(changes) = self.changes.get_mut(&key) else {
            return;
        };
        let oldest = changes.pop_front();
        if changes.is_empty() {
            self.changes.remove(&key);
        }
        let row = oldest.filter(|change| change.left_indices);
        let row = row.and_then(|change| change.before);
        for (index, text) in row.iter().flat_map(|row| texts(row.as_ref())) {
            let Some(keys) = self.former[index].get_mut(text.as_str()) else {
                continue;
            };
            if let Some(place) = keys.iter().position(|former| *former == key) {
                keys.remove(place);
            }
            if keys.is_empty() {
                self.former[index].remove(text.as_str());
            }
        }
    }

    /// What a row was at a moment, if it was changed since.
    fn row(&self, key: &str, moment: Moment) -> Option<Option<&R>> {
        let changes = self.changes.get(key)?;
        // The times of changes only ever rise: where the clock goes back, they are forgotten.
        let first = changes.partition_point(|change| change.at <= moment.at);
        let first = changes.get(first).filter(|it| it.at <= moment.now)?;
        Some(first.before.as_deref())
    }
}

/// The texts of a row, with the numbers of their indices.
fn texts<R: Row>(row: &R) -> impl Iterator<Item = (usize, String)> {
    let texts = row.indices().as_ref().to_vec();
    let texts = texts.into_iter().enumerate();
    texts.filter(|(_, text)| !text.is_empty())
}

impl<R: Row + Clone> Table<R> {
    /// Remembers what is changed from now on, for so long; nothing if that is no time.
    pub(crate) fn remember(&mut self, now: Timestamp, horizon: Duration) {
        if horizon.is_zero() {
            self.past = None;
            return;
        }
        // When the clock has gone back, everything is as if it were old.
        self.past.take_if(|past| past.now > now);
        let past = self.past.get_or_insert_with(|| {
            Box::new(Past {
                copy: R::clone,
                now,
                horizon,
                changes: BTreeMap::new(),
                order: VecDeque::new(),
                former: Vec::new(),
            })
        });
        past.now = now;
        past.horizon = horizon;
        past.forget();
    }
}

impl<R: Row> Table<R> {
    /// The row of a key, at a moment if one is given.
    pub(crate) fn row_at(&self, key: &str, moment: Option<Moment>) -> Option<&R> {
        let past = self.past.as_deref().zip(moment);
        let was = past.and_then(|(past, moment)| past.row(key, moment));
        was.unwrap_or_else(|| self.row(key))
    }

    /// The row that an index had under this text, at a moment if one is given.
    pub(crate) fn find_at(&self, index: usize, text: &str, moment: Option<Moment>) -> Option<&R> {
        let (Some(past), Some(_)) = (&self.past, moment) else {
            return self.find(index, text);
        };
        let present = self.indices.get(index).and_then(|texts| texts.get(text));
        let former = past.former.get(index).and_then(|texts| texts.get(text));
        let keys = present.into_iter().chain(former.into_iter().flatten());
        let mut rows = keys.filter_map(|key| self.row_at(key, moment));
        rows.find(|row| row.indices().as_ref().get(index).map(String::as_str) == Some(text))
    }

    /// The last row of a key that has none now, if it was removed since a moment.
    pub(crate) fn removed_since(&self, key: &str, moment: Option<Moment>) -> Option<&R> {
        let moment = moment.filter(|_| self.row(key).is_none())?;
        let changes = self.past.as_ref()?.changes.get(key)?;
        let last = changes.back()?;
        let is_late = last.at > moment.at && last.at <= moment.now;
        last.before.as_deref().filter(|_| is_late)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Thing {
        key: u8,
        text: u8,
        value: u32,
    }

    impl Row for Thing {
        type Indices = [String; 1];

        fn key(&self) -> String {
            self.key.to_string()
        }

        fn indices(&self) -> Self::Indices {
            // Unique over the table, and not the same for all rows that ever had a key.
            [format!("{}-{}", self.key, self.text)]
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Put(Thing),
        Update(u8, u32),
        Remove(u8),
        Pass(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..4u8, 0..3u8, any::<u32>()).prop_map(|(key, text, value)| Step::Put(Thing {
                key,
                text,
                value
            })),
            (0..4u8, any::<u32>()).prop_map(|(key, value)| Step::Update(key, value)),
            (0..4u8).prop_map(Step::Remove),
            (0..5i64).prop_map(Step::Pass),
        ]
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        /// A table that is looked at from later is what it was then, whatever happened since.
        #[test]
        fn the_past_is_what_was(steps in prop::collection::vec(step(), 1..60), delay in 1..6i64) {
            let mut table = Table::default();
            let mut now = 100;
            // What the table was after all changes of a second, by second.
            let mut history = BTreeMap::<i64, BTreeMap<u8, Thing>>::new();
            let mut rows = BTreeMap::<u8, Thing>::new();
            history.insert(0, rows.clone());
            for step in steps {
                table.remember(at(now), Duration::from_secs(5));
                match step {
                    Step::Put(thing) => {
                        rows.insert(thing.key, thing.clone());
                        table.put(thing);
                    }
                    Step::Update(key, value) => {
                        rows.entry(key).and_modify(|thing| thing.value = value);
                        table.update(&key.to_string(), |thing| thing.value = value);
                    }
                    Step::Remove(key) => {
                        rows.remove(&key);
                        table.remove(&key.to_string());
                    }
                    Step::Pass(seconds) => now += seconds,
                }
                history.insert(now, rows.clone());
                let moment = Moment { at: at(now - delay.min(5)), now: at(now) };
                let (_, was) = history.range(..=now - delay.min(5)).next_back().unwrap();
                for key in 0..4u8 {
                    prop_assert_eq!(table.row_at(&key.to_string(), Some(moment)), was.get(&key));
                    prop_assert_eq!(table.row_at(&key.to_string(), None), rows.get(&key));
                    for text in 0..3u8 {
                        let name = format!("{key}-{text}");
                        let expected = was.get(&key).filter(|thing| thing.text == text);
                        prop_assert_eq!(table.find_at(0, &name, Some(moment)), expected);
                    }
                }
            }
            table.remember(at(now + 6), Duration::from_secs(5));
            let past = table.past.as_ref().unwrap();
            prop_assert!(past.changes.is_empty() && past.order.is_empty());
            prop_assert!(past.former.iter().all(BTreeMap::is_empty));
        }
    }

    #[test]
    fn a_table_remembers_no_more_than_so_many_changes_while_the_clock_is_held() {
        let mut table = Table::default();
        for value in 0..=MAX_CHANGES as u32 {
            table.remember(at(100), Duration::from_secs(5));
            let thing = Thing {
                key: 1,
                text: 1,
                value,
            };
            table.put(thing);
        }
        let past = table.past.as_ref().unwrap();
        let sizes = (past.order.len(), past.changes["1"].len());
        assert_eq!(sizes, (MAX_CHANGES, MAX_CHANGES));
        assert_eq!(past.former[0]["1-1"].len(), MAX_CHANGES);
        // The oldest change is known: what it replaced was nothing.
        let moment = Moment {
            at: at(99),
            now: at(100),
        };
        let seen = table.row_at("1", Some(moment)).map(|thing| thing.value);
        assert_eq!(seen, Some(0));
    }

    #[test]
    fn what_was_removed_of_late_is_found_and_what_is_of_the_future_is_known() {
        let thing = Thing {
            key: 1,
            text: 1,
            value: 1,
        };
        let mut table = Table::default();
        table.remember(at(100), Duration::from_secs(5));
        table.put(thing.clone());
        table.remember(at(101), Duration::from_secs(5));
        table.remove("1");
        let seen = |at_, now| {
            Some(Moment {
                at: at(at_),
                now: at(now),
            })
        };
        assert_eq!(table.removed_since("1", seen(99, 104)), Some(&thing));
        assert_eq!(table.removed_since("1", seen(101, 106)), None);
        assert_eq!(table.row_at("1", seen(100, 104)), Some(&thing));
        // The clock went back before both.
        assert_eq!(table.row_at("1", seen(45, 50)), None);
        table.remember(at(50), Duration::from_secs(5));
        assert_eq!(table.removed_since("1", seen(99, 104)), None);
        table.put(thing.clone());
        assert_eq!(table.row_at("1", seen(45, 50)), None);
        table.remember(at(51), Duration::ZERO);
        assert_eq!(table.row_at("1", seen(46, 51)), Some(&thing));
    }
}
