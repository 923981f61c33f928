//! Why a token is not accepted, or not signed.

use jiff::Timestamp;
use thiserror::Error;

/// Why an issuer does not accept a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TokenError {
    #[error("the token is longer than {0} bytes")]
    Oversized(usize),
    /// It is no JWT, or one with claims that are missing, doubled or of another type.
    #[error("the token cannot be read: {0}")]
    Malformed(String),
    #[error("the token is not signed by RS256")]
    Algorithm,
    /// The header brings a key of its own, or asks for what the reader would have to understand.
    #[error("the token's header has the member `{0}`, which is not accepted")]
    Header(&'static str),
    #[error("the token names none of the issuer's keys")]
    UnknownKey,
    #[error("the token's signature is not the issuer's")]
    Signature,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for another audience")]
    Audience,
    #[error("the token has expired")]
    Expired(Timestamp),
    #[error("the token is not valid yet")]
    NotYetValid,
}

/// Why a cluster's issuer got no new key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RotateError {
    /// There is no cluster of that name.
    #[error("no cluster has the name `{0}`")]
    NoCluster(String),
    /// Its issuer does not sign with another key.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why an issuer signs no token.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignError {
    /// It stands for a real cluster's, and has its public keys only.
    #[error("the issuer of a real cluster signs its tokens there")]
    External,
    /// The cryptographic library made none.
    #[error("cannot make a key")]
    Generate(#[from] rcgen::Error),
    /// The cryptographic library does not take it.
    #[error("cannot use the key")]
    Key(#[from] jsonwebtoken::errors::Error),
}
