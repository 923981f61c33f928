//! Reading the rows of the state in.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Digest, ImportError, Visit};
use crate::state::table::{Row, Table};

/// Rows by their places, each place's in the order of their keys.
pub(crate) type Rows = BTreeMap<String, Vec<Box<RawValue>>>;

/// Goes through a new state and gives it its rows.
pub(crate) struct Load {
    rows: Rows,
    /// The place that the visit is in.
    place: String,
    refused: Option<ImportError>,
}

impl Load {
    pub(crate) fn new(rows: Rows) -> Self {
        Self {
            rows,
            place: String::new(),
            refused: None,
        }
    }

    /// The places that begin with a part, such as `iam`, as the names of all parts.
    pub(crate) fn places(&self, first: &str) -> Vec<Vec<String>> {
        let places = self.rows.keys().map(|place| place.split('/'));
        places
            .filter(|parts| parts.clone().next() == Some(first))
            .map(|parts| parts.map(str::to_owned).collect())
            .collect()
    }

    /// Goes on in another place, and comes back.
    pub(crate) fn within<T>(&mut self, place: String, visit: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.place, place);
        let result = visit(self);
        self.place = before;
        result
    }

    /// Takes the rows of a place.
    pub(crate) fn take<R: DeserializeOwned>(&mut self, name: &str) -> Vec<R> {
        let place = self.at(name);
        let rows = self.rows.remove(&place).unwrap_or_default();
        let mut read = Vec::with_capacity(rows.len());
        for (number, row) in rows.iter().enumerate() {
            match serde_json::from_str(row.get()) {
                Ok(row) => read.push(row),
                Err(error) => self.refuse_row(&place, number, error.to_string()),
            }
        }
        read
    }

    /// Takes the names of the places under the visit's, and their rows.
    pub(crate) fn take_places<R: DeserializeOwned>(&mut self) -> Vec<(String, Vec<R>)> {
        let prefix = format!("{}/", self.place);
        let places = self.rows.keys();
        let names: Vec<String> = places
            .filter_map(|place| place.strip_prefix(&prefix))
            .map(str::to_owned)
            .collect();
        names
            .into_iter()
            .map(|name| {
                let rows = self.take(&name);
                (name, rows)
            })
            .collect()
    }

    /// Refuses a row of a place, counted from 0.
    pub(crate) fn refuse_row(&mut self, place: &str, number: usize, message: String) {
        let (place, row) = (place.to_owned(), number + 1);
        self.refuse(ImportError::Row {
            place,
            row,
            message,
        });
    }

    /// Refuses a place of the visit's.
    pub(crate) fn refuse_place(&mut self, name: &str, message: impl Into<String>) {
        let (place, message) = (self.at(name), message.into());
        self.refuse(ImportError::Place { place, message });
    }

    fn refuse(&mut self, error: ImportError) {
        self.refused.get_or_insert(error);
    }

    /// Ends the visit.
    ///
    /// # Errors
    /// The first thing that was wrong.
    pub(crate) fn end(mut self) -> Result<(), ImportError> {
        if let Some(place) = self.rows.keys().next().cloned() {
            let message = "nothing lies in such a place".to_owned();
            self.refuse(ImportError::Place { place, message });
        }
        self.refused.map_or(Ok(()), Err)
    }

    /// Takes out the places under this one.
    pub(crate) fn drop_under(&mut self, place: &str) {
        let prefix = format!("{place}/");
        self.rows.retain(|place, _| !place.starts_with(&prefix));
    }

    /// A place of the visit's.
    pub(crate) fn at(&self, name: &str) -> String {
        match self.place.is_empty() {
            true => name.to_owned(),
            false => format!("{}/{name}", self.place),
        }
    }
}

impl Visit for Load {
    fn table<R>(&mut self, name: &str, table: &mut Table<R>)
    where
        R: Row + Serialize + DeserializeOwned,
    {
        let rows: Vec<R> = self.take(name);
        for (number, row) in rows.into_iter().enumerate() {
            match table.clash(&row) {
                None => table.put(row),
                Some(text) => {
                    let text = text.replace('\0', " ");
                    let message = format!("another row has `{text}`");
                    self.refuse_row(&self.at(name), number, message);
                }
            }
        }
    }

    fn row<R>(&mut self, name: &str, row: &mut R, _: &mut Digest)
    where
        R: Serialize + DeserializeOwned,
    {
        let mut rows = self.take(name);
        match (rows.pop(), rows.is_empty()) {
            (Some(read), true) => *row = read,
            _ => self.refuse_place(name, "there has to be one row"),
        }
    }
}
