//! `/_podpass/clock`: tells and changes the server's time, so that credentials and tokens expire without a wait.

use std::time::Duration;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{json_response, refuse};
use crate::clock;
use crate::dispatch::Shared;
use crate::protocol::Response;

/// What can be done to the clock.
enum Change {
    Advance(Duration),
    Set(Timestamp),
    Hold(bool),
}

impl Change {
    fn parse(body: &[u8]) -> Result<Self, String> {
        let members: Map<String, Value> =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let mut members = members.into_iter();
        let (Some((name, value)), None) = (members.next(), members.next()) else {
            return Err("exactly one of `advance`, `set` and `hold` has to be given".to_owned());
        };
        match (name.as_str(), &value) {
            ("advance" | "advanceSeconds", Value::Number(seconds)) => {
                let seconds = seconds.as_f64().map(Duration::try_from_secs_f64);
                seconds.and_then(Result::ok).map(Self::Advance)
            }
            ("advance", Value::String(text)) => {
                let duration = text.parse::<SignedDuration>().ok();
                let duration = duration.and_then(|duration| Duration::try_from(duration).ok());
                duration.map(Self::Advance)
            }
            ("set", Value::String(text)) => {
                clock::read(text).map(Self::Set)
            }
            ("hold", Value::Bool(hold)) => Some(Self::Hold(*hold)),
            _ => None,
        }
        .ok_or_else(|| match name.as_str() {
            "advance" => "`advance` is a duration such as \"90s\", or a number of seconds; the clock goes back by `set`".to_owned(),
            "advanceSeconds" => "`advanceSeconds` is a number of seconds".to_owned(),
            "set" => "`set` is a time such as \"2026-01-01T00:00:00Z\", not before 1970".to_owned(),
            "hold" => "`hold` is true or false".to_owned(),
            _ => format!("unknown member `{name}`; there are: advance, set, hold"),
        })
    }
}

/// Answers with the time, and whether it is held.
pub(super) fn tell(shared: &Shared) -> Response {
    let clock = shared.store.clock();
    let now = clock.now();
    let body = json!({ "now": now, "time": now, "held": clock.is_held() });
    json_response(StatusCode::OK, &body)
}

/// Changes the clock, and tells what it is then.
pub(super) fn change(shared: &Shared, body: &[u8]) -> Response {
    let clock = shared.store.clock();
    match Change::parse(body) {
        Ok(Change::Advance(by)) => clock.advance(by),
        Ok(Change::Set(at)) => clock.set(at),
        Ok(Change::Hold(true)) => clock.hold(),
        Ok(Change::Hold(false)) => clock.release(),
        Err(message) => return refuse(StatusCode::BAD_REQUEST, message),
    }
    shared.store.keep_clock();
    tell(shared)
}
