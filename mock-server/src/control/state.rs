//! `GET` and `PUT /_podpass/state`: everything that the server holds, as JSON.

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::json;

use super::json_response;
use crate::auth::mode::Auth;
use crate::dispatch::Shared;
use crate::protocol::Response;
use crate::server::Peer;

/// The path.
pub(crate) const PATH: &str = "/_podpass/state";

/// Answers with the state, or replaces it. Secrets are in it: where callers have to prove who they are, other machines
/// do not get it.
pub(super) fn answer(shared: &Shared, method: &Method, request: &Request<Bytes>) -> Response {
    let peer = request.extensions().get::<Peer>();
    let is_from_afar = peer.is_some_and(|peer| !peer.0.to_canonical().is_loopback());
    if is_from_afar && shared.store.settings().auth == Auth::Enforce {
        let message = "only this machine gets the state of a server that checks its callers";
        return json_response(StatusCode::FORBIDDEN, &json!({ "message": message }));
    }
    if *method == Method::GET {
        let mut response = Response::new(Body::from(shared.store.export()));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        return response;
    }
    let text = str::from_utf8(request.body()).map_err(|error| error.to_string());
    let imported = text.and_then(|text| {
        let imported = shared.import(text);
        imported.map_err(|error| error.to_string())
    });
    match imported {
        Ok(()) => super::no_content(),
        Err(message) => json_response(StatusCode::BAD_REQUEST, &json!({ "message": message })),
    }
}
