//! `/_podpass/requests`: what was asked of the server, which calls were made, and whether they were those expected.

use std::borrow::Cow;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{json_response, no_content, refuse};
use crate::dispatch::Shared;
use crate::ledger::{Expectation, Filter};
use crate::protocol::Response;

/// `GET /_podpass/requests`: the calls that the query's filters pick, in the form that it asks for.
pub(super) fn list(shared: &Shared, query: &str) -> Response {
    let mut filter = Filter::new();
    let mut format = Cow::Borrowed("podpass");
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "format" {
            format = value;
        } else if let Err(error) = filter.set(&name, &value) {
            return refuse(StatusCode::BAD_REQUEST, error);
        }
    }
    match format.as_ref() {
        "podpass" => {
            let calls = shared.ledger.calls(&filter);
            json_response(StatusCode::OK, &json!({ "requests": calls }))
        }
        "cloudtrail" => json_response(StatusCode::OK, &shared.ledger.cloudtrail(&filter)),
        other => {
            let message = format!("`format` is `podpass` or `cloudtrail`, not `{other}`");
            refuse(StatusCode::BAD_REQUEST, message)
        }
    }
}

/// `DELETE /_podpass/requests`: forgets them.
pub(super) fn clear(shared: &Shared) -> Response {
    shared.ledger.clear();
    no_content()
}

/// `GET /_podpass/requests/summary`: how many there were, exactly.
pub(super) fn summary(shared: &Shared) -> Response {
    json_response(StatusCode::OK, &json!(shared.ledger.summary()))
}

/// What `POST /_podpass/requests/assert` takes: what to expect, and of which calls.
fn expectation(body: &[u8]) -> Result<Expectation, String> {
    let members: Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut expected = Expectation::new();
    for (name, value) in &members {
        match (name.as_str(), value) {
            ("filter", Value::Object(filters)) => expected = expected.of(filter(filters)?),
            ("filter", _) => return Err("`filter` is an object of filters".to_owned()),
            _ => expected.set(name, value)?,
        }
    }
    match expected.is_empty() {
        true => Err("nothing is expected: one of `calls`, `atLeast`, `atMost` and `noneTwice` has to be given".to_owned()),
        false => Ok(expected),
    }
}

fn filter(filters: &Map<String, Value>) -> Result<Filter, String> {
    let mut filter = Filter::new();
    for (name, value) in filters {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => {
                return Err(format!(
                    "`filter.{name}` is a text, a number, true or false"
                ));
            }
        };
        let set = filter.set(name, &text);
        set.map_err(|error| format!("`filter`: {error}"))?;
    }
    Ok(filter)
}

/// Answers how many calls were meant, or 409 and what differs.
pub(super) fn check(shared: &Shared, body: &[u8]) -> Response {
    let expectation = match expectation(body) {
        Ok(expectation) => expectation,
        Err(message) => return refuse(StatusCode::BAD_REQUEST, message),
    };
    match shared.ledger.check(&expectation) {
        Ok(calls) => json_response(StatusCode::OK, &json!({ "calls": calls })),
        Err(unmet) => {
            let body = json!({ "message": unmet.message, "calls": unmet.calls });
            json_response(StatusCode::CONFLICT, &body)
        }
    }
}
