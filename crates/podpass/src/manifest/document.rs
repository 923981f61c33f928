//! Policy documents inside a manifest.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

/// A policy document: an object, or JSON text.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct DocumentSource(pub(super) Value);

impl JsonSchema for DocumentSource {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "document".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["object", "string"] })
    }
}
