//! Policy documents: checked and compiled before they are stored, encoded when they are answered.

use std::sync::{Arc, LazyLock};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use podpass_policy::{CompiledPolicy, DocumentKind, size_without_whitespace, validate};
use serde::Deserialize;

use super::IamError;
use super::recent::Recent;
use crate::quota::Quota;
use crate::state::iam::Document;
use crate::store::Context;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A document as IAM's answers carry it: percent-encoded, byte for byte what was submitted.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(2 * text.len());
    encoded.extend(utf8_percent_encode(text, RESERVED));
    encoded
}

/// A document as a request submits it.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Submitted {
    text: String,
    compiled: Option<CompiledPolicy>,
}

impl From<String> for Submitted {
    fn from(text: String) -> Self {
        Self {
            text,
            compiled: None,
        }
    }
}

impl Submitted {
    /// Checks and compiles the document, which needs no state and takes its time.
    pub(super) fn compile(&mut self, kind: DocumentKind) -> Result<(), IamError> {
        self.compiled = Some(compiled(&self.text, kind)?);
        Ok(())
    }

    /// The size that quotas count: white space does not.
    pub(super) fn size(&self) -> usize {
        size_without_whitespace(&self.text)
    }

    /// Refuses a document larger than a quota allows.
    pub(super) fn check_size(&self, cx: &Context, quota: Quota) -> Result<(), IamError> {
        let limit = cx.quota(quota);
        match self.size() > limit {
            true => Err(IamError::QuotaExceeded(quota, limit)),
            false => Ok(()),
        }
    }

    /// The document to store, under the name by which decisions report it.
    pub(super) fn into_document(
        self,
        kind: DocumentKind,
        name: &str,
    ) -> Result<Document, IamError> {
        let compiled = match self.compiled {
            Some(compiled) => compiled,
            None => compiled(&self.text, kind)?,
        };
        Ok(Document {
            text: self.text,
            kind,
            compiled: Arc::new(compiled.named(name)),
        })
    }
}

/// Checks and compiles a document, unless the same was compiled a moment ago: most roles of an account trust alike.
fn compiled(text: &str, kind: DocumentKind) -> Result<CompiledPolicy, IamError> {
    if let Some(known) = RECENT.find(text, kind) {
        return Ok(known);
    }
    let compiled = CompiledPolicy::compile(&validate(text, kind)?, kind);
    RECENT.put(text, kind, &compiled);
    Ok(compiled)
}

static RECENT: LazyLock<Recent> = LazyLock::new(Recent::default);
