//! A table: rows in the order in which AWS lists them, with indices of its own.
//!
//! Nothing outside this folder knows how rows are stored. Looking up, writing and turning a page cost the
//! logarithm of the table's size.

mod past;
mod written;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

pub(crate) use self::past::Moment;
use self::past::Past;
use self::written::Written;

/// What can be a row.
pub(crate) trait Row {
    /// One text per index, such as `[String; 1]`. Texts of one index are unique over the table; an empty
    /// text stays out of the index.
    type Indices: AsRef<[String]>;

    /// The primary key; its order is the order of listing. Parts are joined by [`SEPARATOR`].
    fn key(&self) -> String;

    /// The row's texts, by which [`Table::find`] and [`Table::scan_index`] reach it.
    fn indices(&self) -> Self::Indices;
}

/// Stands between the parts of a key: it sorts before everything that names can hold.
pub(crate) const SEPARATOR: char = '\0';

/// Rows by key, and keys by the texts of each index. Nodes of the trees are kept small, and a key is
/// there once: there may be many rows.
pub(crate) struct Table<R> {
    rows: BTreeMap<Arc<str>, Box<R>>,
    indices: Vec<BTreeMap<Box<str>, Arc<str>>>,
    written: Written,
    /// What rows were of late, where somebody learns of changes late.
    past: Option<Box<Past<R>>>,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            indices: Vec::new(),
            written: Written::default(),
            past: None,
        }
    }
}

impl<R> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

impl<R: Row> Table<R> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn row(&self, key: &str) -> Option<&R> {
        self.rows.get(key).map(Box::as_ref)
    }

    /// The last row in the order of the keys.
    pub(crate) fn last(&self) -> Option<&R> {
        self.rows.last_key_value().map(|(_, row)| row.as_ref())
    }

    /// The row that an index has under this text.
    pub(crate) fn find(&self, index: usize, text: &str) -> Option<&R> {
        self.row(self.indices.get(index)?.get(text)?)
    }

    /// The text by which another row is known already, be it the key or one of an index.
    pub(crate) fn clash(&self, row: &R) -> Option<String> {
        let key = Some(row.key()).filter(|key| self.rows.contains_key(key.as_str()));
        let texts = row.indices();
        let mut texts = self.indices.iter().zip(texts.as_ref());
        let taken = texts.find(|(index, text)| index.contains_key(text.as_str()));
        key.or_else(|| taken.map(|(_, text)| text.clone()))
    }

    /// Adds a row, or replaces the one with its key.
    pub(crate) fn put(&mut self, row: R) {
        let key: Arc<str> = Arc::from(row.key());
        let before = self.take_out(&key);
        if let Some(past) = &mut self.past {
            past.replaces(&key, before.as_ref());
        }
        let texts = row.indices();
        let texts = texts.as_ref();
        self.indices.resize_with(texts.len(), BTreeMap::new);
        for (index, text) in self.indices.iter_mut().zip(texts) {
            if !text.is_empty() {
                index.insert(text.as_str().into(), Arc::clone(&key));
            }
        }
        self.written.add(|| Arc::clone(&key));
        self.rows.insert(key, Box::new(row));
    }

    /// Changes a row in place. Its key and indices stay as they are: they are what AWS calls immutable.
    pub(crate) fn update<T>(&mut self, key: &str, change: impl FnOnce(&mut R) -> T) -> Option<T> {
        let row = self.rows.get_mut(key)?;
        if let Some(past) = &mut self.past {
            past.changes(key, row);
        }
        self.written.add(|| Arc::from(key));
        Some(change(row))
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<R> {
        let row = self.take_out(key)?;
        if let Some(past) = &mut self.past {
            past.replaces(&Arc::from(key), Some(&row));
        }
        self.written.add(|| Arc::from(key));
        Some(row)
    }

    /// Takes a row out of the trees.
    fn take_out(&mut self, key: &str) -> Option<R> {
        let row = self.rows.remove(key)?;
        for (index, text) in self.indices.iter_mut().zip(row.indices().as_ref()) {
            index.remove(text.as_str());
        }
        Some(*row)
    }

    /// The rows whose key begins with `prefix`, in order, after the key `after`.
    pub(crate) fn scan<'t, 'p>(
        &'t self,
        prefix: &'p str,
        after: Option<&str>,
    ) -> impl Iterator<Item = (&'t str, &'t R)> + use<'t, 'p, R> {
        range(&self.rows, prefix, after).map(|(key, row)| (key, row.as_ref()))
    }

    /// The same over an index: the rows whose text there begins with `prefix`, in the order of these texts.
    pub(crate) fn scan_index<'t>(
        &'t self,
        index: usize,
        prefix: &'t str,
        after: Option<&str>,
    ) -> impl Iterator<Item = (&'t str, &'t R)> {
        let texts = self.indices.get(index).into_iter();
        let found = texts.flat_map(move |texts| range(texts, prefix, after));
        found.filter_map(|(text, key)| Some((text, self.row(key)?)))
    }
}

/// The entries whose key begins with `prefix`, in order, after the key `after`.
fn range<'t, 'p, K: Borrow<str> + Ord, V>(
    map: &'t BTreeMap<K, V>,
    prefix: &'p str,
    after: Option<&str>,
) -> impl Iterator<Item = (&'t str, &'t V)> + use<'t, 'p, K, V> {
    let start = match after.filter(|after| *after > prefix) {
        Some(after) => Bound::Excluded(after),
        None => Bound::Included(prefix),
    };
    map.range::<str, _>((start, Bound::Unbounded))
        .map(|(key, value)| (key.borrow(), value))
        .take_while(move |(key, _)| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    pub(super) struct Pet(pub(super) &'static str, pub(super) &'static str);

    impl Row for Pet {
        type Indices = [String; 1];

        fn key(&self) -> String {
            format!("{}{SEPARATOR}{}", self.0, self.1)
        }

        fn indices(&self) -> Self::Indices {
            [self.1.to_owned()]
        }
    }

    pub(super) fn pets() -> Table<Pet> {
        let mut table = Table::default();
        [Pet("dog", "rex"), Pet("cat", "tom"), Pet("dog", "ace")]
            .into_iter()
            .for_each(|pet| table.put(pet));
        table
    }

    #[test]
    fn a_scan_gives_the_rows_of_a_prefix_in_order_and_resumes_after_a_key() {
        let table = pets();
        let names = |after| {
            table
                .scan("dog\0", after)
                .map(|(_, pet)| pet.1)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(None), ["ace", "rex"]);
        assert_eq!(names(Some("dog\0ace")), ["rex"]);
        assert_eq!(names(Some("cat\0tom")), ["ace", "rex"]);
    }

    #[test]
    fn removing_a_row_removes_it_from_its_indices() {
        let mut table = pets();
        assert_eq!(table.find(0, "tom"), Some(&Pet("cat", "tom")));
        table.remove("cat\0tom");
        assert_eq!(table.find(0, "tom"), None);
        assert_eq!(table.scan_index(0, "", None).count(), 2);
    }
}
