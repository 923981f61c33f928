//! `POST /_podpass/clock`: moves the server's time forward, so that credentials and tokens expire without a wait.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::json_response;
use crate::dispatch::Shared;
use crate::protocol::Response;

/// By how much.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Move {
    advance_seconds: u32,
}

/// Answers with the time that it is then. A reset does not bring it back.
pub(super) fn advance(shared: &Shared, body: &[u8]) -> Response {
    match serde_json::from_slice::<Move>(body) {
        Ok(by) => {
            let clock = shared.store.clock();
            clock.advance(Duration::from_secs(by.advance_seconds.into()));
            json_response(StatusCode::OK, &json!({ "time": clock.now() }))
        }
        Err(error) => {
            let message = error.to_string();
            json_response(StatusCode::BAD_REQUEST, &json!({ "message": message }))
        }
    }
}
