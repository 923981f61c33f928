//! Going through the state, so that each part of it lists its tables once.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Digest;
use crate::state::table::{Row, Table};

/// Whatever goes through the state: [`Out`](super::Out) writes its rows out, [`Load`](super::Load) reads them in.
pub(crate) trait Visit {
    /// Goes through a table, whose name ends the rows' place.
    fn table<R>(&mut self, name: &str, table: &mut Table<R>)
    where
        R: Row + Serialize + DeserializeOwned;

    /// Goes through a place with one row, which is written when it is another than the last time.
    fn row<R>(&mut self, name: &str, row: &mut R, last: &mut Digest)
    where
        R: Serialize + DeserializeOwned;
}
