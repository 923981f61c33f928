//! Signatures of version 4: what a request says about its own, and whether it is right.

mod date;
mod error;
mod parse;
mod seen;
mod verify;

pub(crate) use error::SignatureError;
pub(crate) use parse::Signed;
pub(crate) use seen::SeenSignatures;
pub(crate) use verify::{Evidence, Now};

#[cfg(test)]
mod tests;
