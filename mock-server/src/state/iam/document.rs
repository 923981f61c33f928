//! Policy documents as they are kept.

use std::sync::Arc;

use podpass_policy::{CompiledPolicy, DocumentKind, ParseError, PolicyDocument};
use serde::{Deserialize, Serialize};

/// A policy document as it is kept: to be answered, and to be decided by.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub(crate) struct Document {
    /// The text as it was submitted.
    pub(crate) text: String,
    pub(crate) kind: DocumentKind,
    pub(crate) compiled: Arc<CompiledPolicy>,
}

/// What a document is made of.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    /// By which decisions report it.
    name: String,
    kind: DocumentKind,
    text: String,
}

impl From<Document> for Written {
    fn from(document: Document) -> Self {
        Self {
            name: document.compiled.name().to_owned(),
            kind: document.kind,
            text: document.text,
        }
    }
}

impl TryFrom<Written> for Document {
    type Error = ParseError;

    fn try_from(written: Written) -> Result<Self, ParseError> {
        let Written { name, kind, text } = written;
        let compiled = CompiledPolicy::compile(&PolicyDocument::parse(&text)?, kind);
        Ok(Self {
            text,
            kind,
            compiled: Arc::new(compiled.named(name)),
        })
    }
}
