//! Writing out the rows of the state: those that were written last, or all.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keeper::Queue;
use super::{Change, Digest, Shelf, Visit, Write};
use crate::state::table::{Row, Table};

/// Goes through the state and takes down its rows.
pub(crate) struct Out<'k> {
    /// Where those rows go that were written since the last time; all rows are taken down without it.
    queue: Option<&'k Arc<Queue>>,
    /// The place that the visit is in.
    place: String,
    change: Change,
    closed: Vec<Shelf>,
}

impl<'k> Out<'k> {
    /// Takes down the rows that were written since the last time.
    pub(super) fn of_written(queue: &'k Arc<Queue>) -> Self {
        Self {
            queue: Some(queue),
            ..Self::of_all()
        }
    }

    /// Takes down all rows.
    pub(crate) fn of_all() -> Self {
        Self {
            queue: None,
            place: String::new(),
            change: Change::new(),
            closed: Vec::new(),
        }
    }

    /// What was taken down.
    pub(crate) fn into_change(self) -> Change {
        self.change
    }

    /// What was taken down, and the shelves that have to be closed with it.
    pub(super) fn into_parts(self) -> (Change, Vec<Shelf>) {
        (self.change, self.closed)
    }

    /// Whether all rows are asked for, whenever they were written.
    pub(crate) fn is_of_all(&self) -> bool {
        self.queue.is_none()
    }

    /// Goes on in another place, and comes back.
    pub(crate) fn within(&mut self, place: String, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.place, place);
        visit(self);
        self.place = before;
    }

    /// A shelf at the place of the visit, for what is written without the state's lock; none when nothing is kept.
    pub(crate) fn shelf(&self) -> Option<Shelf> {
        let queue = self.queue?;
        Some(Shelf::new(queue, self.place.clone()))
    }

    /// Nothing more goes to a shelf, and all that is there is gone.
    pub(crate) fn close(&mut self, shelf: Shelf) {
        self.change.push(Write::Forget(shelf.place().to_owned()));
        self.closed.push(shelf);
    }

    /// Everything that was kept is gone, and nothing more goes to these shelves.
    pub(crate) fn clear(&mut self, shelves: Vec<Shelf>) {
        self.change.push(Write::Clear);
        self.closed.extend(shelves);
    }

    /// Tells the rows of a table that are asked for; `None` for one that is gone.
    pub(crate) fn each<R: Row>(
        &mut self,
        table: &mut Table<R>,
        mut each: impl FnMut(&mut Self, &str, Option<&mut R>),
    ) {
        match self.queue {
            Some(_) => table.take_written(|key, row| each(self, key, row)),
            None => table.each(|key, row| each(self, key, Some(row))),
        }
    }

    /// Takes down a row.
    pub(crate) fn put(&mut self, name: &str, key: &str, row: &impl Serialize) {
        if let Some(row) = text(row) {
            self.put_text(name, key, row);
        }
    }

    /// Takes down a row, if it is another than the last time.
    pub(crate) fn put_changed(
        &mut self,
        name: &str,
        key: &str,
        row: &impl Serialize,
        last: &mut Digest,
    ) {
        match text(row) {
            Some(row) if self.is_of_all() || last.changes(&row) => self.put_text(name, key, row),
            _ => {}
        }
    }

    fn put_text(&mut self, name: &str, key: &str, row: String) {
        let (place, key) = (self.at(name), key.to_owned());
        self.change.push(Write::Put { place, key, row });
    }

    /// Takes down that a row is gone.
    pub(crate) fn remove(&mut self, name: &str, key: &str) {
        let (place, key) = (self.at(name), key.to_owned());
        self.change.push(Write::Remove { place, key });
    }

    fn at(&self, name: &str) -> String {
        match self.place.is_empty() {
            true => name.to_owned(),
            false => format!("{}/{name}", self.place),
        }
    }
}

impl Visit for Out<'_> {
    fn table<R>(&mut self, name: &str, table: &mut Table<R>)
    where
        R: Row + Serialize + DeserializeOwned,
    {
        self.each(table, |out, key, row| match row {
            Some(row) => out.put(name, key, &*row),
            None => out.remove(name, key),
        });
    }

    fn row<R>(&mut self, name: &str, row: &mut R, last: &mut Digest)
    where
        R: Serialize + DeserializeOwned,
    {
        self.put_changed(name, "", row, last);
    }
}

/// A row as JSON.
pub(super) fn text(row: &impl Serialize) -> Option<String> {
    let text = serde_json::to_string(row);
    // Rows are structs, lists, and maps by text: these can always be written.
    text.inspect_err(|error| tracing::error!(%error, "a row cannot be written"))
        .ok()
}
