//! Puts objects and lists into the shape and encoding that the caller takes.

use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Response;
use super::failure::about;
use super::kind::Kind;
use super::negotiate::{Accepted, Shape};
use super::schema::meta;
use super::table::{Include, partial, table};
use super::verbs::Call;

/// How much text of warnings an answer carries, in bytes: the API server's limit.
const MAX_WARNINGS: usize = 4096;

/// How a caller wants to see the objects of a kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// The kind.
    pub(crate) kind: &'static Kind,
    /// The shape and the encoding.
    pub(crate) accepted: Accepted,
    /// What goes with the rows of a table.
    pub(crate) include: Include,
}

impl View {
    /// An object in the caller's shape; a table's heads can be left out.
    pub(crate) fn shaped(&self, object: &Value, heads: bool, now: Timestamp) -> Value {
        match self.accepted.shape {
            Shape::Whole => object.clone(),
            Shape::Metadata => partial(object),
            Shape::Table => {
                let list_meta = json!({ "resourceVersion": object["metadata"]["resourceVersion"] });
                table(self.kind, &[object], list_meta, self.include, heads, now)
            }
        }
    }
}

/// One object.
pub(crate) fn object(call: &Call<'_>, status: StatusCode, object: &Value) -> Response {
    let shown = call.view.shaped(object, true, call.cluster.now());
    let mut response = call.view.accepted.write(status, call.kind.schema, &shown);
    let mut room = MAX_WARNINGS;
    for warning in &call.warnings {
        room = room.saturating_sub(warning.len());
        if room == 0 {
            break;
        }
        let text = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{text}\"")) {
            response.headers.append(header::WARNING, value);
        }
    }
    response
}

/// A list of objects.
pub(crate) fn list(call: &Call<'_>, items: &[&Value], list_meta: Value) -> Response {
    let list = match call.view.accepted.shape {
        Shape::Table => table(
            call.kind,
            items,
            list_meta,
            call.view.include,
            true,
            call.cluster.now(),
        ),
        Shape::Metadata => {
            let items: Vec<Value> = items.iter().map(|object| partial(object)).collect();
            json!({ "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": list_meta, "items": items })
        }
        Shape::Whole => {
            let kind = format!("{}List", call.kind.kind);
            let items: Vec<Value> = items.iter().map(|object| anonymous(object)).collect();
            json!({ "kind": kind, "apiVersion": call.kind.api_version(), "metadata": list_meta, "items": items })
        }
    };
    call.view
        .accepted
        .write(StatusCode::OK, call.kind.schema, &list)
}

/// The items of a list do not repeat their kind.
fn anonymous(object: &Value) -> Value {
    let mut object = object.clone();
    if let Value::Object(fields) = &mut object {
        fields.shift_remove("kind");
        fields.shift_remove("apiVersion");
    }
    object
}

/// The answer to a deletion that left nothing.
pub(crate) fn deleted(call: &Call<'_>, object: &Value) -> Response {
    let mut details = about(
        call.kind,
        object["metadata"]["name"].as_str().unwrap_or_default(),
    );
    details["uid"] = object["metadata"]["uid"].clone();
    let status = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details });
    call.view
        .accepted
        .write(StatusCode::OK, &meta::STATUS, &status)
}
