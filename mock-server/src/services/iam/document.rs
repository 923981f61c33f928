//! Policy documents: checked before they are stored, encoded when they are answered.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use podpass_policy::{DocumentKind, size_without_whitespace, validate};

use super::IamError;
use crate::quota::Quota;
use crate::store::Context;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A document as IAM's answers carry it: percent-encoded, byte for byte what was submitted.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Checks a document of a managed policy.
pub(super) fn check_managed(text: &str) -> Result<(), IamError> {
    validate(text, DocumentKind::ManagedIdentity)?;
    Ok(())
}

/// Checks a document of an inline policy.
pub(super) fn check_inline(text: &str) -> Result<(), IamError> {
    validate(text, DocumentKind::InlineIdentity)?;
    Ok(())
}

/// Refuses a document larger than a quota allows. White space does not count.
pub(super) fn check_size(cx: &Context, text: &str, quota: Quota) -> Result<(), IamError> {
    let limit = cx.quota(quota);
    match size_without_whitespace(text) > limit {
        true => Err(IamError::QuotaExceeded(quota, limit)),
        false => Ok(()),
    }
}
