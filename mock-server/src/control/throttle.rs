//! `/_podpass/throttle`: the rates to which calls are throttled.

use http::StatusCode;
use serde_json::json;

use super::{json_response, refuse};
use crate::dispatch::Shared;
use crate::json_read::{self, ReadError};
use crate::protocol::Response;
use crate::throttle::Rates;

/// Answers with the rates.
pub(super) fn tell(shared: &Shared) -> Response {
    json_response(StatusCode::OK, &json!(shared.throttle.rates()))
}

/// Sets the rates; classes that are not named take any number of calls.
pub(super) fn change(shared: &Shared, body: &[u8]) -> Response {
    match read(body) {
        Ok(rates) => {
            shared.throttle.set(rates);
            tell(shared)
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, error),
    }
}

fn read(body: &[u8]) -> Result<Rates, ReadError> {
    match serde_json::from_slice::<String>(body) {
        Ok(name) if name == "aws" => Ok(Rates::aws()),
        _ => json_read::read(body, " of rates, or \"aws\""),
    }
}
