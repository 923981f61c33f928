//! What the operations on OIDC identity providers share.

use super::IamError;
use crate::quota::Quota;
use crate::store::Context;

/// The thumbprint of the certificate authority of EKS's issuers, which AWS would look up by itself.
const LOOKED_UP_THUMBPRINT: &str = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";
const MAX_THUMBPRINTS: usize = 5;

/// An issuer's URL as IAM keeps it.
pub(super) fn url_without_scheme(url: &str) -> Result<&str, IamError> {
    let url = url
        .strip_prefix("https://")
        .ok_or(IamError::InvalidProviderUrl)?;
    let plain = |b: u8| b.is_ascii_graphic() && !b"?#@".contains(&b);
    let url = url.trim_end_matches('/');
    match !url.is_empty() && !url.starts_with('/') && url.bytes().all(plain) {
        true => Ok(url),
        false => Err(IamError::InvalidProviderUrl),
    }
}

/// The thumbprints to keep: what was given, or what AWS would find.
pub(super) fn thumbprints(given: Vec<String>) -> Result<Vec<String>, IamError> {
    match given.len() {
        0 => Ok(vec![LOOKED_UP_THUMBPRINT.to_owned()]),
        1..=MAX_THUMBPRINTS => Ok(given),
        _ => Err(IamError::TooManyThumbprints(MAX_THUMBPRINTS)),
    }
}

/// Refuses more client ids than a provider can have.
pub(super) fn check_client_ids(cx: &Context, count: usize) -> Result<(), IamError> {
    let quota = Quota::ClientIdsPerOpenIdConnectProvider;
    let limit = cx.quota(quota);
    if count > limit {
        Err(IamError::QuotaExceeded(quota, limit))
    } else {
        Ok(())
    }
}
