//! The OIDC issuers of clusters: their keys, the service account tokens that they sign and verify, and the
//! documents by which others verify these.
//!
//! An issuer has a key of its own, made when it is first needed, or the key of `--issuer-key`. An issuer that
//! stands for a real cluster's has that cluster's public keys, and signs nothing.

mod claims;
mod documents;
mod error;
mod file;
mod issuer;
mod key;
mod keys;
#[cfg(test)]
mod tests;

pub(crate) use claims::{Bound, Claims, KubernetesClaims};
pub(crate) use documents::{PREFIX, answer};
pub(crate) use error::TokenError;
pub use error::{RotateError, SignError};
pub use file::IssuerFileError;
pub(crate) use file::{read_key, read_keys};
pub(crate) use issuer::{Issuer, Place, issuer_of, url};
pub(crate) use key::SigningKey;
pub(crate) use keys::ExternalIssuer;
