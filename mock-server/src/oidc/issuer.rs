//! An issuer of tokens, as each cluster has one.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::Deserialize;

use super::keys::{Keys, OwnKeys};
use super::{Claims, ExternalIssuer, SignError, SigningKey, TokenError};
use crate::account::{AccountId, Partition};
use crate::persist::{Load, Out, Shelf};

/// Where a cluster is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) cluster: String,
}

/// The issuer of one cluster's service account tokens.
#[derive(Debug)]
pub(crate) struct Issuer {
    url: String,
    place: Place,
    pub(super) keys: Keys,
}

/// Longer tokens are not read. STS takes 20,000 characters, and Kubernetes's tokens have about a thousand.
const MAX_TOKEN: usize = 20_000;

/// The signature is what `jsonwebtoken` checks; times and audiences depend on the server's clock and on who asks.
static SIGNED: LazyLock<Validation> = LazyLock::new(|| {
    let mut signed = Validation::new(Algorithm::RS256);
    signed.required_spec_claims.clear();
    signed.validate_exp = false;
    signed.validate_aud = false;
    signed
});

impl Issuer {
    /// An issuer of this server's, which makes a key when it needs one, unless one is given.
    pub(crate) fn new(url: String, place: Place, key: Option<Arc<SigningKey>>) -> Self {
        Self {
            url,
            place,
            keys: Keys::Own(OwnKeys::new(key)),
        }
    }

    /// An issuer that stands for a real cluster's.
    pub(crate) fn external(external: ExternalIssuer, place: Place) -> Self {
        Self {
            url: external.url,
            place,
            keys: Keys::External(external.keys),
        }
    }

    /// Its URL, which tokens name.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What its URL ends with, unless it is [external](Self::is_external).
    pub(crate) fn id(&self) -> Option<&str> {
        let (_, id) = self.url.rsplit_once('/')?;
        Some(id).filter(|_| !self.is_external())
    }

    /// Whose cluster's it is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Whether it stands for a real cluster's, whose pods this server does not know.
    pub(crate) fn is_external(&self) -> bool {
        matches!(self.keys, Keys::External(_))
    }

    /// Signs a token. This takes about a millisecond, and a moment longer the first time.
    ///
    /// # Errors
    /// When the issuer is [external](Self::is_external).
    pub(crate) fn sign(&self, claims: &Claims) -> Result<String, SignError> {
        match &self.keys {
            Keys::Own(keys) => Ok(keys.newest()?.sign(claims)?),
            Keys::External(_) => Err(SignError::External),
        }
    }

    /// Has a new key sign from now on, and answers its id. Tokens of the keys before it are good until they expire.
    ///
    /// # Errors
    /// When the issuer is [external](Self::is_external).
    pub(crate) fn rotate(&self) -> Result<String, SignError> {
        match &self.keys {
            Keys::Own(keys) => Ok(keys.rotate()?.public().id.clone()),
            Keys::External(_) => Err(SignError::External),
        }
    }

    /// Reads its keys, if they were kept.
    pub(crate) fn load(&self, load: &mut Load) {
        if let Keys::Own(keys) = &self.keys {
            keys.load(load);
        }
    }

    /// Takes down its keys; from now on new ones go to the shelf, if there is one.
    pub(crate) fn write_out(&self, out: &mut Out<'_>, shelf: Option<&Shelf>) {
        if let Keys::Own(keys) = &self.keys {
            keys.write_out(out, shelf);
        }
    }

    /// The public keys as a JSON Web Key Set.
    pub(crate) fn key_set(&self) -> Result<serde_json::Value, SignError> {
        let keys = self.keys.public()?;
        let keys: Vec<_> = keys.iter().map(|key| &key.jwk).collect();
        Ok(serde_json::json!({ "keys": keys }))
    }

