//! State that survives: what a call wrote is kept in a file before its answer leaves, and all that is kept can be
//! written out as JSON and read in again.
//!
//! There is one form for everything: a *row*, which is JSON, has a key, and lies in a *place* such as
//! `iam/111122223333/aws/roles`. The tables of the state remember which of their rows were written; after a call, those
//! make up one [`Change`], which the [`Keeper`] commits as a whole. [`Out`] and [`Load`] go through the state's
//! tables in the same order, by the one list that each part of the state has of them ([`Visit`]).

mod change;
mod digest;
mod error;
mod export;
mod file;
mod keeper;
mod load;
mod out;
mod shelf;
#[cfg(test)]
mod tests;
mod visit;

pub(crate) use change::{Change, Write};
pub(crate) use digest::Digest;
pub use error::{ImportError, StateFileError};
pub(crate) use export::{read, write};
pub(crate) use file::{File, open};
pub(crate) use keeper::Keeper;
pub(crate) use load::{Load, Rows};
pub(crate) use out::Out;
pub(crate) use shelf::Shelf;
pub(crate) use visit::Visit;
