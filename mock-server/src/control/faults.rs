//! `/_podpass/faults`: calls that go wrong on purpose.

use http::{Method, StatusCode};
use serde_json::json;

use super::{json_response, no_content, refuse};
use crate::dispatch::Shared;
use crate::fault::{Fault, FaultError};
use crate::protocol::Response;

/// What a route of faults names: nothing for all of them, or the id of one.
pub(super) fn target(route: &str) -> Option<&str> {
    match route.strip_prefix("faults")? {
        "" => Some(""),
        rest => rest.strip_prefix('/').filter(|id| !id.is_empty()),
    }
}

/// Adds, lists, tells or removes faults.
pub(super) fn answer(shared: &Shared, method: &Method, id: &str, body: &[u8]) -> Option<Response> {
    let faults = &shared.faults;
    Some(match (method, id) {
        (&Method::POST, "") => match read(body).and_then(|script| faults.add(script)) {
            Ok(ids) => json_response(StatusCode::OK, &json!({ "ids": ids })),
            Err(error) => {
                let status = match error {
                    FaultError::Exists(_) | FaultError::TooMany => StatusCode::CONFLICT,
                    _ => StatusCode::BAD_REQUEST,
                };
                refuse(status, error)
            }
        },
        (&Method::GET, "") => json_response(StatusCode::OK, &json!({ "faults": faults.list() })),
        (&Method::DELETE, "") => {
            faults.clear();
            no_content()
        }
        (&Method::GET, id) => match faults.list().into_iter().find(|fault| fault.id == id) {
            Some(report) => json_response(StatusCode::OK, &json!(report)),
            None => unknown(id),
        },
        (&Method::DELETE, id) => match faults.remove(id) {
            Some(report) => json_response(StatusCode::OK, &json!(report)),
            None => unknown(id),
        },
        _ => return None,
    })
}

fn read(body: &[u8]) -> Result<Vec<Fault>, FaultError> {
    Fault::read_script(&String::from_utf8_lossy(body))
}

fn unknown(id: &str) -> Response {
    refuse(StatusCode::NOT_FOUND, format!("there is no fault `{id}`"))
}
