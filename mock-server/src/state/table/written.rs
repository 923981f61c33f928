//! Which rows of a table were written, for who keeps them elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Row, Table};

/// The keys of the rows that were written or removed. Nothing is remembered before somebody first asks: all of the
/// table is new until then, and servers that keep nothing never ask.
#[derive(Debug, Default)]
pub(super) struct Written(Option<BTreeSet<Arc<str>>>);

impl Written {
    /// Remembers that the row of a key was written or removed.
    pub(super) fn add(&mut self, key: impl FnOnce() -> Arc<str>) {
        if let Some(keys) = &mut self.0 {
            keys.insert(key());
        }
    }
}

impl<R: Row> Table<R> {
    /// Tells the rows that were written since it was last asked, all of them the first time; `None` for one that is
    /// gone. What is done to a row here is no write.
    pub(crate) fn take_written(&mut self, mut each: impl FnMut(&str, Option<&mut R>)) {
        match self.written.0.replace(BTreeSet::new()) {
            Some(keys) => {
                for key in keys {
                    each(&key, self.rows.get_mut(&key).map(Box::as_mut));
                }
            }
            None => self.each(|key, row| each(key, Some(row))),
        }
    }

    /// Tells all rows. What is done to one here is no write.
    pub(crate) fn each(&mut self, mut each: impl FnMut(&str, &mut R)) {
        for (key, row) in &mut self.rows {
            each(key, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Pet, pets};
    use super::*;

    fn taken(table: &mut Table<Pet>) -> Vec<(String, bool)> {
        let mut taken = Vec::new();
        table.take_written(|key, row| taken.push((key.replace('\0', "/"), row.is_some())));
        taken
    }

    fn there(key: &str) -> (String, bool) {
        (key.to_owned(), true)
    }

    #[test]
    fn all_rows_are_told_first_and_then_those_that_were_written_since() {
        let mut table = pets();
        let all = ["cat/tom", "dog/ace", "dog/rex"].map(there);
        assert_eq!(taken(&mut table), all);
        assert_eq!(taken(&mut table), []);
        table.put(Pet("dog", "rex"));
        table.update("cat\0tom", |_| ());
        table.update("cat\0nobody", |_| ());
        assert_eq!(taken(&mut table), ["cat/tom", "dog/rex"].map(there));
        table.remove("dog\0rex");
        table.remove("dog\0nobody");
        assert_eq!(taken(&mut table), [("dog/rex".to_owned(), false)]);
        table.put(Pet("dog", "new"));
        table.remove("dog\0new");
        assert_eq!(taken(&mut table), [("dog/new".to_owned(), false)]);
    }
}
