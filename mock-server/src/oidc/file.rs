//! Keys from files: a private key of one's own, and the public keys of a real cluster.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet};
use jsonwebtoken::{DecodingKey, errors};
use thiserror::Error;

use super::key::{SigningKey, VerifyingKey};
use super::keys::ExternalIssuer;

/// Why a file of keys, or what stands for a real cluster's issuer, cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IssuerFileError {
    /// The operating system refused.
    #[error("cannot read `{}`", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// The file holds no private key that can sign.
    #[error("`{}` holds no RSA private key of at least 2048 bits in PEM form", .0.display())]
    PrivateKey(PathBuf, #[source] errors::Error),
    /// The file is no JSON Web Key Set.
    #[error("`{}` is no JSON Web Key Set", .0.display())]
    KeySet(PathBuf, #[source] serde_json::Error),
    /// The key set has no key that verifies tokens of Kubernetes.
    #[error("`{}` has no RSA key with a key id", .0.display())]
    NoKey(PathBuf),
    /// The URL is not one that issuers have.
    #[error(
        "`{0}` is no URL of an issuer: it begins with https:// and has neither query nor fragment"
    )]
    Url(String),
}

/// Reads the private key of `--issuer-key`.
pub(crate) fn read_key(file: &Path) -> Result<SigningKey, IssuerFileError> {
    let pem =
        fs::read_to_string(file).map_err(|error| IssuerFileError::Read(file.to_owned(), error))?;
    SigningKey::from_pem(&pem).map_err(|error| IssuerFileError::PrivateKey(file.to_owned(), error))
}

/// Reads the public keys of a real cluster's issuer, as `kubectl get --raw /openid/v1/jwks` prints them.
pub(crate) fn read_keys(url: &str, file: &Path) -> Result<ExternalIssuer, IssuerFileError> {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#');
    let host = url.strip_prefix("https://");
    if !host.is_some_and(|host| !host.is_empty() && host.chars().all(is_plain)) {
        return Err(IssuerFileError::Url(url.to_owned()));
    }
    let text = fs::read(file).map_err(|error| IssuerFileError::Read(file.to_owned(), error))?;
    let set: JwkSet = serde_json::from_slice(&text)
        .map_err(|error| IssuerFileError::KeySet(file.to_owned(), error))?;
    let keys: Arc<[VerifyingKey]> = set.keys.into_iter().filter_map(usable).collect();
    match keys.is_empty() {
        true => Err(IssuerFileError::NoKey(file.to_owned())),
        false => Ok(ExternalIssuer {
            url: url.to_owned(),
            keys,
        }),
    }
}

/// A key that can verify tokens; others in the set are of no use here.
fn usable(jwk: Jwk) -> Option<VerifyingKey> {
    let is_rsa = matches!(jwk.algorithm, AlgorithmParameters::RSA(_));
    let id = jwk.common.key_id.clone().filter(|_| is_rsa)?;
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(VerifyingKey { id, key, jwk })
}
