//! `/_podpass/propagation`: how long news take through AWS.

use http::StatusCode;

use super::{json_response, refuse};
use crate::dispatch::Shared;
use crate::propagation::Propagations;
use crate::protocol::Response;

/// Answers with the delays.
pub(super) fn tell(shared: &Shared) -> Response {
    json_response(StatusCode::OK, &shared.store.propagation().describe())
}

/// Sets the delays; those that are not named are none.
pub(super) fn change(shared: &Shared, body: &[u8]) -> Response {
    let read = serde_json::from_slice(body).map_err(|error| error.to_string());
    match read.and_then(|value| Propagations::read(&value)) {
        Ok(delays) => {
            shared.store.set_propagation(delays);
            tell(shared)
        }
        Err(message) => refuse(StatusCode::BAD_REQUEST, message),
    }
}