    /// Reads a token that is this issuer's, for one of these audiences, and good at this time.
    ///
    /// # Errors
    /// When it is not. Whatever else is wrong with a token, its signature is checked before its claims.
    pub(crate) fn verify(
        &self,
        token: &str,
        audiences: &[&str],
        now: Timestamp,
    ) -> Result<Claims, TokenError> {
        let claims = self.verify_signed(token)?;
        check_times(&claims, now)?;
        let asked = |audience: &String| audiences.contains(&audience.as_str());
        match claims.aud.iter().any(asked) {
            true => Ok(claims),
            false => Err(TokenError::Audience),
        }
    }

    /// Reads a token that is this issuer's and good at this time, whoever it is for.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn verify_for_any(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let claims = self.verify_signed(token)?;
        check_times(&claims, now)?;
        Ok(claims)
    }

    fn verify_signed(&self, token: &str) -> Result<Claims, TokenError> {
        let key_id = key_id(token)?;
        let claims = self.keys.with(&key_id, |key| {
            jsonwebtoken::decode::<Claims>(token, &key.key, &SIGNED).map_err(named)
        })?;
        match claims.claims.iss == self.url {
            true => Ok(claims.claims),
            false => Err(TokenError::Issuer),
        }
    }
}

/// The URL of an issuer, as EKS forms it.
pub(crate) fn url(region: &str, id: &str) -> String {
    let dns_suffix = Partition::of_region(region).dns_suffix;
    format!("https://oidc.eks.{region}.{dns_suffix}/id/{id}")
}

/// The issuer that a token names, before anything about the token is known to be true.
pub(crate) fn issuer_of(token: &str) -> Result<String, TokenError> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    key_id(token)?;
    let named: Named = jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(named)?;
    Ok(named.iss)
}

/// Checks a token's outer form and its header, and answers the id of the key that it names.
fn key_id(token: &str) -> Result<String, TokenError> {
    if token.len() > MAX_TOKEN {
        return Err(TokenError::Oversized(MAX_TOKEN));
    }
    if token.split('.').count() != 3 {
        let parts = "it has not three parts".to_owned();
        return Err(TokenError::Malformed(parts));
    }
    let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
        // What is no algorithm of the library's, such as `none`, is one to nobody here.
        jsonwebtoken::errors::ErrorKind::Json(json) if json.to_string().contains("variant") => {
            TokenError::Algorithm
        }
        _ => named(error),
    })?;
    if header.alg != Algorithm::RS256 {
        return Err(TokenError::Algorithm);
    }
    match foreign_member(&header) {
        Some(member) => Err(TokenError::Header(member)),
        None => header.kid.ok_or(TokenError::UnknownKey),
    }
}

/// A member of a header by which the token would choose the key or the rules of its own verification.
fn foreign_member(header: &Header) -> Option<&'static str> {
    let members = [
        ("jwk", header.jwk.is_some()),
        ("jku", header.jku.is_some()),
        ("x5u", header.x5u.is_some()),
        ("x5c", header.x5c.is_some()),
        ("crit", header.crit.is_some()),
        ("enc", header.enc.is_some()),
        ("zip", header.zip.is_some()),
    ];
    let found = members.into_iter().find(|(_, is_there)| *is_there);
    found.map(|(name, _)| name)
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<(), TokenError> {
    let now = now.as_second();
    if claims.exp <= now {
        let expired = Timestamp::from_second(claims.exp).unwrap_or(Timestamp::MIN);
        return Err(TokenError::Expired(expired));
    }
    let begins = claims.nbf.into_iter().chain(claims.iat).max();
    match begins.is_some_and(|begins| begins > now) {
        true => Err(TokenError::NotYetValid),
        false => Ok(()),
    }
}

/// The cause of an error of the library's.
fn named(error: jsonwebtoken::errors::Error) -> TokenError {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature => TokenError::Signature,
        ErrorKind::InvalidAlgorithm => TokenError::Algorithm,
        _ => TokenError::Malformed(error.to_string()),
    }
}
